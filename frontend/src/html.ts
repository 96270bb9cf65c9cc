// From a stored body to a document and back, to the letter: what is written here is what the server would make of it.
import { DOMParser } from "@tiptap/pm/model";
import type { Mark, Node as ProseNode, Schema } from "@tiptap/pm/model";

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
  const id = isTop && node.attrs.id ? ` data-id="${value(node.attrs.id)}"` : "";
  switch (node.type.name) {
    case "paragraph":
      return isBlank(node) ? "" : `<p${id}>${inline(node)}</p>`;
    case "heading":
      return isBlank(node) ? "" : `<h${node.attrs.level}${id}>${inline(node)}</h${node.attrs.level}>`;
    case "bulletList":
      return filled("ul", id, children(node));
    case "orderedList":
      return filled("ol", id + (node.attrs.start === 1 ? "" : ` start="${node.attrs.start}"`), children(node));
    case "listItem":
      return filled("li", "", item(node));
    case "blockquote":
      return filled("blockquote", id, children(node));
    case "horizontalRule":
      return `<hr${id}>`;
    case "codeBlock":
      return code(node, id);
    case "figure":
      return figure(node, id);
    case "embed":
      return `<figure class="embed"${id} data-provider="${value(node.attrs.provider)}" data-key="${value(node.attrs.key)}">${children(node)}</figure>`;
    case "figcaption":
      return isBlank(node) ? "" : `<figcaption>${inline(node)}</figcaption>`;
    case "table":
      return isBlank(node) ? "" : `<table${id}><tbody>${children(node)}</tbody></table>`;
    case "tableRow":
      return `<tr>${children(node)}</tr>`;
    case "tableCell":
    case "tableHeader": {
      const tag = node.type.name === "tableCell" ? "td" : "th";
      return `<${tag}${span("colspan", node)}${span("rowspan", node)}>${item(node)}</${tag}>`;
    }
    case "qa":
      return isBlank(node) ? "" : `<section class="qa"${id}>${children(node)}</section>`;
    case "qaQuestion":
      return `<p class="qa-question"${speaker(node)}>${isBlank(node) ? "" : inline(node)}</p>`;
    case "qaAnswer":
      return `<div class="qa-answer"${speaker(node)}>${children(node)}</div>`;
    case "pullQuote": {
      const from = node.attrs.from ? ` data-from="${value(node.attrs.from)}"` : "";
      return isBlank(node) ? "" : `<aside class="pull-quote"${id}${from}>${inline(node)}</aside>`;
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
  const text = node.textContent.replace(/^\n+|\n+$/g, "");
  const name = node.attrs.language ? ` class="language-${value(node.attrs.language)}"` : "";
  return text.trim() ? `<pre${id}><code${name}>${escape(text)}</code></pre>` : "";
}

function figure(node: ProseNode, id: string): string {
  const { src, alt, width, height, asset } = node.attrs;
  if (!src) return children(node) && `<p${id}>${inline(node.firstChild as ProseNode)}</p>`;
  const size = (width ? ` width="${value(width)}"` : "") + (height ? ` height="${value(height)}"` : "");
  const number = asset ? ` data-asset="${value(asset)}"` : "";
  return `<figure${id}><img src="${value(src)}" alt="${value(alt ?? "")}"${size}${number}>${children(node)}</figure>`;
}

function span(name: "colspan" | "rowspan", node: ProseNode): string {
  return node.attrs[name] > 1 ? ` ${name}="${node.attrs[name]}"` : "";
}

function speaker(node: ProseNode): string {
  return node.attrs.speaker ? ` data-speaker="${value(node.attrs.speaker)}"` : "";
}

/** Tells whether a reader would see nothing of the node. */
function isBlank(node: ProseNode): boolean {
  let blank = true;
  node.descendants((inner) => {
    if (inner.isText ? !BLANK.test(inner.text ?? "") : inner.isAtom && inner.type.name !== "hardBreak") blank = false;
    return blank;
  });
  return blank;
}

function inline(node: ProseNode): string {
  let html = "";
  let open: readonly Mark[] = [];
  node.forEach((child) => {
    let shared = 0;
    while (shared < open.length && shared < child.marks.length && open[shared]?.eq(child.marks[shared] as Mark)) shared++;
    html += closed(open, shared);
    for (const mark of child.marks.slice(shared)) html += opened(mark);
    open = child.marks;
    html += leaf(child);
  });
  return html + closed(open, 0);
}

function opened(mark: Mark): string {
  return mark.type.name === "link" ? `<a href="${value(mark.attrs.href)}">` : `<${TAGS[mark.type.name]}>`;
}

function closed(marks: readonly Mark[], down: number): string {
  let html = "";
  for (let i = marks.length - 1; i >= down; i--) html += `</${TAGS[(marks[i] as Mark).type.name]}>`;
  return html;
}

function leaf(node: ProseNode): string {
  if (node.isText) return escape(node.text ?? "");
  if (node.type.name === "hardBreak") return "<br>";
  return `<span class="footnote" data-note="${value(node.attrs.note)}"></span>`;
}

function escape(text: string): string {
  return text.replace(/[&<>\u00a0]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? "&nbsp;");
}

function value(text: unknown): string {
  return escape(String(text)).replaceAll('"', "&quot;");
}
