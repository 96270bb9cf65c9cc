// What words can be: the formats, as the toolbars offer them.
import type { Desk } from "../desk.ts";
import { addFootnote } from "./footnote.ts";
import { editLink } from "./link.ts";

export interface Format {
  name: string;
  title: string;
  icon: string;
  key: string;
  press(desk: Desk): void;
  /** Whether the selection has it; none for what is not on or off. */
  isOn?: (desk: Desk) => boolean;
  can?: (desk: Desk) => boolean;
}

const mark = (name: string, title: string, icon: string, key: string): Format => ({
  name, title, icon, key,
  press: ({ editor }) => void editor.chain().focus().toggleMark(name).run(),
  isOn: ({ editor }) => editor.isActive(name),
  can: ({ editor }) => !editor.isActive("codeBlock"),
});

export const BOLD = mark("bold", "Bold", "bold", "Mod-b");
export const ITALIC = mark("italic", "Italic", "italic", "Mod-i");
export const CODE = mark("code", "Code", "code", "Mod-e");
export const STRIKE = mark("strike", "Struck out", "strike", "Mod-Shift-s");
export const SUBSCRIPT = mark("subscript", "Below the line", "sub", "Mod-,");
export const SUPERSCRIPT = mark("superscript", "Above the line", "sup", "Mod-.");
export const KEYS = mark("key", "Key", "key", "Mod-Alt-k");

export const LINK: Format = {
  name: "link", title: "Link", icon: "link", key: "Mod-k",
  press: (desk) => editLink(desk),
  isOn: ({ editor }) => editor.isActive("link"),
  can: ({ editor }) => !editor.isActive("codeBlock"),
};

export const FOOTNOTE: Format = {
  name: "footnote", title: "Footnote", icon: "note", key: "Mod-Alt-f",
  press: (desk) => addFootnote(desk),
  can: ({ editor }) => !editor.isActive("codeBlock"),
};

export const UNDO: Format = {
  name: "undo", title: "Undo", icon: "undo", key: "Mod-z",
  press: ({ editor }) => void editor.chain().focus().undo().run(),
  can: ({ editor }) => editor.can().undo(),
};

export const REDO: Format = {
  name: "redo", title: "Redo", icon: "redo", key: "Mod-Shift-z",
  press: ({ editor }) => void editor.chain().focus().redo().run(),
  can: ({ editor }) => editor.can().redo(),
};

export const FORMATS = [BOLD, ITALIC, CODE, LINK, STRIKE, SUBSCRIPT, SUPERSCRIPT, KEYS] as const;
