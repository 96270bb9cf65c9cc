// The blocks of a body, as the server allows them (cms/core/html/shape.py). Groups say what may stand where:
// `block` at the top, `answer` in an answer, `flow` in a callout or quote, `item` in list items, cells and their quotes.
import { Node, mergeAttributes } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { CodeBlockLowlight } from "@tiptap/extension-code-block-lowlight";
import { Document } from "@tiptap/extension-document";
import { Heading } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { BulletList, ListItem, OrderedList } from "@tiptap/extension-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { lowlight } from "./languages.ts";

const TOP = "block";
const ANSWER = `${TOP} answer`;
const FLOW = `${ANSWER} flow`;
const ITEM = `${FLOW} item`;

export const Body = Document.extend({ content: "block+" });
export const Text = Paragraph.extend({ group: ITEM });
export const Title = Heading.extend({ group: FLOW }).configure({ levels: [2, 3, 4] });
export const Bullets = BulletList.extend({ group: ITEM });
export const Item = ListItem.extend({ content: "item+" });
export const Quote = Blockquote.extend({ group: FLOW, content: "flow+" });
export const Rule = HorizontalRule.extend({ group: FLOW });

/** A quote in an item or a cell, which holds no more than those do (cms/core/html/shape.py). */
export const InnerQuote = Node.create({
  name: "innerQuote",
  group: "item",
  content: "item+",
  defining: true,
  parseHTML: () => [{ tag: "blockquote", priority: 60, context: "listItem//|tableCell//|tableHeader//" }],
  renderHTML: () => ["blockquote", 0],
});

export const Numbers = OrderedList.extend({
  group: ITEM,
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element) => Number(element.getAttribute("start") ?? 1),
        renderHTML: ({ start }) => (start === 1 ? {} : { start }),
      },
    };
  },
});

export const Code = CodeBlockLowlight.extend({
  group: ITEM,
  addAttributes() {
    return {
      language: {
        default: null,
        parseHTML: (element) => /language-([^\s]+)/.exec(element.firstElementChild?.className ?? "")?.[1] ?? null,
        rendered: false,
      },
    };
  },
  renderHTML({ node, HTMLAttributes }) {
    const name: string | null = node.attrs.language;
    return ["pre", HTMLAttributes, ["code", name ? { class: `language-${name}` } : {}, 0]];
  },
}).configure({ lowlight, defaultLanguage: null, enableTabIndentation: true });

/** One line below a picture or an embed. */
export const Caption = Node.create({
  name: "figcaption",
  content: "inline*",
  defining: true,
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: () => ["figcaption", 0],
});

export const Figure = Node.create({
  name: "figure",
  group: FLOW,
  content: "figcaption",
  draggable: true,
  isolating: true,
  addAttributes() {
    const own = (name: string, from = name) => ({
      default: null,
      parseHTML: (element: HTMLElement) => element.querySelector("img")?.getAttribute(from) ?? null,
      rendered: false,
    });
    return { src: own("src"), alt: own("alt"), width: own("width"), height: own("height"), asset: own("asset", "data-asset") };
  },
  parseHTML: () => [{ tag: "figure:not(.embed)", getAttrs: (element) => (element.querySelector("img") ? {} : false) }],
  renderHTML({ node, HTMLAttributes }) {
    const { src, alt, width, height, asset } = node.attrs;
    return ["figure", HTMLAttributes, ["img", { src, alt: alt ?? "", width, height, "data-asset": asset }],
      ["div", { class: "figure__caption" }, 0]];
  },
});

export const Embed = Node.create({
  name: "embed",
  group: FLOW,
  content: "figcaption",
  draggable: true,
  isolating: true,
  addAttributes() {
    const own = (name: string) => ({
      default: "",
      parseHTML: (element: HTMLElement) => element.getAttribute(name) ?? "",
      renderHTML: (attrs: Record<string, string>) => ({ [name]: attrs[name.slice(5)] }),
    });
    return { provider: own("data-provider"), key: own("data-key") };
  },
  parseHTML: () => [{ tag: "figure.embed", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["figure", mergeAttributes(HTMLAttributes, { class: "embed" }), 0],
});

export const PullQuote = Node.create({
  name: "pullQuote",
  group: ANSWER,
  content: "inline*",
  defining: true,
  addAttributes() {
    return {
      from: {
        default: null,
        parseHTML: (element) => element.getAttribute("data-from"),
        renderHTML: ({ from }) => (from ? { "data-from": from } : {}),
      },
    };
  },
  parseHTML: () => [{ tag: "aside.pull-quote" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", mergeAttributes({ class: "pull-quote" }, HTMLAttributes), 0],
});

export const Callout = Node.create({
  name: "callout",
  group: ANSWER,
  content: "flow+",
  defining: true,
  addAttributes() {
    return {
      kind: {
        default: "note",
        parseHTML: (element) => element.getAttribute("data-kind") ?? "note",
        renderHTML: ({ kind }) => ({ "data-kind": kind }),
      },
    };
  },
  parseHTML: () => [{ tag: "aside.callout" }],
  renderHTML: ({ HTMLAttributes }) => ["aside", mergeAttributes({ class: "callout" }, HTMLAttributes), 0],
});

const speaker = () => ({
  speaker: {
    default: "",
    parseHTML: (element: HTMLElement) => element.getAttribute("data-speaker") ?? "",
    renderHTML: ({ speaker }: Record<string, string>) => (speaker ? { "data-speaker": speaker } : {}),
  },
});

export const Qa = Node.create({
  name: "qa",
  group: TOP,
  content: "qaQuestion qaAnswer",
  defining: true,
  isolating: true,
  parseHTML: () => [{ tag: "section.qa" }],
  renderHTML: ({ HTMLAttributes }) => ["section", mergeAttributes({ class: "qa" }, HTMLAttributes), 0],
});

export const Question = Node.create({
  name: "qaQuestion",
  content: "inline*",
  defining: true,
  addAttributes: speaker,
  parseHTML: () => [{ tag: "p.qa-question", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["p", mergeAttributes({ class: "qa-question" }, HTMLAttributes), 0],
});

export const Answer = Node.create({
  name: "qaAnswer",
  content: "answer+",
  defining: true,
  addAttributes: speaker,
  parseHTML: () => [{ tag: "div.qa-answer", priority: 60 }],
  renderHTML: ({ HTMLAttributes }) => ["div", mergeAttributes({ class: "qa-answer" }, HTMLAttributes), 0],
});

/** A note at a point of the text; its words are in an attribute, its number comes when it is published. */
export const Footnote = Node.create({
  name: "footnote",
  group: "inline",
  inline: true,
  atom: true,
  addAttributes() {
    return { note: { default: "", parseHTML: (e) => e.getAttribute("data-note") ?? "", renderHTML: ({ note }) => ({ "data-note": note }) } };
  },
  parseHTML: () => [{ tag: "span.footnote" }],
  renderHTML: ({ HTMLAttributes }) => ["span", mergeAttributes({ class: "footnote" }, HTMLAttributes)],
});

const cell = () => ({
  colspan: { default: 1, parseHTML: (e: HTMLElement) => Number(e.getAttribute("colspan") ?? 1) },
  rowspan: { default: 1, parseHTML: (e: HTMLElement) => Number(e.getAttribute("rowspan") ?? 1) },
  colwidth: { default: null, rendered: false, parseHTML: () => null },
});
const spans = ({ colspan, rowspan }: Record<string, number>) => ({
  ...(colspan === 1 ? {} : { colspan }),
  ...(rowspan === 1 ? {} : { rowspan }),
});

export const Cell = TableCell.extend({
  content: "item+",
  addAttributes: cell,
  renderHTML: ({ node }) => ["td", spans(node.attrs), 0],
});
export const HeadCell = TableHeader.extend({
  content: "item+",
  addAttributes: cell,
  renderHTML: ({ node }) => ["th", spans(node.attrs), 0],
});
export const Row = TableRow.extend({ content: "(tableCell | tableHeader)+" });
/** The toolkit's table writes styles and columns, which our policy forbids: this one is rows and cells. */
export const Grid = Table.extend({
  group: FLOW,
  addNodeView: () => null as never,
  renderHTML: ({ HTMLAttributes }) => ["table", { "data-id": HTMLAttributes["data-id"] }, ["tbody", 0]],
}).configure({ resizable: false, renderWrapper: false });
