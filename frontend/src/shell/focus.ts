// Nothing but the text: rails, bars and toolbar step aside, what stays is whether it is saved, and the way back.
import { Plugin } from "@tiptap/pm/state";
import { register } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h, keyName } from "../dom.ts";

const STORE = "galley-desk-focus";
const KEYS = "Mod-Shift-f";

export function focus(desk: Desk): void {
  const leave = h("button", { type: "button", class: "button button--quiet button--small focus__leave", hidden: true, title: keyName("Escape") }, "Show everything");
  desk.root.querySelector(".tools__end")?.append(leave);

  const set = (isOn: boolean) => {
    const line = lineOfCaret(desk);
    document.documentElement.toggleAttribute("data-focus", isOn);
    leave.hidden = !isOn;
    try {
      localStorage.setItem(STORE, isOn ? "1" : "0");
    } catch {
      // Then it is not remembered.
    }
    const now = lineOfCaret(desk);
    if (line !== null && now !== null) scrollBy({ top: now - line, behavior: "instant" });
  };
  const isOn = () => document.documentElement.hasAttribute("data-focus");

  register({
    id: "focus", title: "Nothing but the text", group: "View", keys: KEYS, icon: "eye", isListening: true,
    words: "distraction free focus zen mode full screen",
    run: () => {
      set(!isOn());
      desk.editor.view.focus();
    },
  });
  leave.addEventListener("click", () => {
    set(false);
    desk.editor.view.focus();
  });
  // After everybody else: Esc that closed a menu or the search has done its work. In the text it never comes further
  // than the editor, so there it is the last of the editor's plugins that hears of it.
  const escape = (event: KeyboardEvent): boolean => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !isOn()) return false;
    if (document.querySelector("dialog[open]")) return false;
    set(false);
    return true;
  };
  desk.editor.registerPlugin(new Plugin({ props: { handleKeyDown: (_view, event) => escape(event) } }));
  addEventListener("keydown", escape);
  try {
    if (localStorage.getItem(STORE) === "1") set(true);
  } catch {
    // Nothing is remembered here.
  }
}

/** How far down the window the caret is, so that the text can stay where the eye is. */
function lineOfCaret(desk: Desk): number | null {
  const { view, state } = desk.editor;
  if (!view.hasFocus()) return null;
  return view.coordsAtPos(state.selection.head).top;
}
