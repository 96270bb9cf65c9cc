// Small steps on a pasted page, which is parsed but never shown: its styles are read as text, since no policy lets them act.

const BLOCKS = new Set(("address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure "
  + "footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main nav ol p pre search section summary table tbody td tfoot th "
  + "thead tr ul caption dir menu listing xmp plaintext").split(" "));

/** Parses HTML into a page of its own, where nothing is loaded and nothing runs. */
export function parse(html: string): HTMLElement {
  return new DOMParser().parseFromString(disarmed(html), "text/html").body;
}

/** Under our policy every style that is parsed is an error on the console, hundreds for a page of Word's. */
function disarmed(html: string): string {
  return html.replace(/<style\b[^]*?<\/style\s*>/gi, "").replace(TAG, (tag) => tag.replace(/(["'\s/])style(?=\s*=)/gi, "$1data-style"));
}
const TAG = /<[a-z][^\s>/]*(?:"[^"]*"|'[^']*'|[^'">])*>/gi;

export function tag(node: Node | null): string {
  return node?.nodeType === 1 ? (node as Element).localName : "";
}

export function isText(node: Node | null): node is Text {
  return node?.nodeType === 3;
}

export function isElement(node: Node | null): node is HTMLElement {
  return node?.nodeType === 1;
}

/** Returns one value of an element's style text, in small letters, or "". The last word on it counts. */
export function styled(element: Element, name: string): string {
  const style = element.getAttribute("data-style");
  if (!style) return "";
  const found = [...style.matchAll(new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]*)`, "gi"))];
  return found.at(-1)?.[1]?.trim().toLowerCase() ?? "";
}

/** Tells whether the element stands on lines of its own. */
export function isBlock(node: Node | null): boolean {
  if (!isElement(node)) return false;
  const shown = styled(node, "display");
  if (/^inline/.test(shown) && tag(node) === "div") return false;
  if (shown === "block" && tag(node) === "span") return true;
  return BLOCKS.has(tag(node));
}

export function holdsBlocks(element: Element): boolean {
  return [...element.children].some((child) => isBlock(child) || holdsBlocks(child));
}

/** Puts what is in the element in its place. */
export function unwrap(element: Element): void {
  element.replaceWith(...element.childNodes);
}

/** Returns an element of another name with the same content, put in the place of the old one. */
export function rename(element: Element, name: string): HTMLElement {
  const other = element.ownerDocument.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
}

export function make(near: Node, name: string, ...children: (Node | string)[]): HTMLElement {
  const element = (near.ownerDocument as Document).createElement(name);
  element.append(...children);
  return element;
}

/** Returns the words of a node with single spaces. */
export function words(node: Node | null): string {
  return (node?.textContent ?? "").replace(/[\s\u00a0]+/g, " ").trim();
}

/** Tells whether a reader would see nothing of it. */
export function isBlank(node: Node): boolean {
  if (!/^[\s\u00a0\u200b-\u200d\u2060\ufeff\u00ad]*$/.test(node.textContent ?? "")) return false;
  return !isElement(node) || (!node.matches(SHOWN) && !node.querySelector(SHOWN));
}
const SHOWN = "img, hr, span.footnote, figure, iframe, input";

export function all(root: ParentNode, selector: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(selector)];
}

/** Visits the text of a node, in its order. */
export function texts(root: Node): Text[] {
  const found: Text[] = [];
  const visit = (node: Node) => {
    if (isText(node)) found.push(node);
    else node.childNodes.forEach(visit);
  };
  visit(root);
  return found;
}
