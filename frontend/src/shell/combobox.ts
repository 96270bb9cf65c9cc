// A text field with names to choose from: type, go down, take one; what is nobody's name yet is offered as new.
import { h } from "../dom.ts";

export interface Name {
  name: string;
  about: string;
}

export interface Choice extends Name {
  isNew: boolean;
}

interface Wants {
  /** Says which names may be taken now. */
  free: () => Name[];
  /** What a new name would become: "topic", "person". */
  noun: string;
  take: (choice: Choice) => void;
}

const MOST = 8;
let made = 0;

/** Returns a name as it is compared: case and spaces do not count. */
export function folded(name: string): string {
  return name.split(/\s+/).filter(Boolean).join(" ").toLowerCase();
}

/** Returns the names of a datalist of the page. */
export function namesIn(list: string): Name[] {
  const options = document.getElementById(list)?.querySelectorAll("option") ?? [];
  return [...options].map((option) => ({ name: option.value, about: option.textContent?.trim() ?? "" }));
}

/** Returns the names that fit: those that begin so, then those with a word that does, then those that hold it. */
export function fitting(names: Name[], typed: string): Name[] {
  const wanted = folded(typed);
  const rank = ({ name }: Name) => {
    const own = folded(name);
    return own.startsWith(wanted) ? 0 : own.includes(` ${wanted}`) ? 1 : own.includes(wanted) ? 2 : 3;
  };
  const ranked = names.map((name) => ({ name, rank: rank(name) })).filter(({ rank }) => rank < 3);
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, MOST).map(({ name }) => name);
}

export function combobox(input: HTMLInputElement, wants: Wants): void {
  const id = `names-${++made}`;
  const list = h("ul", { class: "menu menu__list combo__list", role: "listbox", id, "aria-label": `Names for “${wants.noun}”`, hidden: true });
  const box = h("div", { class: "combo" });
  input.replaceWith(box);
  box.append(input, list);
  input.removeAttribute("list");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, autocomplete: "off" })) {
    input.setAttribute(name, value);
  }
  let choices: Choice[] = [];
  let chosen = -1;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (number: number) => {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (number + choices.length) % choices.length;
    const option = list.children[chosen];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
  };
  const open = () => {
    const typed = input.value.trim();
    const free = wants.free();
    choices = fitting(free, typed).map((name) => ({ ...name, isNew: false }));
    if (typed && !choices.some(({ name }) => folded(name) === folded(typed))) {
      choices.push({ name: typed, about: "", isNew: true });
    }
    // Exactly one, and it is written already: there is nothing to choose.
    if (!choices.length || (choices.length === 1 && folded(choices[0]?.name ?? "") === folded(typed) && !choices[0]?.isNew)) return close();
    list.replaceChildren(...choices.map((choice, number) =>
      h("li", { class: "menu__item combo__one", role: "option", id: `${id}-${number}`, "aria-selected": "false", "data-number": number },
        h("span", {}, choice.isNew ? `New ${wants.noun}: “${choice.name}”` : choice.name, choice.about && h("small", {}, choice.about)))));
    list.hidden = false;
    chosen = -1;
    input.setAttribute("aria-expanded", "true");
    input.removeAttribute("aria-activedescendant");
  };
  const take = (number: number) => {
    const choice = choices[number];
    close();
    if (choice) wants.take(choice);
  };

  input.addEventListener("input", open);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) open();
      if (list.hidden) return;
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? choices.length - 1 : chosen - 1);
    } else if (event.key === "Enter" && !list.hidden && chosen >= 0) take(chosen);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option) take(Number(option.dataset.number));
  });
  input.addEventListener("blur", close);
}
