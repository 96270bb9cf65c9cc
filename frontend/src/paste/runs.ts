// A line of text as a run of pieces with their look, and that run written as clean elements.
import { ORDER, type Format, type Look } from "./formats.ts";

export interface Piece {
  /** Text, a line break (null), or an element that is one thing, such as a footnote. */
  leaf: string | null | HTMLElement;
  look: Look;
}
export type Run = Piece[];

const SPACES = /[ \t\n\r\f\u00a0\u2002-\u200a\u202f\u205f\u3000]+/g;
// Where a space must not break: by figures, by French and German signs, after short forms.
const BINDING_BEFORE = /[\d«„§№#]$|\b[A-Za-z]\.$|\b(No|Nr|Dr|Mr|Ms|Mrs|St|Prof|Fig|p|pp|S|vol|ca)\.$/;
const BINDING_AFTER = /^[\d»:;?!%°–—€$£]/;

/** Folds white space: spacers become one space, a space that holds words together stays what it is. */
export function fold(text: string, before = "", after = ""): string {
  const bare = text.replace(/[\u200b\ufeff\u00ad\ue907\ue5d4]/g, "");
  return bare.replace(SPACES, (spaces, at: number) => {
    if (spaces !== "\u00a0" && spaces !== "\u202f") return " ";
    const left = (before + bare.slice(0, at)).slice(-8);
    const right = (bare.slice(at + 1) + after).slice(0, 2);
    return BINDING_BEFORE.test(left) || BINDING_AFTER.test(right) ? "\u00a0" : " ";
  });
}

/** Parts a run where two line breaks or more follow each other: that is how many programs part paragraphs. */
export function paragraphs(run: Run): Run[] {
  const found: Run[] = [];
  let current: Run = [];
  let breaks: Piece[] = [];
  for (const piece of run) {
    if (piece.leaf === null) breaks.push(piece);
    else if (typeof piece.leaf === "string" && !piece.leaf.trim() && breaks.length) continue;
    else {
      if (breaks.length > 1) {
        found.push(current);
        current = [];
      } else current.push(...breaks);
      breaks = [];
      current.push(piece);
    }
  }
  found.push(current);
  return found.map(tidy).filter((each) => each.length);
}

/** Returns the run as it is written: text joined and folded, no space or break at its edges, formats only on words. */
export function tidy(run: Run): Run {
  const joined: Run = [];
  for (const { leaf, look } of run) {
    const last = joined.at(-1);
    if (typeof leaf === "string" && last && typeof last.leaf === "string" && isSame(last.look, look)) last.leaf += leaf;
    else joined.push({ leaf, look });
  }
  const folded = joined.map(({ leaf, look }, index): Piece => {
    const [before, after] = [joined[index - 1]?.leaf, joined[index + 1]?.leaf].map((near) => (typeof near === "string" ? near : ""));
    return { leaf: typeof leaf === "string" ? fold(leaf, before, after) : leaf, look };
  });
  const spaced = folded.flatMap(spacesOutside).filter(({ leaf }) => leaf !== "");
  return trimmed(join(spaced));
}

/** A space at the edge of bold words is not bold, and one at the edge of a link is no link. */
function spacesOutside({ leaf, look }: Piece): Run {
  if (typeof leaf !== "string" || (!look.formats.size && !look.href)) return [{ leaf, look }];
  const [, before = "", text = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(leaf) ?? [];
  const bare: Look = { formats: new Set(), href: "", isKept: look.isKept };
  return [{ leaf: before, look: bare }, { leaf: text, look }, { leaf: after, look: bare }];
}

/** Joins what looks the same; a space between two pieces that share a look shares it too. */
function join(run: Run): Run {
  const shared = run.map(({ leaf, look }, index): Piece => {
    const [before, after] = [run[index - 1], run[index + 1]];
    if (leaf !== " " || !before || !after) return { leaf, look };
    const formats = new Set([...before.look.formats].filter((format) => after.look.formats.has(format)));
    return { leaf, look: { formats, href: before.look.href === after.look.href ? before.look.href : "", isKept: false } };
  });
  const joined: Run = [];
  for (const { leaf, look } of shared) {
    const last = joined.at(-1);
    if (typeof leaf === "string" && last && typeof last.leaf === "string" && isSame(last.look, look)) {
      last.leaf = /\s$/.test(last.leaf) ? last.leaf + leaf.replace(/^ /, "") : last.leaf + leaf;
    } else joined.push({ leaf, look });
  }
  return joined;
}

function trimmed(run: Run): Run {
  const kept: Run = [];
  for (const { leaf, look } of run) {
    const last = kept.at(-1);
    if (typeof leaf === "string") {
      const isFirst = !last || last.leaf === null || (typeof last.leaf === "string" && /[ \u00a0]$/.test(last.leaf));
      const text = isFirst ? leaf.replace(/^[ \u00a0]+/, "") : leaf;
      if (text) kept.push({ leaf: text, look });
    } else if (leaf === null) {
      dropSpaces(kept);
      if (kept.length) kept.push({ leaf, look });
    } else kept.push({ leaf, look });
  }
  dropSpaces(kept);
  while (kept.at(-1)?.leaf === null) {
    kept.pop();
    dropSpaces(kept);
  }
  return kept;
}

function dropSpaces(run: Run): void {
  for (let last = run.at(-1); last && typeof last.leaf === "string"; last = run.at(-1)) {
    last.leaf = last.leaf.replace(/[ \u00a0]+$/, "");
    if (last.leaf) return;
    run.pop();
  }
}

/** Puts the run into an element; neighbours share the elements that they have in common. */
export function write(run: Run, into: HTMLElement): HTMLElement {
  const page = into.ownerDocument;
  let open: { key: string; element: HTMLElement }[] = [];
  for (const { leaf, look } of run) {
    const marks = [...(look.href ? [`a ${look.href}`] : []), ...ORDER.filter((format) => look.formats.has(format))];
    let shared = 0;
    while (shared < open.length && open[shared]?.key === marks[shared]) shared++;
    open = open.slice(0, shared);
    for (const key of marks.slice(shared)) {
      const element = page.createElement(key.startsWith("a ") ? "a" : key);
      if (key.startsWith("a ")) element.setAttribute("href", key.slice(2));
      (open.at(-1)?.element ?? into).append(element);
      open.push({ key, element });
    }
    (open.at(-1)?.element ?? into).append(leaf === null ? page.createElement("br") : leaf);
  }
  return into;
}

/** Takes a format off a run where it is on all of it, so that it says nothing. */
export function without(run: Run, ...formats: Format[]): Run {
  return run.map(({ leaf, look }) => ({
    leaf, look: { ...look, formats: new Set([...look.formats].filter((format) => !formats.includes(format))) },
  }));
}

export function isAll(run: Run, format: Format): boolean {
  const said = run.filter(({ leaf }) => typeof leaf === "string" && leaf.trim());
  return said.length > 0 && said.every(({ look }) => look.formats.has(format));
}

function isSame(one: Look, other: Look): boolean {
  return one.href === other.href && one.formats.size === other.formats.size && [...one.formats].every((format) => other.formats.has(format));
}
