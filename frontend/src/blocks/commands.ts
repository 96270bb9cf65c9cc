// What can be done to whole blocks: moved, doubled, taken out, put in. As ProseMirror has it, a command without
// `dispatch` only tells whether it could be done.
import type { Node as ProseNode, NodeType } from "@tiptap/pm/model";
import { NodeSelection, Selection, TextSelection } from "@tiptap/pm/state";
import type { Command, EditorState, Transaction } from "@tiptap/pm/state";
import { newId } from "../schema/ids.ts";

/** Blocks side by side at the top of the body: their numbers, and where they begin and end. */
export interface Span {
  first: number;
  last: number;
  from: number;
  to: number;
}

/** Returns the blocks that the selection is in. */
export function spanOf(state: EditorState): Span {
  const { $from, $to } = state.selection;
  const end = state.doc.childCount - 1;
  const first = Math.min($from.index(0), end);
  const last = Math.max(first, Math.min($to.depth === 0 && $to.pos > $from.pos ? $to.index(0) - 1 : $to.index(0), end));
  return spanned(state.doc, first, last);
}

/** Returns the blocks with these numbers. */
export function spanned(doc: ProseNode, first: number, last: number): Span {
  let from = 0;
  for (let index = 0; index < first; index++) from += doc.child(index).nodeSize;
  let to = from;
  for (let index = first; index <= last; index++) to += doc.child(index).nodeSize;
  return { first, last, from, to };
}

/** Moves the blocks of the selection by one place. */
export const moveBy = (by: -1 | 1): Command => (state, dispatch) => {
  const { first, last } = spanOf(state);
  const next = state.doc.maybeChild(last + 1);
  // The empty line at the end is there to go on in; nothing moves below it.
  const isLast = !next || (last + 2 === state.doc.childCount && next.type.name === "paragraph" && next.content.size === 0);
  if (by < 0 ? first === 0 : isLast) return false;
  return moveTo(by < 0 ? first - 1 : last + 2)(state, dispatch);
};

/** Moves the blocks of the selection in front of the block with that number. */
export const moveTo = (place: number): Command => (state, dispatch) => {
  const { first, last, from, to } = spanOf(state);
  if (place >= first && place <= last + 1) return false;
  if (!dispatch) return true;
  // The blocks on the way go round to the other side: so those that were meant keep their selection, and all that is on them.
  const tr = state.tr;
  if (place < first) {
    const way = spanned(state.doc, place, first - 1);
    tr.insert(to, state.doc.slice(way.from, way.to).content).delete(way.from, way.to);
  } else {
    const way = spanned(state.doc, last + 1, place - 1);
    tr.delete(way.from, way.to).insert(from, state.doc.slice(way.from, way.to).content);
  }
  dispatch(tr.scrollIntoView());
  return true;
};

/** Puts a copy of the selection's blocks below them; the copies are blocks of their own, with ids of their own. */
export const duplicate: Command = (state, dispatch) => {
  const { first, last, to } = spanOf(state);
  if (!dispatch) return true;
  const copies: ProseNode[] = [];
  for (let index = first; index <= last; index++) {
    const node = state.doc.child(index);
    copies.push(node.type.create({ ...node.attrs, id: newId() }, node.content, node.marks));
  }
  const tr = state.tr.insert(to, copies);
  dispatch(tr.setSelection(Selection.near(tr.doc.resolve(to + 1))).scrollIntoView());
  return true;
};

/** Takes the selection's blocks out. */
export const remove: Command = (state, dispatch) => {
  const { from, to } = spanOf(state);
  if (!dispatch) return true;
  const tr = state.tr;
  if (to - from === state.doc.content.size) tr.replaceWith(from, to, paragraph(state));
  else tr.delete(from, to);
  dispatch(tr.setSelection(Selection.near(tr.doc.resolve(Math.min(from, tr.doc.content.size)), -1)).scrollIntoView());
  return true;
};

/** Selects the block that the selection is in, as a whole. */
export const select: Command = (state, dispatch) => {
  dispatch?.(state.tr.setSelection(NodeSelection.create(state.doc, spanOf(state).from)));
  return true;
};

/** Begins a paragraph below the block that the selection is in, from wherever in it. */
export const leave: Command = (state, dispatch) => {
  if (!dispatch) return true;
  const { to } = spanOf(state);
  const tr = state.tr.insert(to, paragraph(state));
  dispatch(tr.setSelection(TextSelection.create(tr.doc, to + 1)).scrollIntoView());
  return true;
};

export function paragraph(state: EditorState): ProseNode {
  return (state.schema.nodes.paragraph as NodeType).create();
}

/** Where a new block of that type would stand: instead of an empty paragraph, or below what the selection is in. */
export function placeFor(state: EditorState, type: NodeType): { from: number; to: number } | null {
  const { $to, $from } = state.selection;
  for (let depth = $to.depth; depth > 0; depth--) {
    const container = $to.node(depth - 1);
    const index = $to.index(depth - 1);
    const here = $to.node(depth);
    const isEmpty = here.type.name === "paragraph" && here.content.size === 0 && $from.depth === $to.depth;
    if (isEmpty && container.canReplaceWith(index, index + 1, type)) return { from: $to.before(depth), to: $to.after(depth) };
    if (container.canReplaceWith(index + 1, index + 1, type)) return { from: $to.after(depth), to: $to.after(depth) };
  }
  return state.doc.canReplaceWith($to.index(0), $to.index(0), type) ? { from: $to.pos, to: $to.pos } : null;
}

/** Puts a block in where it belongs, and sets the caret to where its words are to be written. */
export function put(state: EditorState, node: ProseNode): Transaction | null {
  const place = placeFor(state, node.type);
  if (!place) return null;
  const replaced = state.doc.nodeAt(place.from);
  const id = place.to > place.from && replaced ? replaced.attrs.id : null;
  const block = "id" in node.attrs && id ? node.type.create({ ...node.attrs, id }, node.content, node.marks) : node;
  const tr = state.tr.replaceWith(place.from, place.to, block);
  return caretIn(tr, place.from);
}

/** Sets the caret into the first text of the block at that position; below it, where it has none. */
export function caretIn(tr: Transaction, position: number): Transaction {
  const node = tr.doc.nodeAt(position) as ProseNode;
  if (node.isTextblock || node.firstChild) {
    return tr.setSelection(Selection.near(tr.doc.resolve(position + 1))).scrollIntoView();
  }
  const after = position + node.nodeSize;
  const next = tr.doc.nodeAt(after);
  if (next?.type.name !== "paragraph" || next.content.size) tr.insert(after, (tr.doc.type.schema.nodes.paragraph as NodeType).create());
  return tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView();
}
