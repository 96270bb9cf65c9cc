// What words look like, as tags: bold by weight, italic, struck, raised and lowered, code by its typeface.
import { styled, tag } from "./tree.ts";

export type Format = "strong" | "em" | "s" | "code" | "sub" | "sup" | "kbd";

/** The formats of some words, the address that they lead to, and whether their line ends count. */
export interface Look {
  readonly formats: ReadonlySet<Format>;
  readonly href: string;
  readonly isKept: boolean;
}

export const PLAIN: Look = { formats: new Set(), href: "", isKept: false };
/** Outermost first, as the schema nests them. */
export const ORDER: readonly Format[] = ["strong", "em", "s", "code", "sub", "sup", "kbd"];

const TAGS: Record<string, Format> = {
  b: "strong", strong: "strong", i: "em", em: "em", cite: "em", dfn: "em", var: "em", s: "s", strike: "s", del: "s",
  code: "code", tt: "code", samp: "code", sub: "sub", sup: "sup", kbd: "kbd",
};
const MONO = /\b(monospace|courier|consolas|menlo|monaco|lucida console|andale mono|ubuntu mono|[a-z ]+ (mono|code)\b|monospac\w*|cascadia|fira mono|inconsolata|hack)\b/i;

/** Tells whether the element's own style asks for a typewriter's letters. */
export function isMono(element: Element): boolean {
  const family = styled(element, "font-family") || /\d(?:pt|px|em|rem|%)(?:\s*\/\s*\S+)?\s+(.+)/.exec(styled(element, "font"))?.[1] || "";
  const first = family.split(",")[0] ?? "";
  return MONO.test(first) || /^\s*(ui-)?monospace/.test(first) || (tag(element) === "font" && MONO.test(element.getAttribute("face") ?? ""));
}

/** Returns how the words inside the element look, given how those around it do. */
export function lookOf(element: Element, around: Look, withMono = true): Look {
  const formats = new Set(around.formats);
  const own = TAGS[tag(element)];
  if (own) formats.add(own);
  const weight = styled(element, "font-weight");
  if (/^(bold|bolder|[6-9]\d\d)$/.test(weight)) formats.add("strong");
  else if (/^(normal|lighter|[1-5]\d\d|initial|unset)$/.test(weight)) formats.delete("strong");
  const slant = styled(element, "font-style");
  if (/^(italic|oblique)/.test(slant)) formats.add("em");
  else if (/^(normal|initial|unset)$/.test(slant)) formats.delete("em");
  // `none` on a child does not end a line that its parent draws, so nothing is taken away here.
  if (/line-through/.test(`${styled(element, "text-decoration")} ${styled(element, "text-decoration-line")}`)) formats.add("s");
  raise(element, formats);
  if (withMono && !own && isMono(element)) formats.add("code");
  const href = tag(element) === "a" ? (element.getAttribute("href") ?? "") : "";
  const space = styled(element, "white-space");
  const isKept = space ? /^(pre|break-spaces)/.test(space) : around.isKept;
  return { formats, href: href || around.href, isKept };
}

function raise(element: Element, formats: Set<Format>): void {
  const align = styled(element, "vertical-align");
  if (align === "super") formats.add("sup");
  else if (align === "sub") formats.add("sub");
  else if (align === "baseline" && !/^su[bp]$/.test(tag(element))) {
    formats.delete("sub");
    formats.delete("sup");
  }
}
