// The toolbar that floats above selected words.
import { TextSelection } from "@tiptap/pm/state";
import { runById } from "../commands.ts";
import type { Part } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { openBlockMenu } from "./blockmenu.ts";
import { float, selectionRect, type Floating } from "./float.ts";
import { FORMATS, type Format } from "./formats.ts";
import { pullFromSelection } from "./pull.ts";
import { rove } from "./roving.ts";
import { formatButton, keepUp } from "./toolbar.ts";
import { spanOf } from "./commands.ts";

export const bubble: Part = (desk) => {
  const { editor } = desk;
  const bar = h("div", { role: "toolbar", "aria-label": "Selection", class: "bubble" });
  const pairs: [Format, HTMLButtonElement][] = FORMATS.map((format) => [format, formatButton(desk, format)]);
  const turn = h("button", { type: "button", class: "button button--quiet button--small", "aria-haspopup": "menu",
    click: () => openBlockMenu(desk, { at: () => bar.isConnected ? bar.getBoundingClientRect() : selectionRect(desk), only: "turn" }) }, "Turn into", icon("more"));
  const pull = h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": "Make a pull quote of it",
    title: "Make a pull quote of it", click: () => void pullFromSelection(desk) }, icon("pull"));
  const comment = h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": "Comment on it",
    title: "Comment on it", click: () => runById(desk, "comment") }, icon("comment"));
  bar.append(...pairs.map(([, button]) => button), h("hr", { "aria-hidden": "true" }), comment, pull, turn);
  const roving = rove(bar, () => editor.commands.focus());
  keepUp(desk, pairs);

  let floating: Floating | null = null;
  let isPressing = false;
  const isWanted = () => {
    const { selection } = editor.state;
    if (isPressing || !(selection instanceof TextSelection) || selection.empty || editor.isActive("codeBlock")) return false;
    return (editor.isFocused || bar.contains(document.activeElement)) && editor.state.doc.textBetween(selection.from, selection.to).trim() !== "";
  };
  const tell = () => {
    if (editor.isDestroyed) return;
    const wanted = isWanted();
    if (wanted && !floating) floating = float(desk, bar, { at: () => selectionRect(desk), above: true });
    else if (!wanted && floating) {
      floating.close();
      floating = null;
    }
    const { first, last } = spanOf(editor.state);
    pull.hidden = first !== last || editor.isActive("pullQuote");
    floating?.settle();
  };
  const soon = () => requestAnimationFrame(tell);
  for (const name of ["selectionUpdate", "update", "focus", "blur"] as const) editor.on(name, soon);
  bar.addEventListener("focusout", soon);
  // While the mouse is still choosing, nothing should stand in its way.
  editor.view.dom.addEventListener("pointerdown", () => {
    isPressing = true;
    tell();
  });
  document.addEventListener("pointerup", () => {
    isPressing = false;
    soon();
  });
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.altKey || event.shiftKey || !floating) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    roving.focus();
  }, true);
};
