// Random documents and random editing, the same for the same number: what no example would think of.
import type { Mark, Node as ProseNode, NodeType, Schema } from "@tiptap/pm/model";
import { EditorState, NodeSelection, Selection, TextSelection } from "@tiptap/pm/state";
import type { Command } from "@tiptap/pm/state";
import { splitBlock, joinBackward, joinForward, deleteSelection, lift, selectAll } from "@tiptap/pm/commands";
import * as commands from "../src/blocks/commands.ts";
import * as qa from "../src/blocks/qa.ts";
import { turnInto } from "../src/blocks/turn.ts";
import type { Target } from "../src/blocks/turn.ts";

export type Dice = (sides: number) => number;

/** Returns dice that fall the same way for the same number (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296 * sides);
  };
}

const WORDS = ["clock", " ", "  ", "one second", "a & b", "<tag>", "\u00a0", "naïve", "…", "\t", "x\ny", " end", "start ", "\u200b", "“so”",
  "\u2028", "🙂", "e\u0301", "//", "\u0007"];
const ADDRESSES = ["https://example.org/a?b=1&c=2", "/articles/x", "mailto:a@b.c", "javascript:alert(1)", "https://e.org/a b", ""];
const VALUES = ["Overscan", "Marit Oduya-Lind", "", "  spaced  out ", "a \"b\" <c>", "line\nend"];

export function pick<T>(roll: Dice, from: readonly T[]): T {
  return from[roll(from.length)] as T;
}

function marks(roll: Dice, schema: Schema): Mark[] {
  let found: readonly Mark[] = [];
  for (const type of Object.values(schema.marks)) {
    if (roll(6) === 0) found = type.create(type.name === "link" ? { href: pick(roll, ADDRESSES) } : null).addToSet(found);
  }
  return [...found];
}

function inline(roll: Dice, type: NodeType): ProseNode[] {
  const { schema } = type;
  const found: ProseNode[] = [];
  for (let left = roll(5); left > 0; left--) {
    const allowed = type.spec.marks === "" ? [] : marks(roll, schema);
    const kind = type.spec.code ? 9 : roll(10);
    if (kind === 0) found.push((schema.nodes.hardBreak as NodeType).create(null, null, allowed));
    else if (kind === 1) found.push((schema.nodes.footnote as NodeType).create({ note: pick(roll, VALUES) }, null, allowed));
    else found.push(schema.text(pick(roll, WORDS), allowed));
  }
  return found;
}

const ATTRIBUTES: Record<string, (roll: Dice) => Record<string, unknown>> = {
  heading: (roll) => ({ level: 2 + roll(3) }),
  orderedList: (roll) => ({ start: pick(roll, [1, 1, 4, 0, -2]) }),
  codeBlock: (roll) => ({ language: pick(roll, [null, "python", "C++", "no such thing"]) }),
  figure: (roll) => ({ src: pick(roll, ["/media/a.png", "/media/renditions/aa/b.webp", "https://other.example/x.png", null]),
    alt: pick(roll, [...VALUES, null]), width: pick(roll, ["800", null]), height: pick(roll, ["600", null]), asset: pick(roll, ["7", null]) }),
  embed: (roll) => pick(roll, [{ provider: "youtube", key: "dQw4w9WgXcQ" }, { provider: "nobody", key: "x" }, { provider: "vimeo", key: "1/../2" }]),
  pullQuote: (roll) => ({ from: pick(roll, [null, "b1", "not an id"]) }),
  callout: (roll) => ({ kind: pick(roll, ["note", "tip", "warning"]) }),
  qaQuestion: (roll) => ({ speaker: pick(roll, VALUES) }),
  qaAnswer: (roll) => ({ speaker: pick(roll, VALUES) }),
};

/** Returns a node of that type with whatever it may hold. */
function any(roll: Dice, type: NodeType, depth: number): ProseNode {
  const attributes = ATTRIBUTES[type.name]?.(roll) ?? null;
  if (type.inlineContent) return type.create(attributes, inline(roll, type));
  if (type.name === "table") {
    const columns = 1 + roll(3);
    const rows = Array.from({ length: 1 + roll(3) }, () => type.schema.nodes.tableRow?.create(null,
      Array.from({ length: columns }, () => any(roll, type.schema.nodes[pick(roll, ["tableCell", "tableHeader"])] as NodeType, depth + 1))) as ProseNode);
    return type.create(attributes, rows);
  }
  const content: ProseNode[] = [];
  let match = type.contentMatch;
  while (!match.validEnd || (roll(2) && content.length < 3)) {
    const offered: NodeType[] = [];
    for (let index = 0; index < match.edgeCount; index++) offered.push(match.edge(index).type);
    const shallow = offered.filter(({ inlineContent }) => inlineContent);
    const next = pick(roll, depth > 1 && shallow.length ? shallow : offered);
    if (!next) break;
    content.push(any(roll, next, depth + 1));
    match = match.matchType(next) ?? match;
  }
  return type.create(attributes, content);
}

export function anyDoc(roll: Dice, schema: Schema): ProseNode {
  const blocks = Object.values(schema.nodes).filter((type) => type.isInGroup("block"));
  return (schema.topNodeType as NodeType).create(null, Array.from({ length: 1 + roll(4) }, () => any(roll, pick(roll, blocks), 0)));
}

const TARGETS: Target[] = ["paragraph", "heading2", "heading3", "heading4", "bulletList", "orderedList", "blockquote", "callout", "codeBlock", "pullQuote", "qa"];
const COMMANDS: Command[] = [
  commands.moveBy(-1), commands.moveBy(1), commands.duplicate, commands.remove, commands.select, commands.leave, qa.enter, qa.backspace,
  qa.tab(1), qa.tab(-1), splitBlock, joinBackward, joinForward, deleteSelection, lift, selectAll, ...TARGETS.map((target) => turnInto(target)),
];

/** Does something to a document that somebody might do, and returns what it became. */
export function edited(roll: Dice, state: EditorState): EditorState {
  const place = state.doc.resolve(roll(state.doc.content.size + 1));
  const other = state.doc.resolve(Math.min(state.doc.content.size, place.pos + roll(12)));
  const around = Selection.near(place, roll(2) ? 1 : -1);
  const selection = roll(8) === 0 && place.nodeAfter && !place.nodeAfter.isText && NodeSelection.isSelectable(place.nodeAfter)
    ? NodeSelection.create(state.doc, place.pos)
    : roll(3) === 0 ? TextSelection.between(place, other) : around;
  let next = state.apply(state.tr.setSelection(selection));
  const dispatch = (tr: EditorState["tr"]) => {
    next = next.apply(tr);
  };
  const act = roll(5);
  if (act === 0 && next.selection.$from.parent.inlineContent) dispatch(next.tr.insertText(pick(roll, WORDS)));
  else if (act === 1 && next.selection.$from.parent.inlineContent) {
    const mark = pick(roll, Object.values(state.schema.marks)).create();
    dispatch(next.tr.addMark(next.selection.from, next.selection.to, mark.type.name === "link" ? mark.type.create({ href: "/x" }) : mark));
  } else if (act === 2) {
    const blocks = Object.values(state.schema.nodes).filter((type) => type.isInGroup("block"));
    const tr = commands.put(next, any(roll, pick(roll, blocks), 1));
    if (tr) dispatch(tr);
  } else pick(roll, COMMANDS)(next, dispatch);
  return next;
}
