// A list of choices in groups, of which one is picked out: by arrow keys while the typing goes on elsewhere, or by mouse.
import { h, icon } from "../dom.ts";

export interface Choice {
  id: string;
  title: string;
  about?: string;
  icon?: string;
  /** The key to press instead, as it is written on the keyboard. */
  key?: string;
  group: string;
  pick: () => void;
}

let count = 0;

export class ChoiceList {
  readonly element: HTMLElement;
  readonly box: HTMLElement;
  readonly id: string;
  private readonly empty: HTMLElement;
  private choices: Choice[] = [];
  private at = 0;
  private readonly onMove: (active: string) => void;

  constructor(label: string, onMove: (active: string) => void = () => {}) {
    this.id = `choices-${++count}`;
    this.onMove = onMove;
    this.box = h("div", { id: this.id, role: "listbox", "aria-label": label, tabindex: 0, class: "menu__box" });
    this.empty = h("p", { class: "menu__empty", role: "status" });
    this.element = h("div", { class: "menu" }, this.box, this.empty);
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
    this.box.addEventListener("click", (event) => {
      const found = this.choices[Number((event.target as Element).closest<HTMLElement>("[role=option]")?.dataset.at ?? -1)];
      found?.pick();
    });
  }

  show(choices: Choice[], nothing: string): void {
    this.choices = choices;
    this.at = 0;
    this.box.hidden = !choices.length;
    this.empty.textContent = choices.length ? "" : nothing;
    this.empty.hidden = choices.length > 0 || !nothing;
    this.box.replaceChildren(...this.groups());
    this.mark();
  }

  step(by: number): void {
    if (!this.choices.length) return;
    this.at = (this.at + by + this.choices.length) % this.choices.length;
    this.mark();
  }

  /** Takes what is picked out; tells whether there was anything. */
  take(): boolean {
    const chosen = this.choices[this.at];
    chosen?.pick();
    return chosen !== undefined;
  }

  /** Does what arrows and Enter do in a list; tells whether the key was one of them. */
  onKey(event: KeyboardEvent): boolean {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.step(by);
    else if (event.key === "Home" || event.key === "End") {
      this.at = event.key === "Home" ? 0 : this.choices.length - 1;
      this.mark();
    } else if (event.key === "Enter" || event.key === "Tab") return this.take();
    else return false;
    return true;
  }

  get active(): string {
    return this.choices.length ? `${this.id}-${this.at}` : "";
  }

  private *groups(): Generator<HTMLElement> {
    let group: HTMLElement | null = null;
    let name = "";
    for (const [at, choice] of this.choices.entries()) {
      if (!group || choice.group !== name) {
        if (group) yield group;
        name = choice.group;
        const title = h("p", { class: "menu__group", role: "presentation" }, name);
        group = h("div", { role: "group", "aria-label": name }, name ? title : null);
      }
      group.append(this.option(choice, at));
    }
    if (group) yield group;
  }

  private option(choice: Choice, at: number): HTMLElement {
    return h("div", { class: "menu__item", role: "option", id: `${this.id}-${at}`, "data-at": at, "data-choice": choice.id },
      choice.icon ? icon(choice.icon) : h("span"),
      h("span", {}, choice.title, choice.about ? h("small", {}, choice.about) : null),
      choice.key ? h("span", { class: "key" }, choice.key) : h("span"));
  }

  private mark(): void {
    for (const option of this.box.querySelectorAll("[role=option]")) {
      const isActive = option.id === this.active;
      option.setAttribute("aria-selected", String(isActive));
      if (isActive) option.scrollIntoView({ block: "nearest" });
    }
    if (this.active) this.box.setAttribute("aria-activedescendant", this.active);
    else this.box.removeAttribute("aria-activedescendant");
    this.onMove(this.active);
  }
}
