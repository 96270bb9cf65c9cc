// Footnotes: a sign in the text, numbered by where it stands, and a small sheet for its words.
import type { Node as ProseNode, NodeType } from "@tiptap/pm/model";
import { NodeSelection, TextSelection } from "@tiptap/pm/state";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import * as clean from "../clean.ts";
import { float } from "./float.ts";

/** Puts a note at the caret, and opens it. */
export function addFootnote(desk: Desk): void {
  const { state, view } = desk.editor;
  const { $to } = state.selection;
  const type = state.schema.nodes.footnote as NodeType;
  if (!$to.parent.inlineContent || $to.parent.type.spec.code) return;
  view.dispatch(state.tr.insert($to.pos, type.create()).scrollIntoView());
  openFootnote(desk, $to.pos);
}

/** Opens the note that stands at that position. */
export function openFootnote(desk: Desk, position: number): void {
  const { editor } = desk;
  const note = () => noteAt(editor.state.doc, position);
  if (!note()) return;
  editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, position)).setMeta("addToHistory", false));
  const field = h("textarea", { class: "field__input", rows: 3, "aria-label": "Words of the footnote", placeholder: "What the reader finds at the foot of the piece" });
  field.value = String(note()?.attrs.note ?? "");
  let isOver = false;

  const finish = (isKept: boolean) => {
    if (isOver) return;
    isOver = true;
    floating.close();
    const here = note();
    const words = clean.words(field.value, clean.MAX_NOTE);
    const tr = editor.state.tr;
    let end = position;
    if (here && (!isKept || !words)) tr.delete(position, position + 1);
    else if (here) {
      if (words !== here.attrs.note) tr.setNodeAttribute(position, "note", words);
      end = position + 1;
    }
    editor.view.dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(end))));
    editor.view.focus();
  };
  const panel = h("div", { class: "panel-float panel-float--note", role: "dialog", "aria-label": "Footnote" }, field,
    h("div", { class: "panel-float__row" },
      h("button", { type: "button", class: "button button--small button--main", click: () => finish(true) }, "Done"),
      h("button", { type: "button", class: "button button--small", click: () => finish(false) }, "Take it out")));
  const floating = float(desk, panel, {
    at: () => (editor.view.nodeDOM(position) as HTMLElement | null)?.getBoundingClientRect() ?? null,
    onLeave: () => finish(true),
  });
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape" && !(event.key === "Enter" && !event.shiftKey && !event.isComposing)) return;
    event.preventDefault();
    finish(true);
  });
  field.focus();
}

function noteAt(doc: ProseNode, position: number): ProseNode | null {
  const node = doc.nodeAt(position);
  return node?.type.name === "footnote" ? node : null;
}

export const footnoteView = (desk: Desk): NodeViewConstructor => (node, _view, getPos) => {
  const dom = h("span", { class: "footnote", role: "button" });
  const tell = (note: string) => {
    dom.setAttribute("aria-label", note ? `Footnote: ${note}` : "Footnote without words");
    dom.title = note;
    dom.dataset.note = note;
  };
  tell(node.attrs.note);
  dom.addEventListener("click", () => {
    const position = getPos();
    if (position !== undefined) openFootnote(desk, position);
  });
  return {
    dom,
    update: (next) => {
      if (next.type.name !== "footnote") return false;
      tell(next.attrs.note);
      return true;
    },
    ignoreMutation: () => true,
  };
};
