// Credits as rows that are added, moved and taken out by keyboard or by dragging; who is new here is marked so, since
// saving makes a person of them.
import type { Desk } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { combobox, fitting, folded, namesIn } from "./combobox.ts";
import { renameSpeaker, speaksAs } from "./speakers.ts";

const DRAGGED = "application/x-galley-credit";

export function credits(desk: Desk): void {
  const box = desk.root.querySelector<HTMLElement>("#credits");
  const list = box?.querySelector<HTMLOListElement>("ol");
  const last = list?.lastElementChild;
  if (!box || !list || !last) return;
  new Credits(desk, box, list, last.cloneNode(true) as HTMLElement);
}

class Credits {
  private readonly desk: Desk;
  private readonly list: HTMLOListElement;
  private readonly blank: HTMLElement;
  private readonly people = namesIn("people-names");
  private readonly known: Set<string>;
  private readonly said = h("p", { class: "unseen", role: "status" });
  private count: number;

  constructor(desk: Desk, box: HTMLElement, list: HTMLOListElement, blank: HTMLElement) {
    this.desk = desk;
    this.list = list;
    this.blank = blank;
    this.count = list.children.length;
    this.known = new Set(this.people.map(({ name }) => folded(name)));
    box.dataset.sorted = "";
    box.append(this.said);
    for (const row of this.rows()) this.dress(row);
    // Rows that nobody needs yet wait unseen: the form stays as it came.
    for (const row of this.rows().filter((row) => !nameOf(row).value).slice(1)) row.hidden = true;
    // The newsroom's own button, with its work done here instead.
    const old = list.parentElement?.querySelector(":scope > button");
    const more = h("button", { type: "button", class: "button button--small" }, icon("plus"), " Somebody else");
    more.addEventListener("click", (event) => this.add(event.isTrusted));
    if (old) old.replaceWith(more);
    else list.after(more);
    this.order();
    desk.form.addEventListener("put", () => this.sync());
    desk.on("saved", ({ isQuiet }) => {
      // Whoever was new is known now; a save that the page made by itself makes nobody.
      if (!isQuiet) for (const row of this.rows()) this.known.add(folded(nameOf(row).value));
      this.sync();
    });
  }

  /** Others write into the rows as well: what was kept, what somebody else saved. */
  private sync(): void {
    const all = [...this.list.children] as HTMLElement[];
    for (const row of all) if (nameOf(row).value.trim()) row.hidden = false;
    const place = (row: HTMLElement) => Number(placeOf(row)?.value) || Infinity;
    const named = this.rows().filter((row) => nameOf(row).value.trim());
    const sorted = named.toSorted((one, other) => place(one) - place(other));
    if (sorted.some((row, number) => row !== named[number])) this.list.prepend(...sorted);
    const blank = this.rows().filter((row) => !nameOf(row).value.trim() && !row.contains(document.activeElement));
    for (const row of blank.slice(1)) row.hidden = true;
    for (const row of this.rows()) this.judge(row);
    this.order();
  }

  private rows(): HTMLElement[] {
    return [...this.list.children].filter((row): row is HTMLElement => row instanceof HTMLElement && !row.hidden);
  }

  private add(isAsked: boolean): void {
    // An empty row is the next one's place, whether it is seen or still waits to be; a script wants one more (keeping).
    const empty = this.rows().find((row) => !nameOf(row).value) ?? this.list.querySelector<HTMLElement>(":scope > [hidden]");
    const waiting = isAsked ? empty : null;
    const row = waiting ?? this.list.appendChild(this.made());
    row.hidden = false;
    if (!waiting) this.dress(row);
    this.order();
    if (isAsked) nameOf(row).focus();
  }

  private made(): HTMLElement {
    const row = this.blank.cloneNode(true) as HTMLElement;
    for (const part of row.querySelectorAll("[id], [for], [name]")) {
      for (const attribute of ["id", "for", "name", "aria-describedby"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace(/-\d+-/, `-${this.count}-`));
      }
    }
    this.count++;
    for (const input of row.querySelectorAll("input")) input.value = "";
    return row;
  }

  /** Gives a row its combobox, its buttons, and its notes. */
  private dress(row: HTMLElement): void {
    const name = nameOf(row);
    let before = name.value.trim();
    combobox(name, {
      free: () => this.people,
      noun: "person",
      take: (choice) => {
        name.value = choice.name;
        name.dispatchEvent(new Event("input", { bubbles: true }));
        name.dispatchEvent(new Event("change", { bubbles: true }));
      },
    });
    const note = h("p", { class: "credit-row__note", hidden: true });
    name.closest(".field")?.append(note);
    const button = (sign: string, label: string, act: () => void, extra = "") =>
      h("button", { type: "button", class: `button button--quiet button--icon button--small ${extra}`, "data-label": label, click: act }, icon(sign));
    const handle = h("span", { class: "credit-row__handle", draggable: "true", title: "Drag to another place" }, icon("grip"));
    row.prepend(h("div", { class: "credit-row__do" }, handle,
      h("span", { class: "credit-row__number num meta" }),
      button("caret", "up", () => this.move(row, -1)),
      button("caret", "down", () => this.move(row, 1), "credit-row__down"),
      button("close", "out", () => this.takeOut(row))));
    row.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || !event.altKey) return;
      event.preventDefault();
      this.move(row, by);
    });
    name.addEventListener("input", () => {
      this.judge(row);
      this.order();
    });
    name.addEventListener("change", () => {
      const now = name.value.trim();
      if (before && now && folded(before) !== folded(now)) this.offerRename(row, before, now);
      before = now || before;
    });
    this.drag(row, handle);
    this.judge(row);
  }

  private drag(row: HTMLElement, handle: HTMLElement): void {
    handle.addEventListener("dragstart", (event) => {
      event.dataTransfer?.setData(DRAGGED, String(this.rows().indexOf(row)));
      event.dataTransfer?.setDragImage(row, 12, 12);
      row.dataset.dragged = "";
    });
    handle.addEventListener("dragend", () => delete row.dataset.dragged);
    row.addEventListener("dragover", (event) => event.dataTransfer?.types.includes(DRAGGED) && event.preventDefault());
    row.addEventListener("drop", (event) => {
      const moved = this.rows()[Number(event.dataTransfer?.getData(DRAGGED) || -1)];
      if (!moved || moved === row) return;
      event.preventDefault();
      this.move(moved, this.rows().indexOf(row) - this.rows().indexOf(moved));
    });
  }

  private move(row: HTMLElement, by: number): void {
    const rows = this.rows();
    const to = rows.indexOf(row) + by;
    const other = rows[to];
    if (!other) return;
    const focused = document.activeElement;
    if (by > 0) other.after(row);
    else other.before(row);
    this.order();
    // The button that led to an end of the list leads nowhere any more.
    if (focused instanceof HTMLElement && row.contains(focused)) (focused.matches(":disabled") ? nameOf(row) : focused).focus();
    this.said.textContent = `${nameOf(row).value || "The empty row"} is number ${to + 1} of ${rows.length}`;
    this.tell(row);
  }

  private takeOut(row: HTMLElement): void {
    const rows = this.rows();
    const name = nameOf(row);
    const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    this.said.textContent = `${name.value || "The empty row"} is taken out`;
    for (const input of row.querySelectorAll("input")) input.value = "";
    this.tell(row);
    if (rows.length > 1) {
      row.hidden = true;
      this.list.append(row);
    }
    this.order();
    if (next) nameOf(next).focus();
    else name.focus();
  }

  /** Numbers the rows: their places are what the server goes by. */
  private order(): void {
    const rows = this.rows();
    rows.forEach((row, number) => {
      const place = placeOf(row);
      if (place) place.value = nameOf(row).value.trim() ? String(number + 1) : "";
      const shown = row.querySelector(".credit-row__number");
      if (shown) shown.textContent = String(number + 1);
      const who = nameOf(row).value.trim() || `row ${number + 1}`;
      const names: Record<string, string> = { up: `Move ${who} up`, down: `Move ${who} down`, out: `Take ${who} out` };
      for (const button of row.querySelectorAll<HTMLButtonElement>("[data-label]")) {
        const label = names[button.dataset.label ?? ""] ?? "";
        button.setAttribute("aria-label", label);
        button.title = label;
        button.disabled = (button.dataset.label === "up" && number === 0) || (button.dataset.label === "down" && number === rows.length - 1);
      }
    });
  }

  /** Says whether a name is new here: a profile must not be made unseen. */
  private judge(row: HTMLElement): void {
    const name = nameOf(row).value.trim();
    const note = row.querySelector<HTMLElement>(".credit-row__note");
    const isNew = Boolean(name) && !this.known.has(folded(name));
    row.toggleAttribute("data-new", isNew);
    if (!note) return;
    note.hidden = !isNew;
    const alike = isNew ? fitting(this.people, name.split(/\s+/).pop() ?? name)[0] : undefined;
    note.textContent = isNew ? `New here: saving makes a profile of this name.${alike ? ` Or is it ${alike.name}?` : ""}` : "";
  }

  /** The text may have somebody speak under the name that stood here: it is theirs to follow, by one press. */
  private offerRename(row: HTMLElement, before: string, now: string): void {
    row.querySelector(".credit-row__speaks")?.remove();
    const places = speaksAs(this.desk.editor.state.doc, before);
    if (!places) return;
    const change = h("button", { type: "button", class: "linky" }, `Say “${now}” there`);
    const note = h("p", { class: "credit-row__speaks meta", role: "status" },
      `“${before}” still speaks in ${places === 1 ? "one place" : `${places} places`} of the text. `, change);
    change.addEventListener("click", () => {
      renameSpeaker(this.desk.editor, before, now);
      note.remove();
      nameOf(row).focus();
    });
    nameOf(row).closest(".field")?.append(note);
  }

  private tell(row: HTMLElement): void {
    nameOf(row).dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function nameOf(row: HTMLElement): HTMLInputElement {
  return row.querySelector("[name$=-person]") as HTMLInputElement;
}

function placeOf(row: HTMLElement): HTMLInputElement | null {
  return row.querySelector("[name$=-position]");
}
