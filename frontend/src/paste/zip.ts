// Reads the files of an archive in the browser, never more than a document has.

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** A Word file of a long piece with its pictures stays below both; what is larger is refused before it fills the memory. */
const MOST_FILES = 2_000;
const MOST_BYTES = 80_000_000;

export interface Archive {
  names: string[];
  /** Returns the bytes of a file, null where there is none of that name. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
}

interface Entry {
  method: number;
  size: number;
  at: number;
}

/** Opens an archive. Throws where it is none, or larger than any document; `most` bytes may come out of it. */
export function openZip(buffer: ArrayBuffer, most = MOST_BYTES): Archive {
  const view = new DataView(buffer);
  const end = lastOf(view, END);
  const count = view.getUint16(end + 10, true);
  if (count > MOST_FILES) throw new Error("too many files");
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("a damaged archive");
    const [name, extra, remark] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [number, number, number];
    const called = new TextDecoder().decode(new Uint8Array(buffer, at + 46, name));
    entries.set(called, { method: view.getUint16(at + 10, true), size: view.getUint32(at + 20, true), at: view.getUint32(at + 42, true) });
    at += 46 + name + extra + remark;
  }
  let left = most;
  return {
    names: [...entries.keys()],
    read: async (name) => {
      const entry = entries.get(name);
      if (!entry) return null;
      const start = entry.at + 30 + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
      const packed = new Uint8Array(buffer, start, entry.size);
      const bytes = entry.method === 0 ? packed.slice() : await inflated(packed, left);
      left -= bytes.length;
      if (left < 0) throw new Error("too large");
      return bytes;
    },
  };
}

function lastOf(view: DataView, sign: number): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at--) {
    if (view.getUint32(at, true) === sign) return at;
  }
  throw new Error("no archive");
}

/** Unpacks as much as is allowed: what an archive says of its sizes is not believed. */
async function inflated(packed: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += (value as Uint8Array).length;
    if (size > most) {
      await reader.cancel();
      throw new Error("too large");
    }
    parts.push(value as Uint8Array);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
