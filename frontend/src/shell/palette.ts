// The command palette: everything that can be done, found by a few letters.
import { available, matching, recent, register, run, type Command } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h, icon, keyName } from "../dom.ts";
import { sectionsNow } from "./outline.ts";
import { goToBlock } from "./places.ts";

const MOST = 60;
/** What is looked for most comes first; groups that are not named here come after. */
const GROUPS = ["Recent", "Piece", "View", "Insert", "Turn into", "Block", "Text", "Sections", "Go to", "Panels"];

export function palette(desk: Desk): void {
  register({
    id: "palette", title: "Find a command", group: "Desk", keys: "Mod-Shift-p", isListening: true,
    when: () => !document.querySelector("dialog.palette"),
    run: () => open(desk),
  });
  for (const button of desk.root.querySelectorAll("[data-open=palette]")) button.addEventListener("click", () => open(desk));
}

function open(desk: Desk): void {
  const before = document.activeElement;
  const list = h("ul", { class: "menu__list palette__list", id: "palette-list", role: "listbox", "aria-label": "Commands" });
  const input = h("input", {
    class: "palette__input", type: "text", role: "combobox", "aria-label": "Find a command", "aria-expanded": "true",
    "aria-controls": "palette-list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    placeholder: "What do you want to do?",
  });
  const said = h("p", { class: "unseen", role: "status" });
  const dialog = h("dialog", { class: "palette menu", "aria-label": "Commands" },
    h("div", { class: "palette__find" }, icon("search"), input, h("span", { class: "key", "aria-hidden": "true" }, "Esc")), list, said);
  const commands = [...available(desk).filter(({ id }) => id !== "palette"), ...toSections()];
  let shown: Command[] = [];
  let chosen = 0;
  let asked: Command | null = null;

  const choose = (number: number) => {
    const options = list.querySelectorAll<HTMLElement>("[role=option]");
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = shown.length ? (number + shown.length) % shown.length : 0;
    const option = options[chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };
  const draw = () => {
    const typed = input.value.trim();
    const groups = typed ? [["", matching(commands, typed).slice(0, MOST)] as const] : grouped(commands);
    shown = groups.flatMap(([, some]) => [...some]);
    let number = 0;
    const rows = groups.flatMap(([name, some]) => [
      name && h("li", { class: "menu__group", role: "presentation" }, name),
      ...some.map((command) => option(command, number++, typed !== "")),
    ]);
    list.replaceChildren(...rows.filter((row) => row !== ""));
    if (!shown.length) list.append(h("li", { class: "palette__none meta", role: "presentation" }, `Nothing called “${typed}”.`));
    said.textContent = shown.length === 1 ? "1 command" : `${shown.length} commands`;
    chosen = 0;
    choose(0);
  };
  const ask = (number: number) => {
    asked = shown[number] ?? null;
    if (asked) dialog.close();
  };

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) choose(chosen + by);
    else if (event.key === "Home" && !input.value) choose(0);
    else if (event.key === "End" && !input.value) choose(shown.length - 1);
    else if (event.key === "Enter") ask(chosen);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const found = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (found) ask(Number(found.dataset.number));
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    if (desk.editor.view.dom.contains(before) || before === document.body) desk.editor.view.focus();
    if (asked) run(desk, asked);
  });
  document.body.append(dialog);
  draw();
  dialog.showModal();
  input.focus();
}

/** With nothing typed: what was asked for last, then group by group. */
function grouped(commands: Command[]): [string, Command[]][] {
  const last = recent().map((id) => commands.find((command) => command.id === id)).filter((command) => command !== undefined);
  const groups = new Map<string, Command[]>(last.length ? [["Recent", last]] : []);
  for (const command of commands) {
    if (last.includes(command)) continue;
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  const place = (name: string) => (GROUPS.includes(name) ? GROUPS.indexOf(name) : GROUPS.length);
  return [...groups].sort(([one], [other]) => place(one) - place(other));
}

function toSections(): Command[] {
  return sectionsNow().map((section) => ({
    id: `section.${section.id}`, title: section.title, group: "Sections", words: "go to section", icon: "heading",
    run: (desk: Desk) => goToBlock(desk, section.id),
  }));
}

function option(command: Command, number: number, withGroup: boolean): HTMLElement {
  return h("li", { class: "menu__item", role: "option", id: `palette-${number}`, "data-number": number, "aria-selected": "false" },
    command.icon ? icon(command.icon) : h("span"),
    h("span", {}, command.title, withGroup && h("small", {}, command.group)),
    command.keys ? h("span", { class: "key" }, keyName(command.keys)) : null);
}
