// Brings what the server joined into the text that is on the screen, block by block, so that neither the caret nor what
// can be undone is lost. Three texts are held against each other: what was sent, what came back, and what is here now.
import { Fragment, type Node as ProseNode } from "@tiptap/pm/model";
import { type EditorState, Selection, type Transaction } from "@tiptap/pm/state";
import { Transform } from "@tiptap/pm/transform";
import { write } from "../html.ts";
import { newId } from "../schema/ids.ts";

interface Block {
  node: ProseNode;
  html: string;
}

export interface Joined {
  transaction: Transaction;
  /** Whether a block was changed here while the save was on its way, and stands there twice now. */
  isDoubled: boolean;
}

/** Returns one block as it would be stored, or nothing where it would not be. */
export function blockHtml(node: ProseNode): string {
  return write(node.type.schema.topNodeType.create(null, node));
}

/** Returns the stored blocks of a document by their ids, in their order. */
export function blocksOf(doc: ProseNode): Map<string, Block> {
  const found = new Map<string, Block>();
  doc.forEach((node) => {
    const html = blockHtml(node);
    if (html && node.attrs.id) found.set(node.attrs.id, { node, html });
  });
  return found;
}

/** Returns the transaction that makes in the text here the changes that lie between `sent` and `joined`. */
export function join(state: EditorState, sent: ProseNode, joined: ProseNode): Joined {
  const before = blocksOf(sent);
  const after = blocksOf(joined);
  const change = state.tr;
  const caret = caretOf(state);
  let isDoubled = false;
  for (const [id, was] of before) {
    const now = after.get(id);
    const place = placeOf(change.doc, id);
    if (!now || !place || isSame(was.html, now.html)) continue;
    if (changeBlock(change, place, was.node, now.node)) continue;
    change.insert(place.position + place.node.nodeSize, withNewId(now.node));
    isDoubled = true;
  }
  let previous = "";
  for (const [id, now] of after) {
    const was = before.get(id);
    const place = placeOf(change.doc, id);
    if (!place) {
      if (was && isSame(was.html, now.html)) continue; // taken out here meanwhile
      change.insert(endOf(change.doc, previous), now.node);
    } else if (!was && !blockHtml(place.node)) {
      change.replaceWith(place.position, place.position + place.node.nodeSize, now.node); // it was there, and empty
    } else if (!was && !isSame(blockHtml(place.node), now.html)) {
      change.insert(place.position + place.node.nodeSize, withNewId(now.node));
      isDoubled = true;
    }
    previous = id;
  }
  for (const [id, was] of before) {
    const place = after.has(id) ? null : placeOf(change.doc, id);
    if (place && isSame(blockHtml(place.node), was.html)) remove(change, place);
  }
  const moved = reorder(change, [...before.keys()], [...after.keys()]);
  if (caret && moved.has(caret.id)) putCaret(change, caret);
  return { transaction: change, isDoubled };
}

/** Tells whether two blocks say the same. Space at their ends is no difference: it comes and goes while somebody types. */
function isSame(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.includes("<pre")) return false;
  return even(one) === even(other);
}

function even(html: string): string {
  return html.replace(/(?:\s|&nbsp;)+/g, " ").replace(/ (?=<\/(?!a|strong|em|s|code|su[bp]|kbd)\w+>)/g, "").replace(/^(<[^>]+>) /, "$1");
}

function placeOf(doc: ProseNode, id: string): { position: number; node: ProseNode } | null {
  let found: { position: number; node: ProseNode } | null = null;
  doc.forEach((node, position) => {
    if (node.attrs.id === id) found = { position, node };
  });
  return found;
}

function endOf(doc: ProseNode, id: string): number {
  const place = id ? placeOf(doc, id) : null;
  return place ? place.position + place.node.nodeSize : 0;
}

function withNewId(node: ProseNode): ProseNode {
  return node.type.create({ ...node.attrs, id: newId() }, node.content, node.marks);
}

/** Changes one block from `was` to `now`; false where the same words were changed here too. */
function changeBlock(change: Transaction, place: { position: number; node: ProseNode }, was: ProseNode, now: ProseNode): boolean {
  const { position, node } = place;
  if (isSame(blockHtml(node), blockHtml(now))) return true;
  const isUntouched = isSame(blockHtml(node), blockHtml(was));
  if (isUntouched && node.content.eq(now.content)) {
    change.setNodeMarkup(position, now.type, now.attrs);
    return true;
  }
  const theirs = range(isUntouched ? node : was, now);
  if (!theirs) return true;
  const mine = isUntouched ? null : range(was, node);
  let shift = 0;
  if (mine) {
    if (mine.start <= theirs.end && theirs.start <= mine.end) return false;
    if (mine.end < theirs.start) shift = mine.otherEnd - mine.end;
  }
  const slice = now.type.schema.topNodeType.create(null, now).slice(theirs.start, theirs.otherEnd);
  const from = position + shift + theirs.start;
  const to = position + shift + theirs.end;
  const trial = attempt(change.doc, (transform) => transform.replace(from, to, slice));
  const made = trial && placeOf(trial, now.attrs.id);
  if (made && (mine || isSame(blockHtml(made.node), blockHtml(now)))) change.replace(from, to, slice);
  else if (mine) return false;
  else change.replaceWith(position, position + node.nodeSize, now);
  return true;
}

function attempt(doc: ProseNode, change: (transform: Transform) => unknown): ProseNode | null {
  const transform = new Transform(doc);
  try {
    change(transform);
    transform.doc.check();
    return transform.doc;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

interface Range {
  start: number;
  end: number;
  otherEnd: number;
}

/** Returns the part of `one` that `other` has differently, counted from the beginning of the block. */
function range(one: ProseNode, other: ProseNode): Range | null {
  const [a, b] = [Fragment.from(one), Fragment.from(other)];
  const start = a.findDiffStart(b);
  const ends = a.findDiffEnd(b);
  if (start === null || !ends) return null;
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b));
  return { start, end: ends.a + overlap, otherEnd: ends.b + overlap };
}

function remove(change: Transaction, place: { position: number; node: ProseNode }): void {
  const { position, node } = place;
  if (change.doc.childCount > 1) change.delete(position, position + node.nodeSize);
  else change.replaceWith(position, position + node.nodeSize, node.type.schema.nodes.paragraph!.create());
}

/** Puts blocks into the order that came back, where that is not the one that was sent; returns which were moved. */
function reorder(change: Transaction, sent: string[], joined: string[]): Set<string> {
  const isThere = new Set(sent);
  const common = joined.filter((id) => isThere.has(id));
  const back = new Set(joined);
  if (common.join() === sent.filter((id) => back.has(id)).join()) return new Set();
  const here: string[] = [];
  change.doc.forEach((node) => {
    if (back.has(node.attrs.id)) here.push(node.attrs.id);
  });
  const rank = new Map(joined.map((id, index) => [id, index]));
  const staying = longestRising(here.map((id) => rank.get(id) as number));
  const moved = new Set(here.filter((id) => !staying.has(rank.get(id) as number)));
  for (const [index, id] of joined.entries()) {
    const place = moved.has(id) ? placeOf(change.doc, id) : null;
    if (!place) continue;
    change.delete(place.position, place.position + place.node.nodeSize);
    change.insert(endOf(change.doc, joined.slice(0, index).findLast((other) => placeOf(change.doc, other)) ?? ""), place.node);
  }
  return moved;
}

/** Returns a longest run of numbers that rise: what can stay where it is. */
function longestRising(numbers: number[]): Set<number> {
  const length = numbers.map(() => 1);
  const from = numbers.map(() => -1);
  let best = -1;
  for (let i = 0; i < numbers.length; i++) {
    for (let j = 0; j < i; j++) {
      if (numbers[j]! < numbers[i]! && length[j]! + 1 > length[i]!) {
        length[i] = length[j]! + 1;
        from[i] = j;
      }
    }
    if (best < 0 || length[i]! > length[best]!) best = i;
  }
  const staying = new Set<number>();
  for (let i = best; i >= 0; i = from[i]!) staying.add(numbers[i]!);
  return staying;
}

interface Caret {
  id: string;
  anchor: number;
  head: number;
}

function caretOf(state: EditorState): Caret | null {
  const { $anchor, anchor, head } = state.selection;
  if ($anchor.depth === 0) return null;
  const start = $anchor.before(1);
  return { id: $anchor.node(1).attrs.id, anchor: anchor - start, head: head - start };
}

function putCaret(change: Transaction, caret: Caret): void {
  const place = placeOf(change.doc, caret.id);
  if (place) change.setSelection(Selection.near(change.doc.resolve(place.position + Math.min(caret.head, place.node.nodeSize - 1))));
}
