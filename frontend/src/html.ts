// From a stored body to a document and back, to the letter: what is written here is what the server would make of it.
import { DOMParser } from "@tiptap/pm/model";
import type { Mark, Node as ProseNode, Schema } from "@tiptap/pm/model";
import * as clean from "./clean.ts";
import { isEmbed } from "./embeds.ts";

const TAGS: Record<string, string> = {
  link: "a", bold: "strong", italic: "em", strike: "s", code: "code", subscript: "sub", superscript: "sup", key: "kbd",
};
const BLANK = /^[\s\u00a0\u200b-\u200d\u2060\u00ad]*$/;

/** Reads a clean body, as the server stores it, into a document; white space counts, but for that between blocks. */
export function read(schema: Schema, body: string): ProseNode {
  const page = document.implementation.createHTMLDocument();
  page.body.innerHTML = body;
  for (const node of [...page.body.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE && !node.textContent?.trim()) node.remove();
  }
  return DOMParser.fromSchema(schema).parse(page.body, { preserveWhitespace: "full" });
}

/** Writes a document as the body that the server stores: canonical, without empty paragraphs. */
export function write(doc: ProseNode): string {
  let html = "";
  doc.forEach((node) => {
    html += block(node, true);
  });
  return html;
}

function block(node: ProseNode, isTop = false): string {
  const given = isTop ? clean.blockId(node.attrs.id) : null;
  const id = given ? ` data-id="${given}"` : "";
  switch (node.type.name) {
    case "paragraph":
      return filled("p", id, inline(node));
    case "heading":
      return filled(`h${node.attrs.level}`, id, inline(node));
    case "bulletList":
      return filled("ul", id, children(node));
    case "orderedList":
      return filled("ol", id + (node.attrs.start === 1 ? "" : ` start="${node.attrs.start}"`), children(node));
    case "listItem":
      return filled("li", "", item(node));
    case "blockquote":
    case "innerQuote":
      return filled("blockquote", id, children(node));
    case "horizontalRule":
      return `<hr${id}>`;
    case "codeBlock":
      return code(node, id);
    case "figure":
      return figure(node, id);
    case "embed":
      return embed(node, id);
    case "figcaption":
      return filled("figcaption", "", inline(node));
    case "table":
      return table(node, id);
    case "qa":
      return qa(node, id);
    case "pullQuote": {
      const from = clean.blockId(node.attrs.from);
      return filled("aside", ` class="pull-quote"${id}${from ? ` data-from="${from}"` : ""}`, inline(node));
    }
    case "callout":
      return filled("aside", ` class="callout"${id} data-kind="${value(node.attrs.kind)}"`, children(node));
    default:
      throw new Error(`no way to write a ${node.type.name}`);
  }
}

function children(node: ProseNode): string {
  let html = "";
  node.forEach((child) => {
    html += block(child);
  });
  return html;
}

function filled(tag: string, attributes: string, html: string): string {
  return html ? `<${tag}${attributes}>${html}</${tag}>` : "";
}

/** An item or a cell holds its text bare where that is one paragraph, with or without lists after it. */
function item(node: ProseNode): string {
  const blocks: ProseNode[] = [];
  node.forEach((child) => {
    if (block(child)) blocks.push(child);
  });
  const [first, ...rest] = blocks;
  const isBare = first?.type.name === "paragraph" && rest.every((next) => /List$/.test(next.type.name));
  return blocks.map((child, index) => (isBare && index === 0 ? inline(child) : block(child))).join("");
}

function code(node: ProseNode, id: string): string {
  const text = clean.printable(node.textContent).replace(/^\n+|\n+$/g, "");
  const name = clean.language(node.attrs.language);
  return text.trim() ? `<pre${id}><code${name ? ` class="language-${name}"` : ""}>${escape(text)}</code></pre>` : "";
}

function figure(node: ProseNode, id: string): string {
  const src = clean.localImage(node.attrs.src);
  const alt = clean.words(node.attrs.alt, clean.MAX_ALT);
  // Pictures of others are not shown; what was said of them stays.
  if (!src) return filled("p", id, inline(node.firstChild as ProseNode) || escape(alt));
  const [width, height, asset] = [clean.digits(node.attrs.width, 5), clean.digits(node.attrs.height, 5), clean.digits(node.attrs.asset, 18)];
  const size = (width && ` width="${width}"`) + (height && ` height="${height}"`);
  return `<figure${id}><img src="${value(src)}" alt="${value(alt)}"${size}${asset && ` data-asset="${asset}"`}>${children(node)}</figure>`;
}

function embed(node: ProseNode, id: string): string {
  const { provider, key } = node.attrs;
  if (!isEmbed(provider, key)) return filled("p", id, inline(node.firstChild as ProseNode));
  return `<figure class="embed"${id} data-provider="${value(provider)}" data-key="${value(key)}">${children(node)}</figure>`;
}

function table(node: ProseNode, id: string): string {
  let rows = "";
  let isFilled = false;
  node.forEach((row) => {
    rows += "<tr>";
    row.forEach((cell) => {
      const tag = cell.type.name === "tableCell" ? "td" : "th";
      const content = item(cell);
      isFilled ||= content !== "";
      rows += `<${tag}${span("colspan", cell, 99)}${span("rowspan", cell, 999)}>${content}</${tag}>`;
    });
    rows += "</tr>";
  });
  return isFilled ? `<table${id}><tbody>${rows}</tbody></table>` : "";
}

function qa(node: ProseNode, id: string): string {
  const [question, answer] = [node.child(0), node.child(1)];
  const [asked, answered] = [inline(question), children(answer)];
  if (!asked && !answered) return "";
  return `<section class="qa"${id}><p class="qa-question"${speaker(question)}>${asked}</p>`
    + `<div class="qa-answer"${speaker(answer)}>${answered}</div></section>`;
}

function span(name: "colspan" | "rowspan", node: ProseNode, most: number): string {
  const count: number = node.attrs[name];
  return count > 1 && count <= most ? ` ${name}="${count}"` : "";
}

function speaker(node: ProseNode): string {
  const name = clean.words(node.attrs.speaker, clean.MAX_SPEAKER);
  return name ? ` data-speaker="${value(name)}"` : "";
}

type Pair = readonly [tag: string, address: string];
interface Piece {
  /** Its text; null for a line break, the words of a note in an object. */
  leaf: string | null | { note: string };
  marks: Pair[];
}

/** Writes a line of text, "" where a reader would see nothing of it. */
function inline(node: ProseNode): string {
  const run = pieces(node);
  // The server reads captions block by block, and at the end of a block drops what is only space, unbreakable or not.
  while (node.type.name === "figcaption" && run.length && isSpace(run.at(-1) as Piece)) run.pop();
  if (run.every(({ leaf }) => leaf === null || (typeof leaf === "string" && BLANK.test(leaf)))) return "";
  let html = "";
  let open: Pair[] = [];
  for (const { leaf, marks } of trimmed(run)) {
    let shared = 0;
    while (shared < open.length && shared < marks.length && isSame(open[shared] as Pair, marks[shared] as Pair)) shared++;
    html += closed(open, shared);
    for (const [tag, address] of marks.slice(shared)) html += tag === "a" ? `<a href="${value(address)}">` : `<${tag}>`;
    open = marks;
    if (leaf === null) html += "<br>";
    else html += typeof leaf === "string" ? escape(leaf) : `<span class="footnote" data-note="${value(leaf.note)}"></span>`;
  }
  return html + closed(open, 0);
}

function isSpace({ leaf }: Piece): boolean {
  return typeof leaf === "string" && !leaf.trim();
}

/** Returns what is in a line, text of the same marks in one piece, line ends in it as the spaces that they are. */
function pieces(node: ProseNode): Piece[] {
  const run: Piece[] = [];
  node.forEach((child) => {
    const marks = pairs(child.marks);
    if (child.isText) {
      const text = clean.printable(child.text ?? "");
      const last = run.at(-1);
      if (last && typeof last.leaf === "string" && areSame(last.marks, marks)) last.leaf += text;
      else if (text) run.push({ leaf: text, marks });
    } else if (child.type.name === "hardBreak") run.push({ leaf: null, marks });
    else {
      const note = clean.words(child.attrs.note, clean.MAX_NOTE);
      // The note's number will be a link, which cannot be in another.
      if (note) run.push({ leaf: { note }, marks: marks.filter(([tag]) => tag !== "a") });
    }
  });
  for (const piece of run) {
    if (typeof piece.leaf === "string") piece.leaf = piece.leaf.replace(/[ \t]*\n[ \t\n]*/g, " ").replaceAll("\t", " ");
  }
  return run;
}

/** Takes spaces and line breaks off the edges of a line, and spaces off those of its breaks. */
function trimmed(run: Piece[]): Piece[] {
  const kept: Piece[] = [];
  const dropSpaces = () => {
    for (let last = kept.at(-1); last && typeof last.leaf === "string"; last = kept.at(-1)) {
      last.leaf = last.leaf.replace(/ +$/, "");
      if (last.leaf) return;
      kept.pop();
    }
  };
  for (const { leaf, marks } of run) {
    const isFirst = !kept.length || kept.at(-1)?.leaf === null;
    if (typeof leaf === "string") {
      const text = isFirst ? leaf.replace(/^ +/, "") : leaf;
      if (text) kept.push({ leaf: text, marks });
    } else if (leaf === null) {
      dropSpaces();
      if (kept.length) kept.push({ leaf, marks });
    } else kept.push({ leaf, marks });
  }
  dropSpaces();
  while (kept.length && kept.at(-1)?.leaf === null) {
    kept.pop();
    dropSpaces();
  }
  return kept;
}

function pairs(marks: readonly Mark[]): Pair[] {
  const found: Pair[] = [];
  for (const mark of marks) {
    const address = mark.type.name === "link" ? clean.link(mark.attrs.href) : "";
    if (address !== null) found.push([TAGS[mark.type.name] as string, address]);
  }
  return found;
}

function isSame(one: Pair, other: Pair): boolean {
  return one[0] === other[0] && one[1] === other[1];
}

function areSame(some: Pair[], others: Pair[]): boolean {
  return some.length === others.length && some.every((pair, index) => isSame(pair, others[index] as Pair));
}

function closed(marks: Pair[], down: number): string {
  let html = "";
  for (let i = marks.length - 1; i >= down; i--) html += `</${(marks[i] as Pair)[0]}>`;
  return html;
}

function escape(text: string): string {
  return text.replace(/[&<>\u00a0]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? "&nbsp;");
}

function value(text: unknown): string {
  return escape(String(text)).replaceAll('"', "&quot;");
}
