// Writes a pasted page anew, with nothing in it but the blocks of a body: what has no name there is what is in it.
import { addressOf, embedded } from "../embeds.ts";
import { lookOf, PLAIN, type Look } from "./formats.ts";
import { isAll, paragraphs, tidy, without, write, type Piece, type Run } from "./runs.ts";
import { cellsOf, rowsOf } from "./tables.ts";
import { all, holdsBlocks, isBlank, isBlock, isElement, isText, make, tag } from "./tree.ts";

const KINDS: Record<string, string> = { note: "note", info: "note", important: "note", tip: "tip", hint: "tip", warning: "warning",
  caution: "warning", danger: "warning" };

/** How deep in blocks we are: items and cells hold less than the page does. */
interface Place {
  isItem: boolean;
  withMono: boolean;
}

/** Returns a new body with the clean blocks of the page. */
export function build(root: HTMLElement, withMono = true): HTMLElement {
  const body = make(root, "body");
  body.append(...flow([...root.childNodes], PLAIN, { isItem: false, withMono }));
  return body;
}

function flow(nodes: readonly Node[], look: Look, place: Place): HTMLElement[] {
  const found: HTMLElement[] = [];
  let line: Run = [];
  const flush = () => {
    for (const run of paragraphs(line)) found.push(write(run, make(nodes[0] as Node, "p")));
    line = [];
  };
  for (const node of nodes) {
    if (!isElement(node) || !(isBlock(node) || holdsBlocks(node))) {
      line.push(...inline(node, look, place));
      continue;
    }
    flush();
    found.push(...block(node, lookOf(node, look, place.withMono), place));
  }
  flush();
  return found;
}

function inline(node: Node, look: Look, place: Place): Run {
  if (isText(node)) return text(node.data, look);
  if (!isElement(node)) return [];
  if (tag(node) === "br") return [{ leaf: null, look }];
  if (node.matches("span.footnote[data-note]")) {
    const note = make(node, "span");
    note.className = "footnote";
    note.setAttribute("data-note", node.getAttribute("data-note") ?? "");
    return [{ leaf: note, look: { ...look, href: "", formats: new Set([...look.formats].filter((format) => format !== "sup")) } }];
  }
  if (tag(node) === "q") return [...text("“", look), ...inside(node, look, place), ...text("”", look)];
  if (tag(node) === "iframe") return framed(node, look);
  if (tag(node) === "wbr" || tag(node) === "input") return [];
  return inside(node, lookOf(node, look, place.withMono), place);
}

/** What is framed elsewhere becomes a link to it, where it is a film or a post that we know. */
function framed(node: HTMLElement, look: Look): Run {
  const found = embedded(node.getAttribute("src") ?? "");
  const address = found && addressOf(found.provider, found.key);
  return address ? text(address, { ...look, href: address }) : [];
}

function inside(node: Node, look: Look, place: Place): Run {
  return [...node.childNodes].flatMap((child) => inline(child, look, place));
}

/** A line end counts only where the page said that it does, as chats do. */
function text(data: string, look: Look): Run {
  if (!look.isKept || !data.includes("\n")) return [{ leaf: data, look }];
  return data.split("\n").flatMap((part, index): Run => (index ? [{ leaf: null, look }, { leaf: part, look }] : [{ leaf: part, look }]));
}

function block(node: HTMLElement, look: Look, place: Place): HTMLElement[] {
  const name = tag(node);
  const children = [...node.childNodes];
  switch (name) {
    case "h1": case "h2": case "h3": case "h4": case "h5": case "h6":
      return place.isItem || holdsBlocks(node) ? flow(children, look, place) : heading(node, name, look, place);
    case "ul": case "ol": case "menu": case "dir":
      return list(node, name === "ol" ? "ol" : "ul", look, place);
    case "blockquote": {
      const held = flow(children, without2(look, "em"), place);
      return held.length ? [make(node, "blockquote", ...held)] : [];
    }
    case "pre":
      return children.length ? [node.cloneNode(true) as HTMLElement] : [];
    case "hr":
      return place.isItem ? [] : [node.cloneNode(false) as HTMLElement];
    case "figure":
      return place.isItem ? flow(children, look, place) : [kept(node, look, place)];
    case "table":
      return place.isItem ? flow(all(node, "td, th").flatMap((cell) => [...cell.childNodes, make(node, "br"), make(node, "br")]), look, place) : table(node, look, place);
    case "dt": case "summary": case "legend":
      return flow(children, { ...look, formats: new Set([...look.formats, "strong"]) }, place);
    default:
      return callout(node, look, place) ?? flow(children, look, place);
  }
}

/** Weight is a heading's own, so all of it being bold says nothing more. */
function heading(node: HTMLElement, name: string, look: Look, place: Place): HTMLElement[] {
  const run = tidy(inside(node, without2(look, "strong"), place).map((piece): Piece => (piece.leaf === null ? { leaf: " ", look: piece.look } : piece)));
  if (!run.length) return [];
  return [write(["strong", "em"].reduce((left, format) => (isAll(left, format as "em") ? without(left, format as "em") : left), run), make(node, name))];
}

function without2(look: Look, format: "strong" | "em"): Look {
  return { ...look, formats: new Set([...look.formats].filter((each) => each !== format)) };
}

function list(node: HTMLElement, name: string, look: Look, place: Place): HTMLElement[] {
  const made = make(node, name);
  const start = Number(node.getAttribute("start") ?? 1);
  if (name === "ol" && Number.isInteger(start) && start > 1 && start < 100_000) made.setAttribute("start", String(start));
  for (const child of node.childNodes) {
    if (isElement(child) && tag(child) === "li") {
      const held = flow([...child.childNodes], lookOf(child, look, place.withMono), { ...place, isItem: true });
      if (held.length) made.append(make(node, "li", ...lists(held)));
    } else if (isElement(child) && /^[ou]l$/.test(tag(child)) && made.lastElementChild) {
      made.lastElementChild.append(...list(child, tag(child), look, place));
    } else if (!isBlank(child)) made.append(make(node, "li", ...flow([child], look, { ...place, isItem: true })));
  }
  return made.children.length ? [made] : [];
}

/** An item that begins with a list has lost its words; the list is then its words. */
function lists(held: HTMLElement[]): Node[] {
  return held.length === 1 && /^[ou]l$/.test(tag(held[0] as Node)) ? [...(held[0]?.firstElementChild?.childNodes ?? [])].concat(rest(held[0] as HTMLElement)) : held;
}

function rest(list: HTMLElement): ChildNode[] {
  list.firstElementChild?.remove();
  return list.children.length ? [list] : [];
}

function table(node: HTMLElement, look: Look, place: Place): HTMLElement[] {
  const body = make(node, "tbody");
  for (const row of rowsOf(node)) {
    const made = make(node, "tr");
    for (const cell of cellsOf(row)) {
      const name = tag(cell);
      const around = lookOf(cell, look, place.withMono);
      const held = flow([...cell.childNodes], name === "th" ? without2(around, "strong") : around, { ...place, isItem: true });
      const clean = make(node, name, ...(held.length ? held : [make(node, "p")]));
      if (name === "th") for (const strong of all(clean, "p > strong:only-child")) if (strong.parentElement?.textContent === strong.textContent) strong.replaceWith(...strong.childNodes);
      for (const span of ["colspan", "rowspan"]) {
        const count = Number(cell.getAttribute(span) ?? 1);
        if (Number.isInteger(count) && count > 1 && count < 100) clean.setAttribute(span, String(count));
      }
      made.append(clean);
    }
    if (made.children.length) body.append(made);
  }
  return body.children.length ? [make(node, "table", body)] : [];
}

function kept(node: HTMLElement, look: Look, place: Place): HTMLElement {
  const made = make(node, "figure");
  const image = node.querySelector("img")?.cloneNode(false) as HTMLElement;
  image.removeAttribute("data-style");
  const caption = node.querySelector("figcaption");
  made.append(image);
  if (caption) made.append(write(tidy(inside(caption, look, place)), make(node, "figcaption")));
  return made;
}

/** Boxes that documentation and repositories mark as notes. */
function callout(node: HTMLElement, look: Look, place: Place): HTMLElement[] | null {
  if (node.matches("section.qa") && !place.isItem) return qa(node, look, place);
  if (tag(node) === "aside" && /^(callout|pull-quote)$/.test(node.className)) return own(node, look, place);
  const isBox = /\b(markdown-alert|admonition|callout|alert)\b/.test(node.className);
  const kind = node.className.toLowerCase().split(/[\s-]+/).find((part) => Object.hasOwn(KINDS, part));
  if (place.isItem || !isBox || !kind) return null;
  for (const title of all(node, ".markdown-alert-title, .admonition-title, .admonition-heading")) title.remove();
  const held = flow([...node.childNodes], look, place).filter((each) => tag(each) !== "table");
  if (!held.length) return [];
  const made = make(node, "aside", ...held);
  made.className = "callout";
  made.setAttribute("data-kind", KINDS[kind] as string);
  return [made];
}

/** Boxes of our own, copied from one of our pages. */
function own(node: HTMLElement, look: Look, place: Place): HTMLElement[] {
  const made = make(node, "aside");
  made.className = node.className;
  if (node.className === "pull-quote") return [write(tidy(inside(node, look, place)), made)];
  const kind = node.getAttribute("data-kind") ?? "";
  made.setAttribute("data-kind", Object.values(KINDS).includes(kind) ? kind : "note");
  made.append(...flow([...node.childNodes], look, place));
  return made.children.length ? [made] : [];
}

function qa(node: HTMLElement, look: Look, place: Place): HTMLElement[] {
  const [asked, answered] = [node.querySelector<HTMLElement>(".qa-question"), node.querySelector<HTMLElement>(".qa-answer")];
  if (!asked || !answered) return flow([...node.childNodes], look, place);
  const question = write(tidy(inside(asked, look, place)), make(node, "p"));
  const answer = make(node, "div", ...flow([...answered.childNodes], look, place));
  for (const [made, from, name] of [[question, asked, "qa-question"], [answer, answered, "qa-answer"]] as const) {
    made.className = name;
    const speaker = from.getAttribute("data-speaker");
    if (speaker) made.setAttribute("data-speaker", speaker);
  }
  const section = make(node, "section", question, answer);
  section.className = "qa";
  return [section];
}
