// Turns a block into one of another kind. Its words stay, and its id with the first of what it becomes.
import { Fragment } from "@tiptap/pm/model";
import type { Node as ProseNode, NodeType, Schema } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import type { Command } from "@tiptap/pm/state";
import { spanOf } from "./commands.ts";

export type Target =
  | "paragraph" | "heading2" | "heading3" | "heading4" | "bulletList" | "orderedList" | "blockquote" | "callout"
  | "codeBlock" | "pullQuote" | "qa";

/** Kinds that hold no running text: there is nothing in them that could become something else. */
const FIXED = new Set(["figure", "embed", "table", "horizontalRule"]);

/** Turns the blocks of the selection into that kind. */
export const turnInto = (target: Target): Command => (state, dispatch) => {
  const { first, last, from, to } = spanOf(state);
  const blocks: ProseNode[] = [];
  for (let index = first; index <= last; index++) blocks.push(state.doc.child(index));
  if (blocks.some((block) => FIXED.has(block.type.name)) || blocks.every((block) => isAlready(block, target))) return false;
  if (!dispatch) return true;
  const made = turned(state.schema, blocks, target);
  // The first keeps the id; where one block becomes many, the rest get new ones when they are in.
  const id = blocks[0]?.attrs.id ?? null;
  const offset = state.selection.$head.parentOffset;
  const tr = state.tr.replaceWith(from, to, made.map((node, index) => withId(node, index === 0 ? id : null)));
  const place = firstText(tr.doc, from);
  const end = place + (tr.doc.resolve(place).parent.content.size ?? 0);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, Math.min(place + offset, end))).scrollIntoView());
  return true;
};

/** Returns the kind that a block is, in the words of `Target`. */
export function kindOf(block: ProseNode): string {
  return block.type.name === "heading" ? `heading${block.attrs.level}` : block.type.name;
}

function isAlready(block: ProseNode, target: Target): boolean {
  return kindOf(block) === target;
}

function withId(node: ProseNode, id: string | null): ProseNode {
  return node.type.create({ ...node.attrs, id }, node.content, node.marks);
}

function firstText(doc: ProseNode, from: number): number {
  let found = from + 1;
  doc.nodesBetween(from, doc.content.size, (node, position) => {
    if (found > from + 1 || !node.isTextblock) return found === from + 1;
    found = position + 1;
    return false;
  });
  return found;
}

function turned(schema: Schema, blocks: ProseNode[], target: Target): ProseNode[] {
  const type = (name: string) => schema.nodes[name] as NodeType;
  const single = blocks.length === 1 ? blocks[0] : undefined;
  if (target === "bulletList" || target === "orderedList") {
    // From one list to the other, what is nested stays nested.
    if (single && /List$/.test(single.type.name)) return [type(target).create(null, single.content)];
    const items = lines(blocks).map((line) => type("listItem").create(null, type("paragraph").create(null, line)));
    return [type(target).create(null, items)];
  }
  if (target === "blockquote" || target === "callout") {
    // One box is not put into the other: what is in it goes over.
    const isWhole = (block: ProseNode) => fits(type(target), block) && block.type.name !== "blockquote";
    const inside = blocks.flatMap((block) => (isWhole(block) ? [withoutId(block)] : inner(schema, block, type(target))));
    return [type(target).create(null, inside)];
  }
  if (target === "codeBlock") {
    const text = lines(blocks).map(textOf).join("\n");
    return [type(target).create(null, text ? schema.text(text) : null)];
  }
  if (target === "qa") {
    const [asked, ...answered] = lines(blocks);
    const answer = (answered.length ? answered : [Fragment.empty]).map((line) => type("paragraph").create(null, line));
    return [type("qa").create(null, [type("qaQuestion").create(null, asked), type("qaAnswer").create(null, answer)])];
  }
  const level = /^heading(\d)$/.exec(target)?.[1];
  return lines(blocks).map((line) =>
    level ? type("heading").create({ level: Number(level) }, line) : type(target).create(null, line));
}

function fits(container: NodeType, block: ProseNode): boolean {
  return container.contentMatch.matchType(block.type) !== null;
}

function inner(schema: Schema, block: ProseNode, container: NodeType): ProseNode[] {
  const inside: ProseNode[] = [];
  block.forEach((child) => inside.push(child));
  if (inside.length && inside.every((child) => fits(container, child))) return inside.map(withoutId);
  return lines([block]).map((line) => (schema.nodes.paragraph as NodeType).create(null, line));
}

function withoutId(block: ProseNode): ProseNode {
  return "id" in block.attrs ? withId(block, null) : block;
}

/** Returns the lines of text in the blocks; those of a listing are lines of their own. */
function lines(blocks: ProseNode[]): Fragment[] {
  const found: Fragment[] = [];
  const schema = (blocks[0] as ProseNode).type.schema;
  for (const block of blocks) {
    const visit = (node: ProseNode): boolean => {
      if (node.type.spec.code) {
        for (const line of node.textContent.split("\n")) found.push(line ? Fragment.from(schema.text(line)) : Fragment.empty);
      } else if (node.isTextblock) found.push(node.content);
      return !node.isTextblock;
    };
    if (visit(block)) block.descendants(visit);
  }
  const filled = found.filter((line) => line.size);
  return filled.length ? filled : [Fragment.empty];
}

function textOf(line: Fragment): string {
  let text = "";
  line.forEach((node) => {
    text += node.isText ? node.text : node.type.name === "hardBreak" ? "\n" : "";
  });
  return text;
}
