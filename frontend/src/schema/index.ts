// Everything a body is made of, in one list: what the page's editor and the tests build their schema from.
import type { Editor, Extensions } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Italic } from "@tiptap/extension-italic";
import { Strike } from "@tiptap/extension-strike";
import { Text as Words } from "@tiptap/extension-text";
import * as blocks from "./blocks.ts";
import { BlockIds } from "./ids.ts";
import { InlineCode, Key, PlainLink, Subscript, Superscript } from "./marks.ts";

/** One key and no other: the toolkit's marks take the key with Shift as well, which is another command's here. */
function keyed(key: string, name: string) {
  return { addKeyboardShortcuts: () => ({ [key]: ({ editor }: { editor: Editor }) => editor.commands.toggleMark(name) }) };
}

// The order of the marks is the order in which they are nested, outermost first (cms/core/html/inline.py has the same).
export const SCHEMA: Extensions = [
  blocks.Body, blocks.Text, Words, blocks.Title, blocks.Bullets, blocks.Numbers, blocks.Item, blocks.Quote, blocks.InnerQuote,
  blocks.Rule, blocks.Code, blocks.Figure, blocks.Embed, blocks.Caption, blocks.Grid, blocks.Row, blocks.Cell,
  blocks.HeadCell, blocks.Qa, blocks.Question, blocks.Answer, blocks.PullQuote, blocks.Callout, blocks.Footnote,
  HardBreak, BlockIds,
  PlainLink.extend({ priority: 190 }), Bold.extend({ priority: 180, ...keyed("Mod-b", "bold") }),
  Italic.extend({ priority: 170, ...keyed("Mod-i", "italic") }),
  Strike.extend({ priority: 160 }), InlineCode.extend({ priority: 150 }), Subscript.extend({ priority: 140 }),
  Superscript.extend({ priority: 130 }), Key.extend({ priority: 120 }),
];
