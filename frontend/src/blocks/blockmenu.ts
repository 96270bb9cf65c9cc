// The menu of one block: move, duplicate, turn into, delete.
import type { Command, EditorState } from "@tiptap/pm/state";
import type { Desk } from "../desk.ts";
import { h, icon, keyName } from "../dom.ts";
import { KINDS } from "./catalogue.ts";
import { duplicate, moveBy, remove, spanOf } from "./commands.ts";
import { toSettings } from "./chooser.ts";
import { float } from "./float.ts";
import { turnInto } from "./turn.ts";

interface Act {
  title: string;
  icon: string;
  key: string;
  group: "block" | "turn";
  command: Command;
}

const ACTS: readonly Act[] = [
  { title: "Move up", icon: "up", key: "Alt-Shift-ArrowUp", group: "block", command: moveBy(-1) },
  { title: "Move down", icon: "down", key: "Alt-Shift-ArrowDown", group: "block", command: moveBy(1) },
  { title: "Duplicate", icon: "copy", key: "Mod-Shift-d", group: "block", command: duplicate },
  { title: "Delete", icon: "trash", key: "Mod-Shift-Backspace", group: "block", command: remove },
  ...KINDS.filter((kind) => kind.target).map((kind) => ({
    title: kind.title, icon: kind.icon, key: "", group: "turn" as const, command: turnInto(kind.target as never),
  })),
];

/** Opens the menu of the block that the selection is in. */
export function openBlockMenu(desk: Desk, { at, only }: { at?: () => DOMRect | null; only?: "turn" } = {}): void {
  const { editor } = desk;
  const block = () => editor.view.nodeDOM(spanOf(editor.state).from);
  const where = at ?? (() => {
    const element = block();
    const rect = element instanceof HTMLElement ? element.getBoundingClientRect() : null;
    return rect && new DOMRect(rect.left, rect.top, rect.width, Math.min(rect.height, 32));
  });
  const items: HTMLElement[] = [];
  const group = (name: "block" | "turn", label: string) => {
    const acts = ACTS.filter((act) => act.group === name && (name === "block" || act.command(editor.state)));
    if (!acts.length) return null;
    const rows = acts.map((act) => item(act));
    items.push(...rows);
    if (name === "block" && hasSettings(editor.state)) rows.push(settings());
    return h("div", { role: "group", "aria-label": label }, h("p", { class: "menu__group", role: "presentation" }, label), ...rows);
  };
  const item = (act: Act) => h("button", {
    type: "button", role: "menuitem", class: "menu__item", tabindex: -1, "aria-disabled": act.command(editor.state) ? null : "true",
    click: () => {
      close();
      act.command(editor.state, editor.view.dispatch);
      editor.view.focus();
    },
  }, icon(act.icon), h("span", {}, act.title), act.key ? h("span", { class: "key" }, keyName(act.key)) : h("span"));
  const settings = () => {
    const row = h("button", { type: "button", role: "menuitem", class: "menu__item", tabindex: -1, click: () => {
      close();
      editor.view.focus();
      toSettings(desk);
    } }, icon("settings"), h("span", {}, "Settings"), h("span", { class: "key" }, keyName("Alt-Enter")));
    items.push(row);
    return row;
  };
  const menu = h("div", { role: "menu", "aria-label": "This block", class: "menu menu--acts" },
    only ? null : group("block", "This block"), group("turn", "Turn into"));
  if (!items.length) return;
  const close = () => floating.close();
  const floating = float(desk, menu, {
    at: where,
    onLeave: (byKey) => {
      close();
      if (byKey) editor.view.focus();
    },
  });
  menu.addEventListener("keydown", (event) => onKey(event, items, () => {
    close();
    editor.view.focus();
  }));
  menu.addEventListener("focusin", (event) => {
    for (const one of items) one.tabIndex = one === event.target ? 0 : -1;
  });
  items[0]?.focus();
}

function hasSettings(state: EditorState): boolean {
  return /^(qa|codeBlock|callout|figure)$/.test(state.doc.child(spanOf(state).first).type.name);
}

function onKey(event: KeyboardEvent, items: HTMLElement[], leave: () => void): void {
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  const byLetter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && event.key !== " ";
  if (event.key === "Tab") {
    event.preventDefault();
    return leave();
  }
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  } else if (byLetter) {
    const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    after.find((item) => item.textContent?.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}
