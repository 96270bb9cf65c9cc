// The blocks and their tools, attached to the desk.
import { Extension, InputRule } from "@tiptap/core";
import { TrailingNode } from "@tiptap/extensions";
import { redo } from "@tiptap/pm/history";
import { keydownHandler } from "@tiptap/pm/keymap";
import { Plugin } from "@tiptap/pm/state";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import * as clean from "../clean.ts";
import type { Desk, Part } from "../desk.ts";
import { bubble } from "./bubble.ts";
import { leave } from "./commands.ts";
import { embedPaste, embedView } from "./embed.ts";
import { figureView } from "./figure.ts";
import { footnoteView, openFootnote } from "./footnote.ts";
import { calloutView, codeView, tableView } from "./frames.ts";
import { handle } from "./handle.ts";
import { hints } from "./hints.ts";
import { asAddress } from "./link.ts";
import { pullView, ties } from "./pull.ts";
import * as qa from "./qa.ts";
import { keymapOf } from "./shortcuts.ts";
import { slash } from "./slash.ts";
import { tableTools } from "./table.ts";
import { toolbar } from "./toolbar.ts";

export { insertFigure, replaceFigure } from "./figure.ts";
export { SHORTCUTS } from "./shortcuts.ts";

/** What the editor is built with: `[text](address)` as it is typed, and a line below the last block to go on in. */
export const TOOLS = [
  TrailingNode.configure({ node: "paragraph" }),
  Extension.create({
    name: "typedLinks",
    addInputRules: () => [
      new InputRule({
        find: /\[([^\][\n]+)\]\(([^()\s]+)\)$/,
        handler: ({ state, range, match }) => {
          const href = clean.link(asAddress(match[2] ?? ""));
          const link = state.schema.marks.link;
          if (!href || !link) return null;
          const marks = state.doc.resolve(range.from).marks();
          state.tr.replaceWith(range.from, range.to, state.schema.text(match[1] as string, link.create({ href }).addToSet(marks)))
            .removeStoredMark(link);
          return undefined;
        },
      }),
    ],
  }),
];

export const blocks: Part = (desk) => {
  desk.editor.registerPlugin(views(desk));
  desk.editor.registerPlugin(ties());
  desk.editor.registerPlugin(hints());
  desk.editor.registerPlugin(embedPaste(desk), (plugin, plugins) => [plugin, ...plugins]);
  desk.editor.registerPlugin(keys(desk), (plugin, plugins) => [plugin, ...plugins]);
  for (const part of [slash, toolbar, bubble, tableTools, handle]) part(desk);
};

function views(desk: Desk): Plugin {
  const nodeViews: Record<string, NodeViewConstructor> = {
    figure: figureView(desk), embed: embedView, codeBlock: codeView, callout: calloutView, table: tableView,
    qaQuestion: qa.spokenView(desk), qaAnswer: qa.spokenView(desk), pullQuote: pullView(desk), footnote: footnoteView(desk),
  };
  return new Plugin({ props: { nodeViews } });
}

/** Our keys come before the toolkit's: Enter and Tab mean something else in a conversation. */
function keys(desk: Desk): Plugin {
  const own = keydownHandler(keymapOf(desk));
  const within = keydownHandler({
    Enter: (state, dispatch) => {
      const { selection } = state;
      if ("node" in selection && (selection as { node: { type: { name: string } } }).node.type.name === "footnote") {
        if (dispatch) openFootnote(desk, selection.from);
        return true;
      }
      // A caption is one line: what comes after it comes below the picture.
      if (selection.$from.parent.type.name === "figcaption") return leave(state, dispatch);
      return qa.enter(state, dispatch);
    },
    // Where there is nothing to do again, the key would mean undoing.
    "Mod-Shift-z": (state, dispatch) => redo(state, dispatch) || true,
    Backspace: qa.backspace,
    Tab: qa.tab(1),
    "Shift-Tab": qa.tab(-1),
  });
  return new Plugin({ props: { handleKeyDown: (view, event) => own(view, event) || within(view, event) } });
}
