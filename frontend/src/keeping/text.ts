// The text at one moment, and how a later one is brought into the page.
import type { Node as ProseNode } from "@tiptap/pm/model";
import type { Desk } from "../desk.ts";
import { read } from "../html.ts";
import type { Fields } from "./answers.ts";
import { BROUGHT } from "./company.ts";
import { differing, putField, putFields, readFields } from "./fields.ts";
import { join } from "./joining.ts";
import type { Snapshot } from "./queue.ts";

export interface Text extends Snapshot {
  fields: Fields;
  doc: ProseNode;
  /** The last copy that was sent before: the save makes that one needless, and none after it. */
  number: number;
}

export interface Brought {
  /** A block or a field was changed here while the answer was on its way, and by somebody else. */
  isDoubled: boolean;
  both: string[];
}

/** Brings into the page what lies between what was sent and what came back; the caret and what can be undone stay. */
export function bring(desk: Desk, sent: { fields: Fields; doc: ProseNode }, back: { fields: Fields; body: string }): Brought {
  const both = putFields(desk, sent.fields, back.fields);
  if (back.body === sent.fields.body) return { isDoubled: false, both };
  const { transaction, isDoubled } = join(desk.editor.state, sent.doc, read(desk.editor.schema, back.body));
  if (transaction.docChanged) desk.editor.view.dispatch(transaction.setMeta("addToHistory", false).setMeta(BROUGHT, true));
  return { isDoubled, both };
}

/** Puts another text in the place of the one here, as something that the person did and may undo. */
export function takeUp(desk: Desk, fields: Fields): void {
  const here = readFields(desk);
  putFields(desk, here, fields);
  const { transaction } = join(desk.editor.state, desk.editor.state.doc, read(desk.editor.schema, fields.body ?? ""));
  desk.editor.view.dispatch(transaction);
  if (fields.seen) putField(desk.form, "seen", fields.seen);
  if (fields.note) putField(desk.form, "note", fields.note);
}

export function saysTheSame(one: Fields, other: Fields): boolean {
  return differing(one, other).length === 0;
}
