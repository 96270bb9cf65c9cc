// The small lists at the head of a block: its language, its kind, its speaker. They are no stops of the Tab key, which
// in a long interview would be a hundred; Alt+Enter leads to them from the text, Enter and Escape lead back.
import type { EditorView } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";

export type Option = readonly [value: string, label: string];

/** Returns a list to choose from; `onChoose` is called with what was chosen. */
export function chooser(view: EditorView, label: string, onChoose: (value: string) => void): HTMLSelectElement {
  const select = h("select", { class: "chooser", "aria-label": label, title: `${label} (Alt+Enter)`, tabindex: -1 });
  let isByMouse = false;
  select.addEventListener("pointerdown", () => {
    isByMouse = true;
  });
  select.addEventListener("change", () => {
    onChoose(select.value);
    // Arrow keys choose one after the other: only a click says that the choosing is over.
    if (isByMouse && document.activeElement === select) view.focus();
    isByMouse = false;
  });
  backToText(view, select);
  return select;
}

export function offer(select: HTMLSelectElement, options: readonly Option[], chosen: string): void {
  select.replaceChildren(...options.map(([value, label]) => h("option", { value }, label)));
  select.value = chosen;
}

/** Lets Enter and Escape lead from a control back to the text. */
export function backToText(view: EditorView, control: HTMLElement): void {
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    view.focus();
  });
}

/** Leads from the text to what can be set on the block that the caret is in; tells whether there is anything. */
export function toSettings(desk: Desk): boolean {
  const { view, state } = desk.editor;
  const { node } = view.domAtPos(state.selection.from);
  let here = node instanceof Element ? node : node.parentElement;
  if ("node" in state.selection) here = (view.nodeDOM(state.selection.from) as Element | null) ?? here;
  for (; here && here !== view.dom; here = here.parentElement) {
    const control = here.querySelector<HTMLElement>(":scope > [contenteditable=false] :is(select, input):not([hidden])");
    if (!control) continue;
    control.focus();
    return true;
  }
  return false;
}
