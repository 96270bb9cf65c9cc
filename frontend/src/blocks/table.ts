// The tools of a table: they float above the one that the caret is in.
import { findParentNode } from "@tiptap/core";
import type { Desk, Part } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { float, type Floating } from "./float.ts";
import { rove } from "./roving.ts";

type Act = readonly [title: string, icon: string, press: (desk: Desk) => boolean];

const run = (name: string) => ({ editor }: Desk): boolean =>
  (editor.chain().focus() as unknown as Record<string, () => { run(): boolean }>)[name]?.().run() ?? false;

const ACTS: readonly (Act | null)[] = [
  ["Add a row above", "rowabove", run("addRowBefore")],
  ["Add a row below", "rowbelow", run("addRowAfter")],
  ["Delete the row", "rowout", run("deleteRow")],
  null,
  ["Add a column before", "colbefore", run("addColumnBefore")],
  ["Add a column after", "colafter", run("addColumnAfter")],
  ["Delete the column", "colout", run("deleteColumn")],
  null,
  ["First row is a header", "rowhead", run("toggleHeaderRow")],
  ["First column is a header", "colhead", run("toggleHeaderColumn")],
  null,
  ["Delete the table", "trash", run("deleteTable")],
];

export const tableTools: Part = (desk) => {
  const { editor } = desk;
  let floating: Floating | null = null;
  const bar = h("div", { role: "toolbar", "aria-label": "Table", class: "bubble" });
  for (const act of ACTS) {
    if (!act) bar.append(h("hr", { "aria-hidden": "true" }));
    else bar.append(h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": act[0], title: act[0], click: () => void act[2](desk) }, icon(act[1])));
  }
  const roving = rove(bar, () => editor.commands.focus());
  const where = () => {
    const found = findParentNode((node) => node.type.name === "table")(editor.state.selection);
    const element = found && editor.view.nodeDOM(found.pos);
    return element instanceof HTMLElement ? element.getBoundingClientRect() : null;
  };
  const tell = () => {
    const isIn = editor.isActive("table") && (editor.isFocused || bar.contains(document.activeElement));
    if (isIn && !floating) floating = float(desk, bar, { at: where, above: true });
    else if (!isIn && floating) {
      floating.close();
      floating = null;
    }
    floating?.settle();
  };
  editor.on("transaction", () => requestAnimationFrame(tell));
  editor.on("focus", () => requestAnimationFrame(tell));
  editor.on("blur", () => requestAnimationFrame(tell));
  bar.addEventListener("focusout", () => requestAnimationFrame(tell));
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.altKey || !event.shiftKey || !floating) return;
    event.preventDefault();
    event.stopPropagation();
    roving.focus();
  }, true);
};
