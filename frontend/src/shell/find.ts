// Find and replace: a bar over the text. Esc leaves with the caret at what was found.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { TextSelection } from "@tiptap/pm/state";
import { register } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h, icon, keyName } from "../dom.ts";
import { later } from "./idle.ts";
import { isPressed } from "./keys.ts";
import { findAll, matchFrom, patternOf, replaceMatch, searchKey, searchPlugin, type Match, type Query } from "./search.ts";

const LONGEST_SELECTION = 80;

export function find(desk: Desk): void {
  desk.editor.registerPlugin(searchPlugin());
  const bar = new Bar(desk);
  register(
    {
      id: "find", title: "Find in the text", group: "Desk", keys: "Mod-f", icon: "search", words: "search",
      run: () => bar.open(),
    },
    {
      id: "replace", title: "Find and replace", group: "Desk", keys: "Mod-Shift-h", isListening: true, words: "search substitute",
      run: () => bar.open(true),
    },
    { id: "find.next", title: "Next match", group: "Desk", keys: "Mod-g", isListening: true, when: () => bar.isOpen, run: () => bar.step(1) },
    { id: "find.back", title: "Match before", group: "Desk", keys: "Mod-Shift-g", isListening: true, when: () => bar.isOpen, run: () => bar.step(-1) },
  );
  for (const button of desk.root.querySelectorAll("[data-open=find]")) button.addEventListener("click", () => bar.open());
  document.addEventListener("keydown", (event) => {
    if (!isPressed(event, "Mod-f") || document.querySelector("dialog[open]")) return;
    const target = event.target as Element;
    // Pressed once more in the bar, or among the panels, the keys are the browser's own.
    if (bar.element.contains(target) || target.closest(".rail, .beside")) return;
    event.preventDefault();
    bar.open();
  });
}

class Bar {
  readonly element: HTMLElement;
  private readonly desk: Desk;
  private readonly words = h("input", { class: "field__input find__words", type: "text", "aria-label": "Find", autocomplete: "off", spellcheck: "false", placeholder: "Find" });
  private readonly other = h("input", { class: "field__input find__words", type: "text", "aria-label": "Replace with", autocomplete: "off", placeholder: "Replace with" });
  private readonly count = h("span", { class: "find__count num", role: "status" });
  private readonly wrong = h("p", { class: "find__wrong", role: "alert", hidden: true, id: "find-wrong" });
  private readonly isCase = toggle("Aa", "Match case");
  private readonly isWhole = toggle("W", "Whole words");
  private readonly isPattern = toggle(".*", "Regular expression");
  private readonly doing: HTMLButtonElement[];
  private matches: Match[] = [];
  private current = -1;
  private looked: ProseNode | null = null;
  private from = 0;

  constructor(desk: Desk) {
    this.desk = desk;
    const button = (label: string, act: () => void, mark?: Node) =>
      h("button", { type: "button", class: mark ? "button button--quiet button--icon button--small" : "button button--small", "aria-label": mark ? label : null, title: mark ? label : null, click: act },
        mark ?? label);
    const [one, all] = [button("Replace", () => this.replace()), button("Replace all", () => this.replaceAll())];
    this.doing = [one, all];
    const back = button("Match before", () => this.step(-1), icon("caret"));
    const next = button("Next match", () => this.step(1), icon("caret"));
    next.classList.add("find__next");
    const close = button("Close the search", () => this.close(), icon("close"));
    this.element = h("div", { class: "find", role: "search", "aria-label": "Find and replace", hidden: true }, h("div", { class: "find__card" },
      h("div", { class: "find__row" }, this.words, this.count, back, next, close),
      h("div", { class: "find__row" }, this.other, one, all),
      h("div", { class: "find__row find__how" }, this.isCase, this.isWhole, this.isPattern, h("span", { class: "meta find__hint" }, `${keyName("Mod-f")} again: the browser’s search`)),
      this.wrong));
    desk.root.querySelector(".sheet")?.prepend(this.element);
    for (const box of [this.isCase, this.isWhole, this.isPattern]) box.addEventListener("click", () => this.look());
    this.words.addEventListener("input", () => this.look());
    this.element.addEventListener("keydown", (event) => this.key(event));
    // What is typed here is no field of the piece.
    this.element.addEventListener("input", (event) => event.stopPropagation());
    // What was replaced from here is looked through already, and how many they were stays to be read.
    const again = later(120, () => this.isOpen && this.looked !== desk.editor.state.doc && this.look(false));
    desk.editor.on("update", again);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(atReplace = false): void {
    const { state, view } = this.desk.editor;
    const { from, to } = state.selection;
    const chosen = state.doc.textBetween(from, to, "\n");
    if (chosen && chosen.length <= LONGEST_SELECTION && !chosen.includes("\n")) this.words.value = chosen;
    if (!this.isOpen) this.from = view.hasFocus() || from > 1 ? from : 0;
    this.element.hidden = false;
    const field = atReplace && this.words.value ? this.other : this.words;
    field.focus({ preventScroll: true });
    field.select();
    this.look();
  }

  close(): void {
    const match = this.matches[this.current];
    this.element.hidden = true;
    const { view, state } = this.desk.editor;
    const change = state.tr.setMeta(searchKey, { matches: [], current: null }).setMeta("addToHistory", false);
    if (match && match.to <= state.doc.content.size) change.setSelection(TextSelection.create(state.doc, match.from, match.to));
    view.dispatch(change);
    view.focus();
  }

  /** Goes to the next match, or by -1 to the one before, around the end. */
  step(by: number): void {
    if (!this.matches.length) return;
    this.show((this.current + by + this.matches.length) % this.matches.length, true);
  }

  private query(): Query {
    const isOn = (box: HTMLElement) => box.getAttribute("aria-pressed") === "true";
    return { words: this.words.value, isCase: isOn(this.isCase), isWhole: isOn(this.isWhole), isPattern: isOn(this.isPattern) };
  }

  private look(isNew = true): void {
    const query = this.query();
    const at = isNew ? this.from : (this.matches[this.current]?.from ?? this.from);
    this.matches = [];
    this.looked = this.desk.editor.state.doc;
    this.say("");
    if (query.words) {
      try {
        this.matches = findAll(this.desk.editor.state.doc, patternOf(query));
      } catch (error) {
        this.say(`This is no regular expression: ${reason(error)}.`);
      }
    }
    this.show(this.matches.length ? matchFrom(this.matches, at) : -1, isNew);
  }

  private show(number: number, isMoving: boolean): void {
    this.current = number;
    const { view, state } = this.desk.editor;
    const current = this.matches[number] ?? null;
    view.dispatch(state.tr.setMeta(searchKey, { matches: this.matches, current }).setMeta("addToHistory", false));
    if (current && isMoving) {
      this.from = current.from;
      view.dom.querySelector(".is-match--here")?.scrollIntoView({ block: "center", behavior: "instant" });
    }
    const all = this.matches.length.toLocaleString("en");
    this.count.textContent = current ? `${(number + 1).toLocaleString("en")} of ${all}` : this.words.value && this.wrong.hidden ? "Nothing" : "";
    for (const button of this.doing) button.disabled = !current;
  }

  private replace(): void {
    const match = this.matches[this.current];
    if (!match) return;
    const { view, state } = this.desk.editor;
    const change = state.tr;
    replaceMatch(change, match, this.other.value, this.query().isPattern);
    view.dispatch(change);
    this.from = change.mapping.map(match.to, 1);
    this.look();
  }

  private replaceAll(): void {
    const { view, state } = this.desk.editor;
    const change = state.tr;
    // From the end, so that the places before stay where they are; one step to undo.
    for (const match of this.matches.toReversed()) replaceMatch(change, match, this.other.value, this.query().isPattern);
    const many = this.matches.length;
    view.dispatch(change);
    this.look();
    this.count.textContent = many === 1 ? "1 replaced" : `${many.toLocaleString("en")} replaced`;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const isField = event.target === this.words || event.target === this.other;
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.target === this.words) this.step(event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" && event.target === this.other) this.replace();
    else if (event.key === "F3") this.step(event.shiftKey ? -1 : 1);
    else {
      if (event.key === "Enter" && isField) event.preventDefault();
      return;
    }
    event.preventDefault();
  }

  private say(words: string): void {
    this.wrong.textContent = words;
    this.wrong.hidden = !words;
    if (words) this.words.setAttribute("aria-invalid", "true");
    else this.words.removeAttribute("aria-invalid");
    if (words) this.words.setAttribute("aria-describedby", "find-wrong");
    else this.words.removeAttribute("aria-describedby");
  }
}

function toggle(sign: string, label: string): HTMLButtonElement {
  const button = h("button", { type: "button", class: "button button--quiet button--small find__toggle", "aria-pressed": "false", "aria-label": label, title: label }, sign);
  button.addEventListener("click", () => button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")));
  return button;
}

/** Returns why, without the pattern itself, which stands in the field. */
function reason(error: unknown): string {
  const said = error instanceof Error ? error.message : "";
  return (said.split(": ").pop() ?? "it cannot be read").toLowerCase();
}
