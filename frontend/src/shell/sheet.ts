// The sheet of keys: what the desk and the newsroom's pages listen to, in groups.
import { SHORTCUTS } from "../blocks/shortcuts.ts";
import { available, register } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h, keyName } from "../dom.ts";

const STORE = "galley-keys-off"; // as in static/js/newsroom.js, whose keys these are
const PAGE = [
  { group: "Outside of fields", title: "New piece", keys: "n" },
  { group: "Outside of fields", title: "Find a piece", keys: "/" },
  { group: "Outside of fields", title: "These keys", keys: "?" },
];
export function sheet(desk: Desk): void {
  register({
    id: "keys", title: "Show all keys", group: "Desk", keys: "Mod-?", isListening: true, words: "shortcuts keyboard help",
    when: () => !document.querySelector("dialog.allkeys"),
    run: () => open(desk),
  });
  // The newsroom's own list of keys gives way to this one, which has them all.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if ((event.target as Element).closest("input, textarea, select, [contenteditable], dialog")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(desk);
  }, { capture: true });
  desk.on("keysWanted", () => open(desk));
  for (const button of desk.root.querySelectorAll("[data-open=keys]")) button.addEventListener("click", () => open(desk));
}

function open(desk: Desk): void {
  const before = document.activeElement;
  const groups = new Map<string, { title: string; keys: string }[]>();
  const listed = new Set<string>();
  const ofText = SHORTCUTS.map(({ group, what, keys }) => ({ group, title: what, keys }));
  const ofDesk = available(desk).map(({ keys, title, isListening }) => ({ group: "Desk", title, keys: isListening || title === "Save" ? keys : "" }));
  const always = [{ group: "Desk", title: "Find in the text; once more for the browser’s search", keys: "Mod-f" }];
  for (const { group, title, keys } of [...ofDesk, ...always, ...ofText, ...PAGE]) {
    if (!keys || listed.has(`${group} ${keys}`)) continue;
    listed.add(`${group} ${keys}`);
    groups.set(group, [...(groups.get(group) ?? []), { title, keys }]);
  }
  const box = h("input", { type: "checkbox" });
  box.checked = localStorage.getItem(STORE) !== "1";
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "0" : "1"));
  const dialog = h("dialog", { class: "allkeys allkeys--desk", "aria-labelledby": "allkeys" },
    h("h2", { class: "panel__head", id: "allkeys" }, "All keys"),
    h("div", { class: "allkeys__groups", tabindex: 0, role: "group", "aria-label": "Keys" },
      ...[...groups].map(([name, keys]) =>
        h("section", { class: "allkeys__group" },
          h("h3", { class: "small-title" }, name),
          h("dl", { class: "keys" }, ...keys.flatMap(({ title, keys }) => [
            h("dt", {}, h("span", { class: "key" }, name === "Typed" ? keys : keyName(keys))), h("dd", {}, title)]))))),
    h("label", { class: "check" }, box, h("span", {}, "Single letters do something outside of fields")),
    h("form", { method: "dialog" }, h("button", { class: "button button--small", autofocus: true }, "Close")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (desk.editor.view.dom.contains(before)) desk.editor.view.focus();
    else if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
}
