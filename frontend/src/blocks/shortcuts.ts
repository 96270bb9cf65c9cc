// All keys of the text, as the sheet of keys lists them. Those without a command are the toolkit's own.
import type { Desk } from "../desk.ts";
import type { Command } from "@tiptap/pm/state";
import { openBlockMenu } from "./blockmenu.ts";
import { KINDS } from "./catalogue.ts";
import { toSettings } from "./chooser.ts";
import { duplicate, leave, moveBy, remove, select } from "./commands.ts";
import { FORMATS, FOOTNOTE, REDO, UNDO } from "./formats.ts";
import { pullFromSelection } from "./pull.ts";

export interface Shortcut {
  /** In the editor's notation, `Mod-Shift-d`; `keyName` writes it as it stands on the keyboard. */
  keys: string;
  what: string;
  group: "Words" | "Blocks" | "Getting around" | "Typed";
}

const BY_TOOLKIT = new Set(["Mod-b", "Mod-i", "Mod-e", "Mod-Shift-s", "Mod-,", "Mod-.", "Mod-z", "Mod-Shift-z",
  "Mod-Alt-0", "Mod-Alt-2", "Mod-Alt-3", "Mod-Alt-4", "Mod-Shift-8", "Mod-Shift-7", "Mod-Shift-b"]);

export const SHORTCUTS: readonly Shortcut[] = [
  ...[UNDO, REDO, ...FORMATS, FOOTNOTE].map(({ key, title }): Shortcut => ({ keys: key, what: title, group: "Words" })),
  ...KINDS.filter(({ key, name }) => key && name !== "footnote").map(({ key, title }): Shortcut => ({ keys: key, what: title, group: "Blocks" })),
  { keys: "Alt-Shift-ArrowUp", what: "Move the block up", group: "Blocks" },
  { keys: "Alt-Shift-ArrowDown", what: "Move the block down", group: "Blocks" },
  { keys: "Mod-Shift-d", what: "Duplicate the block", group: "Blocks" },
  { keys: "Mod-Shift-Backspace", what: "Delete the block", group: "Blocks" },
  { keys: "Mod-/", what: "Menu of the block", group: "Blocks" },
  { keys: "Mod-Alt-Enter", what: "Select the block as a whole", group: "Blocks" },
  { keys: "Alt-Enter", what: "To what can be set on the block: who speaks, the language, the alt text; Enter leads back", group: "Blocks" },
  { keys: "Mod-Enter", what: "Go on below the block", group: "Blocks" },
  { keys: "Alt-F10", what: "To the toolbar, and Escape back", group: "Getting around" },
  { keys: "Alt-Shift-F10", what: "To the tools of the table", group: "Getting around" },
  { keys: "Tab", what: "Next cell, next part of an interview; indents a list or code", group: "Getting around" },
  { keys: "Shift-Tab", what: "The same, backwards", group: "Getting around" },
  { keys: "/", what: "All blocks, on an empty line", group: "Typed" },
  { keys: "## ", what: "Section title; ### and #### for smaller ones", group: "Typed" },
  { keys: "- ", what: "List", group: "Typed" },
  { keys: "1. ", what: "Numbered list", group: "Typed" },
  { keys: "> ", what: "Quote", group: "Typed" },
  { keys: "```python ", what: "Code, in that language", group: "Typed" },
  { keys: "---", what: "Dividing line", group: "Typed" },
  { keys: "**bold** *italic* `code` ~~struck~~", what: "Formats", group: "Typed" },
  { keys: "[text](address)", what: "Link", group: "Typed" },
];

/** Returns what our own keys do. */
export function keymapOf(desk: Desk): Record<string, Command> {
  const act = (press: (desk: Desk) => unknown): Command => (_state, dispatch) => {
    if (dispatch) press(desk);
    return true;
  };
  const keys: Record<string, Command> = {};
  for (const { key, press } of [...FORMATS, FOOTNOTE]) if (!BY_TOOLKIT.has(key)) keys[key] = act(press);
  for (const { key, insert } of KINDS) if (key && !BY_TOOLKIT.has(key)) keys[key] = act(insert);
  return {
    ...keys,
    "Mod-Alt-u": act((at) => pullFromSelection(at) || KINDS.find(({ name }) => name === "pullQuote")?.insert(at)),
    "Alt-Shift-ArrowUp": moveBy(-1),
    "Alt-Shift-ArrowDown": moveBy(1),
    "Mod-Shift-d": duplicate,
    "Mod-Shift-Backspace": remove,
    "Mod-/": act((at) => openBlockMenu(at)),
    "Mod-Alt-Enter": select,
    "Alt-Enter": (_state, dispatch) => !dispatch || toSettings(desk),
    "Mod-Enter": leave,
  };
}
