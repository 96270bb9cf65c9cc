// Puts pictures of the library into the text where they were meant to be, without moving the caret of somebody who writes on.
import type { Node as ProseNode, NodeType, Schema } from "@tiptap/pm/model";
import { Fragment, Slice } from "@tiptap/pm/model";
import type { Transaction } from "@tiptap/pm/state";
import { dropPoint } from "@tiptap/pm/transform";
import { attributesOf } from "../blocks/figure.ts";
import type { Desk, Picture } from "../desk.ts";

/** Returns the figure that a picture is in a text. */
export function figureOf(schema: Schema, picture: Picture): ProseNode {
  const caption = schema.node("figcaption", null, picture.caption ? schema.text(picture.caption) : []);
  return schema.node("figure", { ...attributesOf(picture) }, caption);
}

/** Returns the nearest place between blocks where a figure may stand. */
export function boundary(doc: ProseNode, position: number): number {
  const at = Math.max(0, Math.min(position, doc.content.size));
  const type = doc.type.schema.nodes.figure as NodeType;
  const figure = type.create({}, (doc.type.schema.nodes.figcaption as NodeType).create());
  const found = dropPoint(doc, at, new Slice(Fragment.from(figure), 0, 0));
  if (found !== null) return found;
  const $at = doc.resolve(at);
  return $at.depth ? $at.after(1) : at;
}

/** Puts the picture in at a place between blocks, as one step that can be undone. */
export function placeFigure(tr: Transaction, picture: Picture, position: number): number {
  const at = boundary(tr.doc, position);
  tr.insert(at, figureOf(tr.doc.type.schema, picture));
  return at;
}

/** Leads to where the words for a picture are written: to what it shows first, where nobody has said it. */
export function askForWords(desk: Desk, position: number): boolean {
  const figure = desk.editor.state.doc.nodeAt(position);
  const shown = desk.editor.view.nodeDOM(position);
  const alt = shown instanceof HTMLElement ? shown.querySelector<HTMLInputElement>(".figure__alt input") : null;
  if (!alt || figure?.attrs.alt) return false;
  alt.focus({ preventScroll: true });
  alt.scrollIntoView({ block: "nearest" });
  return true;
}
