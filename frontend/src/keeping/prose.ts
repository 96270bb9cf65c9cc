// Shows pieces of a stored body outside of the editor: built anew, element by element, from a closed list.
import { h } from "../dom.ts";

const SHOWN = new Set(["p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "figcaption", "table", "tbody", "tr", "th",
  "td", "strong", "em", "s", "sub", "sup", "kbd", "br", "hr", "ins", "del", "section", "aside", "div", "figure"]);
const CLASSES = new Set(["qa", "qa-question", "qa-answer", "pull-quote", "callout"]);

/** Which side of two marked-up texts is wanted: the first has no `ins`, the second no `del`. */
export type Side = "mine" | "theirs" | "both";

/** Returns the elements of a body as they may be shown; whatever is not on the list is its text. */
export function shown(html: string, side: Side = "both"): DocumentFragment {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fragment = document.createDocumentFragment();
  copy(page.body, fragment, side);
  return fragment;
}

/** Returns the text of a body, a space between its blocks. */
export function plain(html: string): string {
  const page = new DOMParser().parseFromString(html.replace(/<(?:\/(?:p|h\d|li|td|th|figcaption|pre|aside)|br)>/g, "$& "), "text/html");
  return (page.body.textContent ?? "").replace(/\s+/g, " ").trim();
}

function copy(from: Element, to: ParentNode & Node, side: Side): void {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.appendChild(document.createTextNode(node.textContent ?? ""));
    else if (node instanceof Element || node.nodeType === Node.ELEMENT_NODE) copyElement(node as Element, to, side);
  }
}

function copyElement(from: Element, to: ParentNode & Node, side: Side): void {
  const name = from.tagName.toLowerCase();
  if ((name === "ins" && side === "mine") || (name === "del" && side === "theirs")) return;
  if (name === "script" || name === "style" || name === "template") return;
  if (name === "img") return void to.appendChild(h("p", { class: "meta" }, `Picture: ${from.getAttribute("alt") || "no words"}`));
  if (from.classList.contains("footnote")) return void to.appendChild(h("em", {}, ` (${from.getAttribute("data-note") ?? ""})`));
  if (!SHOWN.has(name)) return copy(from, to, side);
  const made = document.createElement(name);
  const known = [...from.classList].filter((one) => CLASSES.has(one));
  if (known.length) made.className = known.join(" ");
  to.appendChild(made);
  copy(from, made, side);
}
