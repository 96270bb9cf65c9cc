// The blocks that a writer can choose from: what they are called, what else they might be looked for by, and how they
// are made. The slash menu, the toolbars, the block's own menu and the list of keys all read from here.
import type { Node as ProseNode, NodeType, Schema } from "@tiptap/pm/model";
import type { Desk } from "../desk.ts";
import { put } from "./commands.ts";
import { askForEmbed } from "./embed.ts";
import { addFootnote } from "./footnote.ts";
import { newPair } from "./qa.ts";
import type { Target } from "./turn.ts";

export interface Kind {
  name: string;
  title: string;
  about: string;
  icon: string;
  group: "Write" | "Insert";
  /** Other words that people look for it by. */
  words: string;
  /** The key that makes it, in the editor's notation. */
  key: string;
  /** Whether, and as what, another block can be turned into it. */
  target: Target | null;
  insert(desk: Desk): void;
}

type Make = (schema: Schema, desk: Desk) => ProseNode;
const node = (schema: Schema, name: string, attributes = {}, content: ProseNode | ProseNode[] | null = null) =>
  (schema.nodes[name] as NodeType).create(attributes, content);
const around = (name: string, inside: string, attributes = {}): Make => (schema) =>
  node(schema, name, attributes, node(schema, inside));

/** Puts in a block that is made there and then. */
const made = (make: Make) => (desk: Desk) => {
  const { state, view } = desk.editor;
  const tr = put(state, make(state.schema, desk));
  if (tr) view.dispatch(tr);
  desk.editor.commands.focus();
};

const list: Make = (schema) => node(schema, "bulletList", {}, node(schema, "listItem", {}, node(schema, "paragraph")));
const numbers: Make = (schema) => node(schema, "orderedList", {}, node(schema, "listItem", {}, node(schema, "paragraph")));

function table(schema: Schema): ProseNode {
  const row = (cell: string) => node(schema, "tableRow", {}, [1, 2, 3].map(() => node(schema, cell, {}, node(schema, "paragraph"))));
  return node(schema, "table", {}, [row("tableHeader"), row("tableCell"), row("tableCell")]);
}

export const KINDS: readonly Kind[] = [
  { name: "paragraph", title: "Paragraph", about: "Running text", icon: "paragraph", group: "Write",
    words: "text plain normal body", key: "Mod-Alt-0", target: "paragraph", insert: made((schema) => node(schema, "paragraph")) },
  { name: "heading2", title: "Section title", about: "Begins a section, and stands in the outline", icon: "heading", group: "Write",
    words: "heading h2 headline title subhead", key: "Mod-Alt-2", target: "heading2",
    insert: made((schema) => node(schema, "heading", { level: 2 })) },
  { name: "heading3", title: "Smaller title", about: "A part of a section", icon: "heading", group: "Write",
    words: "heading h3 subheading title", key: "Mod-Alt-3", target: "heading3",
    insert: made((schema) => node(schema, "heading", { level: 3 })) },
  { name: "heading4", title: "Smallest title", about: "A part of a part", icon: "heading", group: "Write",
    words: "heading h4 subheading title", key: "Mod-Alt-4", target: "heading4",
    insert: made((schema) => node(schema, "heading", { level: 4 })) },
  { name: "bulletList", title: "List", about: "Points in no order", icon: "list", group: "Write",
    words: "bullets unordered ul points", key: "Mod-Shift-8", target: "bulletList", insert: made(list) },
  { name: "orderedList", title: "Numbered list", about: "Steps, or a ranking", icon: "numbers", group: "Write",
    words: "ordered ol steps 1 2 3", key: "Mod-Shift-7", target: "orderedList", insert: made(numbers) },
  { name: "blockquote", title: "Quote", about: "Somebody’s words, set apart", icon: "quote", group: "Write",
    words: "blockquote citation said", key: "Mod-Shift-b", target: "blockquote", insert: made(around("blockquote", "paragraph")) },
  { name: "qa", title: "Question and answer", about: "A pair of an interview", icon: "question", group: "Insert",
    words: "interview q&a qa ask speaker", key: "Mod-Alt-q", target: "qa", insert: (desk) => newPair(desk) },
  { name: "callout", title: "Callout", about: "A note, a tip or a warning", icon: "callout", group: "Insert",
    words: "note tip warning box aside info", key: "Mod-Alt-o", target: "callout", insert: made(around("callout", "paragraph")) },
  { name: "figure", title: "Picture with caption", about: "From the library or your disk", icon: "figure", group: "Insert",
    words: "image photo figure upload illustration caption", key: "Mod-Alt-p", target: null,
    insert: (desk) => desk.tell("pictureWanted", { position: desk.editor.state.selection.to, replaces: false }) },
  { name: "pullQuote", title: "Pull quote", about: "Taken from a sentence of the piece", icon: "pull", group: "Insert",
    words: "blurb highlight big quote callout", key: "Mod-Alt-u", target: "pullQuote", insert: made((schema) => node(schema, "pullQuote")) },
  { name: "table", title: "Table", about: "Three columns to begin with", icon: "table", group: "Insert",
    words: "grid sheet rows columns cells data", key: "Mod-Alt-t", target: null, insert: made(table) },
  { name: "codeBlock", title: "Code block", about: "A listing, coloured by its language", icon: "codeblock", group: "Insert",
    words: "listing source program snippet pre", key: "Mod-Alt-c", target: "codeBlock", insert: made((schema) => node(schema, "codeBlock")) },
  { name: "embed", title: "Embed", about: "A film, a pen or a post, by its address", icon: "embed", group: "Insert",
    words: "video youtube vimeo peertube codepen mastodon film card", key: "Mod-Alt-e", target: null, insert: (desk) => askForEmbed(desk) },
  { name: "footnote", title: "Footnote", about: "A note at this point of the text", icon: "note", group: "Insert",
    words: "note reference source endnote", key: "Mod-Alt-f", target: null, insert: (desk) => addFootnote(desk) },
  { name: "horizontalRule", title: "Dividing line", about: "A pause between two parts", icon: "rule", group: "Insert",
    words: "rule hr separator break line divider", key: "Mod-Alt-r", target: null, insert: made((schema) => node(schema, "horizontalRule")) },
];

/** Returns the kinds that the typed words may mean, those first whose name begins with them. */
export function matching(typed: string, kinds: readonly Kind[] = KINDS): Kind[] {
  const query = typed.trim().toLowerCase();
  if (!query) return [...kinds];
  const rank = ({ title, words }: Kind): number => {
    const name = title.toLowerCase();
    if (name.startsWith(query)) return 0;
    if (name.split(/\s+/).some((word) => word.startsWith(query))) return 1;
    if (words.split(" ").some((word) => word.startsWith(query))) return 2;
    return 3;
  };
  return kinds.map((kind) => [rank(kind), kind] as const).filter(([found]) => found < 3)
    .sort(([one], [other]) => one - other).map(([, kind]) => kind);
}
