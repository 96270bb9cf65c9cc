// The library in a dialog: found by words and kind, looked at with what is said about each, one or several taken at once.
import { Refusal } from "../api.ts";
import type { Desk, Picture } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { carriesFiles } from "./drop.ts";
import { KINDS } from "./send.ts";

interface Found {
  results: Picture[];
  page: number;
  pages: number;
  total: number;
}

/** What somebody took: pictures that are there, or files of their own that are to be sent. */
export type Choice = { pictures: Picture[] } | { files: File[] };

interface Wish {
  title: string;
  /** Whether several may be taken at once. */
  isMany: boolean;
  /** What the button says with so many chosen. */
  verb: (count: number) => string;
}

const PAUSE = 250;
let number = 0;

/** Opens the library. Returns what was taken, or null where it was closed again. */
export function choose(desk: Desk, wish: Wish): Promise<Choice | null> {
  return new Promise((settle) => {
    new Library(desk, wish, settle).open();
  });
}

class Library {
  private readonly desk: Desk;
  private readonly wish: Wish;
  private readonly settle: (choice: Choice | null) => void;
  private readonly dialog: HTMLDialogElement;
  private readonly words = h("input", { class: "field__input", type: "search", placeholder: "What it shows, its name or its credit", maxlength: 100, autocomplete: "off" });
  private readonly kind = h("select", { class: "field__input" }, ...[["", "All kinds"], ["photo", "Photographs"], ["drawing", "Drawings and charts"]].map(([value, word]) => h("option", { value }, word)));
  private readonly whose = h("select", { class: "field__input" }, ...[["", "Everybody’s"], ["mine", "Mine"], ["unused", "Unused so far"]].map(([value, word]) => h("option", { value }, word)));
  private readonly grid = h("ul", { class: "library__grid", role: "list" });
  private readonly said = h("p", { class: "meta library__said", role: "status" });
  private readonly about = h("div", { class: "library__about" });
  private readonly pages = h("div", { class: "library__pages" });
  private readonly take = h("button", { type: "button", class: "button button--main" });
  private readonly files = h("input", { type: "file", accept: KINDS, hidden: true });
  private readonly chosen = new Map<number, Picture>();
  private answer: Choice | null = null;
  private asked = 0;
  private waits = 0;

  constructor(desk: Desk, wish: Wish, settle: (choice: Choice | null) => void) {
    this.desk = desk;
    this.wish = wish;
    this.settle = settle;
    this.files.multiple = wish.isMany;
    const id = `library-${++number}`;
    const field = (label: string, input: HTMLElement) => {
      input.id = `${id}-${label.toLowerCase()}`;
      return h("div", { class: "field" }, h("label", { class: "field__label", for: input.id }, label), input);
    };
    this.dialog = h("dialog", { class: "library", "aria-labelledby": id },
      h("header", { class: "library__head" }, h("h2", { id, class: "library__title" }, wish.title),
        h("button", { type: "button", class: "button button--quiet button--small", click: () => this.dialog.close() }, "Close")),
      h("search", { class: "library__find" }, field("Words", this.words), field("Kind", this.kind), field("Whose", this.whose),
        h("button", { type: "button", class: "button", click: () => this.files.click() }, icon("plus"), wish.isMany ? " Send pictures in" : " Send one in"), this.files),
      h("div", { class: "library__body", tabindex: "-1" }, this.said, this.grid, this.pages),
      h("footer", { class: "library__foot" }, this.about, this.take));
    this.attach();
  }

  open(): void {
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.words.focus();
    this.show();
    void this.load(1);
  }

  private attach(): void {
    const again = () => void this.load(1);
    this.words.addEventListener("input", () => {
      window.clearTimeout(this.waits);
      this.waits = window.setTimeout(again, PAUSE);
    });
    this.words.addEventListener("keydown", (event) => {
      if (event.key === "Enter") again();
      else if (event.key === "ArrowDown") this.inputs()[0]?.focus();
      else return;
      event.preventDefault();
    });
    for (const list of [this.kind, this.whose]) list.addEventListener("change", again);
    this.files.addEventListener("change", () => this.finish({ files: [...(this.files.files ?? [])] }));
    this.take.addEventListener("click", () => this.finish({ pictures: [...this.chosen.values()] }));
    this.grid.addEventListener("keydown", (event) => this.walk(event));
    this.dialog.addEventListener("dragover", (event) => {
      if (carriesFiles(event)) event.preventDefault();
    });
    this.dialog.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.finish({ files: [...event.dataTransfer.files].slice(0, this.wish.isMany ? undefined : 1) });
    });
    // Keys of the desk mean nothing in here.
    this.dialog.addEventListener("keydown", (event) => event.stopPropagation());
    this.dialog.addEventListener("close", () => {
      this.dialog.remove();
      this.settle(this.answer);
    });
  }

  private finish(choice: Choice): void {
    const isEmpty = "files" in choice ? !choice.files.length : !choice.pictures.length;
    if (isEmpty) return;
    this.answer = choice;
    this.dialog.close();
  }

  private async load(page: number): Promise<void> {
    const own = ++this.asked;
    this.grid.setAttribute("aria-busy", "true");
    try {
      const query = new URLSearchParams({ q: this.words.value.trim(), page: String(page), kind: this.kind.value, show: this.whose.value });
      const found = await this.desk.api.get<Found>(`/newsroom/pictures/choose?${query}`);
      // What was asked later is what counts, whichever came first.
      if (own === this.asked) this.fill(found);
    } catch (error) {
      if (own !== this.asked) return;
      this.grid.replaceChildren();
      this.pages.replaceChildren();
      const again = h("button", { type: "button", class: "button button--small", click: () => void this.load(page) }, "Try again");
      this.said.replaceChildren(`${error instanceof Refusal ? error.message : "The library did not answer."} `, again);
    } finally {
      if (own === this.asked) this.grid.removeAttribute("aria-busy");
    }
  }

  private fill({ results, page, pages, total }: Found): void {
    const isNarrowed = Boolean(this.words.value.trim() || this.kind.value || this.whose.value);
    this.grid.replaceChildren(...results.map((picture) => this.one(picture)));
    this.inputs().forEach((input, index) => {
      input.tabIndex = index ? -1 : 0;
    });
    const count = total === 1 ? "1 picture" : `${total} pictures`;
    this.said.textContent = total ? `${count}${isNarrowed ? " found" : ""}${pages > 1 ? `, page ${page} of ${pages}` : ""}` : "";
    if (!total) this.said.append(...this.nothing(isNarrowed));
    const turn = (label: string, to: number) => h("button", { type: "button", class: "button button--small", disabled: to < 1 || to > pages, click: () => {
      void this.load(to);
      this.dialog.querySelector(".library__body")?.scrollTo({ top: 0 });
    } }, label);
    this.pages.replaceChildren(...(pages > 1 ? [turn("Newer", page - 1), turn("Older", page + 1)] : []));
  }

  private nothing(isNarrowed: boolean): HTMLElement[] {
    const [title, words] = isNarrowed
      ? ["Nothing like that", "Try one word of what the picture shows, or of its credit; or send one in."]
      : ["The library is empty", "Pictures that are sent in are kept here with their words. Send the first one in, or drop it here."];
    return [h("span", { class: "empty" }, h("span", { class: "empty__title" }, title), h("span", {}, words))];
  }

  private one(picture: Picture): HTMLElement {
    const input = h("input", { type: this.wish.isMany ? "checkbox" : "radio", name: "library-picture", value: picture.id, checked: this.chosen.has(picture.id) });
    const name = picture.alt || picture.file_name;
    input.setAttribute("aria-label", picture.alt ? name : `${name}, not described yet`);
    input.addEventListener("change", () => this.pick(picture, input.checked));
    input.addEventListener("focus", () => this.describe(picture));
    const image = picture.src
      ? h("img", { src: small(picture), alt: "", loading: "lazy", width: picture.width, height: picture.height })
      : h("span", { class: "library__none" }, "Being developed");
    const tile = h("label", { class: "library__one" }, input, image, h("span", { class: "library__name", "aria-hidden": "true" }, name));
    tile.addEventListener("dblclick", () => {
      if (!this.wish.isMany) this.finish({ pictures: [picture] });
    });
    return h("li", {}, tile);
  }

  private pick(picture: Picture, isChosen: boolean): void {
    if (!this.wish.isMany) this.chosen.clear();
    if (isChosen) this.chosen.set(picture.id, picture);
    else this.chosen.delete(picture.id);
    this.describe(picture);
    this.show();
  }

  private show(): void {
    const count = this.chosen.size;
    this.take.disabled = !count;
    this.take.textContent = this.wish.verb(count);
    if (!count) this.about.replaceChildren(h("p", { class: "meta" }, this.wish.isMany ? "Choose one or several. Their words come with them." : "Choose one. Its words come with it."));
  }

  private describe({ alt, caption, credit, rights, file_name, width, height }: Picture): void {
    const facts = [credit && `Credit: ${credit}`, rights && `Rights: ${rights}`, `${file_name}, ${width} by ${height}`].filter(Boolean).join("   ");
    this.about.replaceChildren(
      h("p", { class: "library__alt" }, alt || "Nobody has described it yet. You will be asked to."), caption && caption !== alt ? h("p", { class: "meta" }, caption) : "",
      h("p", { class: "meta library__facts" }, facts));
  }

  private inputs(): HTMLInputElement[] {
    return [...this.grid.querySelectorAll("input")];
  }

  /** Arrows walk over the pictures as they lie there, Space chooses, Enter takes. */
  private walk(event: KeyboardEvent): void {
    const inputs = this.inputs();
    const at = inputs.indexOf(document.activeElement as HTMLInputElement);
    if (at < 0) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const input = inputs[at] as HTMLInputElement;
      if (!this.chosen.size || !this.wish.isMany) {
        if (!input.checked) input.click();
      }
      return this.take.click();
    }
    const tops = inputs.map((input) => input.closest("li")?.offsetTop ?? 0);
    const columns = Math.max(1, tops.filter((top) => top === tops[0]).length);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + columns, ArrowUp: at - columns, Home: 0, End: inputs.length - 1 }[event.key];
    if (to === undefined) return;
    // The browser would choose while it walks, which a person who only looks does not want.
    event.preventDefault();
    const next = inputs[Math.max(0, Math.min(to, inputs.length - 1))];
    if (to < 0 && event.key === "ArrowUp") return this.words.focus();
    for (const input of inputs) input.tabIndex = input === next ? 0 : -1;
    next?.focus();
    next?.closest("li")?.scrollIntoView({ block: "nearest" });
  }
}

/** The narrowest of its files: they are shown small here. */
function small({ src, srcset }: Picture): string {
  return srcset.split(",")[0]?.trim().split(" ")[0] || src;
}
