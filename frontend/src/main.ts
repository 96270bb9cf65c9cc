// The writing desk: puts the editor where the page has its text field, and lets the parts attach themselves.
import { Editor } from "@tiptap/core";
import { Dropcursor, Gapcursor, Placeholder, UndoRedo } from "@tiptap/extensions";
import { Selection } from "@tiptap/pm/state";
import { open } from "./api.ts";
import { blocks, TOOLS } from "./blocks/index.ts";
import { Desk, type Part } from "./desk.ts";
import { read } from "./html.ts";
import { keeping } from "./keeping/index.ts";
import { pasting } from "./paste/index.ts";
import { pictures } from "./pictures/index.ts";
import { SCHEMA } from "./schema/index.ts";
import { shell } from "./shell/index.ts";
import { suggesting } from "./suggesting.ts";
import { talking } from "./talking.ts";

/** The parts, in the order in which they attach themselves. */
const PARTS: Part[] = [blocks, pictures, pasting, keeping, shell, talking, suggesting];

function sit(root: HTMLElement): void {
  const form = root.querySelector("form") ?? (root as HTMLFormElement);
  const source = form.elements.namedItem("body") as HTMLTextAreaElement;
  const place = root.querySelector<HTMLElement>("[data-desk-body]");
  if (!place) return;
  const editor = new Editor({
    element: place,
    extensions: [...SCHEMA, ...TOOLS, UndoRedo, Dropcursor.configure({ class: "drop-place", color: false }), Gapcursor,
      Placeholder.configure({ placeholder: "Begin here, or press / for a block" })],
    injectCSS: false,
    // Markdown in what is pasted is read by our own part, and not at all where plain words were asked for.
    enablePasteRules: false,
    editorProps: {
      attributes: { class: "prose", role: "textbox", "aria-multiline": "true", "aria-label": "Text", spellcheck: "true" },
    },
  });
  // Not as content of the constructor, which would fold white space; nor as a step that could be undone.
  const loaded = editor.state.tr.replaceWith(0, editor.state.doc.content.size, read(editor.schema, source.value).content);
  editor.view.dispatch(loaded.setSelection(Selection.atStart(loaded.doc)).setMeta("addToHistory", false));
  const token = (form.elements.namedItem("csrf_token") as HTMLInputElement).value;
  const desk = new Desk(root, form, editor, open(token));
  root.querySelector("[data-desk-still]")?.remove();
  place.hidden = false;
  root.dataset.desk = "ready";
  form.addEventListener("submit", () => desk.fill(), { capture: true });
  editor.on("update", () => desk.tell("changed", undefined));
  form.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    if (!place.contains(field) && field.form === form) desk.tell("changed", undefined);
  });
  for (const part of PARTS) part(desk);
}

for (const root of document.querySelectorAll<HTMLElement>("[data-module~=desk]")) sit(root);
