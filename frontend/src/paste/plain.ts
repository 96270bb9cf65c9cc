// Plain text: an empty line parts paragraphs; what is written in Markdown is read as such.
import { isMarkdown, markdown } from "./markdown.ts";
import { addresses } from "./spans.ts";
import { make, parse } from "./tree.ts";

/** Returns a page with the blocks of a plain text. */
export function readText(text: string): HTMLElement {
  const page = parse("");
  return isMarkdown(text) ? markdown(text, page) : readWords(text, page, true);
}

/** Returns a page with the paragraphs of a text that is to stay as it is, signs and all. */
export function readPlain(text: string): HTMLElement {
  return readWords(text, parse(""), false);
}

function readWords(text: string, page: HTMLElement, withLinks: boolean): HTMLElement {
  for (const lines of parts(text)) {
    const nodes = lines.flatMap((line, index) => [
      ...(index ? [make(page, "br")] : []), ...(withLinks ? addresses(line, page) : [page.ownerDocument.createTextNode(line)]),
    ]);
    page.append(make(page, "p", ...nodes));
  }
  return page;
}

/** Returns the paragraphs of a text, each as its lines. */
export function parts(text: string): string[][] {
  const all = text.replace(/\r\n?|[\u2028\u2029\f]/g, "\n").split("\n").map((line) => line.replace(/[ \t\u00a0]+/g, " ").trim());
  const groups: string[][] = [[]];
  for (const line of all) {
    if (line) groups.at(-1)?.push(line);
    else if (groups.at(-1)?.length) groups.push([]);
  }
  const found = groups.filter((group) => group.length);
  // Without an empty line anywhere, each line is what a program made of a paragraph, unless a mail broke them all.
  if (found.length === 1 && !isWrapped(found[0] as string[])) return (found[0] as string[]).map((line) => [line]);
  return found.map((group) => (isWrapped(group) ? [group.join(" ")] : group));
}

/** Mail and old files break lines at about 70 characters; those breaks are nobody's. */
function isWrapped(lines: readonly string[]): boolean {
  const full = lines.slice(0, -1);
  return full.length > 0 && full.every((line, index) => {
    const next = (lines[index + 1] ?? "").split(" ", 1)[0] ?? "";
    return line.length <= 100 && line.length >= 45 && line.length + 1 + next.length > 60;
  });
}
