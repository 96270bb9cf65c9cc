// Pictures in the text: the caption and the words for whoever cannot see it are written in place.
import type { NodeType } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import * as clean from "../clean.ts";
import type { Desk, Picture } from "../desk.ts";
import { h } from "../dom.ts";
import { put } from "./commands.ts";

/** What a picture of the library is in a body. */
export function attributesOf(picture: Picture) {
  return { src: picture.src, alt: picture.alt, width: String(picture.width), height: String(picture.height), asset: String(picture.id) };
}

/** Puts a picture in at the caret, or at a position that was told with `pictureWanted`; the caret goes to its caption. */
export function insertFigure(desk: Desk, picture: Picture, position?: number): void {
  const { editor } = desk;
  if (position !== undefined) {
    const at = Math.min(position, editor.state.doc.content.size);
    editor.view.dispatch(editor.state.tr.setSelection(TextSelection.near(editor.state.doc.resolve(at), -1)));
  }
  const { state, view } = editor;
  const type = (name: string) => state.schema.nodes[name] as NodeType;
  const caption = type("figcaption").create(null, picture.caption ? state.schema.text(picture.caption) : null);
  const tr = put(state, type("figure").create(attributesOf(picture), caption));
  if (tr) view.dispatch(tr);
  view.focus();
}

/** Shows another picture in the figure at that position; its caption stays, unless it has none. */
export function replaceFigure(desk: Desk, position: number, picture: Picture): void {
  const { state, view } = desk.editor;
  const figure = state.doc.nodeAt(position);
  if (figure?.type.name !== "figure") return;
  const tr = state.tr.setNodeMarkup(position, null, { ...figure.attrs, ...attributesOf(picture) });
  if (!figure.textContent && picture.caption) tr.insert(position + 2, state.schema.text(picture.caption));
  view.dispatch(tr);
}

export const figureView = (desk: Desk): NodeViewConstructor => (node, view, getPos) => {
  let figure = node;
  const image = h("img", {});
  const alt = h("input", { class: "field__input", type: "text", tabindex: -1, "aria-label": "What the picture shows, for whoever cannot see it",
    placeholder: "What it shows, for whoever can’t see it" });
  const missing = h("span", { class: "figure__missing", role: "status" });
  const another = h("button", {
    type: "button", class: "button button--small button--quiet", tabindex: -1,
    click: () => {
      const position = getPos();
      if (position !== undefined) desk.tell("pictureWanted", { position, replaces: true });
    },
  }, "Another picture");
  const about = h("button", {
    type: "button", class: "button button--small button--quiet", "data-about": true,
    click: () => {
      const position = getPos();
      if (position !== undefined) desk.tell("pictureMeant", { position });
    },
  }, "Credit and crop");
  const words = h("div", { class: "figure__words", contenteditable: "false" }, h("label", { class: "figure__alt" }, h("span", {}, "Alt text"), alt), missing, another, about);
  const content = h("div", { class: "figure__caption" });
  const dom = h("figure", {}, h("div", { class: "figure__picture", contenteditable: "false" }, image), content, words);
  const tell = () => {
    const { src, width, height, id } = figure.attrs;
    if (id) dom.dataset.id = id;
    if (image.getAttribute("src") !== src) image.setAttribute("src", clean.localImage(src) ?? "");
    image.alt = figure.attrs.alt ?? "";
    for (const [name, size] of [["width", width], ["height", height]] as const) {
      if (size) image.setAttribute(name, size);
      else image.removeAttribute(name);
    }
    if (document.activeElement !== alt) alt.value = figure.attrs.alt ?? "";
    const isMissing = !clean.words(figure.attrs.alt, clean.MAX_ALT);
    missing.textContent = isMissing ? "Alt text missing" : "";
    missing.hidden = !isMissing;
    about.hidden = !figure.attrs.asset;
    dom.toggleAttribute("data-lacks-alt", isMissing);
  };
  alt.addEventListener("input", () => {
    const position = getPos();
    if (position !== undefined) view.dispatch(view.state.tr.setNodeAttribute(position, "alt", alt.value));
  });
  alt.addEventListener("blur", () => {
    alt.value = figure.attrs.alt ?? "";
  });
  alt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    const position = getPos();
    if (position !== undefined) desk.editor.chain().setTextSelection(position + 2).focus().run();
  });
  tell();
  return {
    dom,
    contentDOM: content,
    update: (next) => {
      if (next.type.name !== "figure") return false;
      figure = next;
      tell();
      return true;
    },
    stopEvent: (event) => words.contains(event.target as Node),
    ignoreMutation: (mutation) => !content.contains(mutation.target),
  };
};

