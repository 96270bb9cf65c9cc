// Word copies its pictures as files of the machine, which no page may read; their content is in the other half of the clipboard.

const TYPES: Record<string, string> = { pngblip: "image/png", jpegblip: "image/jpeg" };

/** Returns the pictures of a text in RTF, in their order, as files. Pictures of other kinds are there as null. */
export function rtfPictures(rtf: string): (File | null)[] {
  const found: (File | null)[] = [];
  for (let at = rtf.indexOf("\\pict"); at >= 0; at = rtf.indexOf("\\pict", at + 5)) {
    if (!/^\\pict(?![a-z])/.test(rtf.slice(at, at + 6)) || isRepeated(rtf, at)) continue;
    const { type, hex } = group(rtf, at);
    const name = `word-${found.length + 1}.${type === "image/png" ? "png" : "jpg"}`;
    found.push(type && hex.length > 60 ? new File([bytes(hex)], name, { type }) : null);
  }
  return found;
}

/** Word writes each picture a second time for programs that know no other kind. */
function isRepeated(rtf: string, at: number): boolean {
  return /\\nonshppict\s*\{?\s*$/.test(rtf.slice(Math.max(0, at - 40), at)) || /\\\*\\(listpicture|blipuid)[^{}]*\{?\s*$/.test(rtf.slice(Math.max(0, at - 40), at));
}

/** Reads one group, up to the bracket that closes it. */
function group(rtf: string, from: number): { type: string; hex: string } {
  let type = "";
  const hex: string[] = [];
  let depth = 0;
  for (let at = from; at < rtf.length;) {
    const here = rtf[at] as string;
    if (here === "{") depth++;
    else if (here === "}" && depth-- === 0) break;
    else if (here === "\\") {
      const word = /^\\([a-z]+)-?\d* ?/.exec(rtf.slice(at, at + 40));
      if (word) {
        type = TYPES[word[1] as string] ?? type;
        at += word[0].length;
        continue;
      }
    } else if (!depth && /[0-9a-f]/i.test(here)) {
      const end = rtf.slice(at).search(/[^0-9a-fA-F\s]/);
      hex.push(rtf.slice(at, end < 0 ? undefined : at + end));
      at = end < 0 ? rtf.length : at + end;
      continue;
    }
    at++;
  }
  return { type, hex: hex.join("").replace(/\s+/g, "") };
}

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  const found = new Uint8Array(hex.length >> 1);
  for (let index = 0; index < found.length; index++) found[index] = parseInt(hex.slice(2 * index, 2 * index + 2), 16);
  return found;
}

/** Returns the file that a `data:` address is, or null where it is no picture that the library takes. */
export function dataPicture(address: string, name: string): File | null {
  const [, type = "", isCoded, content = ""] = /^data:(image\/(?:png|jpe?g|gif|webp|avif))(?:;[^;,]*?)*?(;base64)?,(.*)$/is.exec(address) ?? [];
  if (!type) return null;
  try {
    const text = isCoded ? atob(content.replace(/\s+/g, "")) : decodeURIComponent(content);
    const found = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return new File([found], `${name}.${type.slice(6).replace("jpeg", "jpg")}`, { type });
  } catch {
    return null;
  }
}
