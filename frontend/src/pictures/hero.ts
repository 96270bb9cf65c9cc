// The lead picture, in the panel beside the text: chosen from the library, sent in, dropped there. Without a script the
// panel has the library as a list, whose place this takes.
import { Refusal } from "../api.ts";
import type { Desk, Picture } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { describe } from "./about.ts";
import { carriesFiles } from "./drop.ts";
import { choose } from "./library.ts";
import { send } from "./send.ts";
import { announce } from "./waiting.ts";

const WORDS = [["alt", "hero_alt"], ["caption", "hero_caption"], ["credit", "hero_credit"]] as const;

export function hero(desk: Desk): void {
  const panel = desk.root.querySelector<HTMLElement>("#hero_id");
  const list = panel?.querySelector<HTMLElement>(".choose");
  if (panel && list) new Hero(desk, panel, list).attach();
}

class Hero {
  private readonly desk: Desk;
  private readonly panel: HTMLElement;
  private readonly list: HTMLElement;
  private readonly number: HTMLInputElement;
  private readonly plate = h("img", { class: "hero", alt: "" });
  private readonly nothing = h("div", { class: "empty" }, h("p", { class: "empty__title" }, "No picture yet"), h("p", {}, "Drop one here, or choose one from the library. Its words come with it."));
  private readonly said = h("p", { class: "hero-said", role: "status" });
  private readonly bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "How much of the picture is sent" });
  private readonly choose = h("button", { type: "button", class: "button button--small", click: () => void this.pick() }, icon("figure"), h("span", {}));
  private readonly crop = h("button", { type: "button", class: "button button--small button--quiet", click: () => void this.about() }, "Credit and crop");
  private readonly out = h("button", { type: "button", class: "button button--small button--quiet", click: () => this.put(null) }, "Take it out");
  /** What the picture brought along: words that nobody changed go with it again. */
  private brought: Partial<Picture> = {};

  constructor(desk: Desk, panel: HTMLElement, list: HTMLElement) {
    this.desk = desk;
    this.panel = panel;
    this.list = list;
    const chosen = list.querySelector<HTMLInputElement>("[name=hero_id]:checked");
    this.number = h("input", { type: "hidden", name: "hero_id", value: chosen?.value ?? "" });
    const shown = chosen?.value ? (panel.querySelector<HTMLImageElement>("img.hero") ?? chosen.parentElement?.querySelector("img")) : null;
    if (shown) this.show({ src: shown.getAttribute("src") ?? "", width: shown.width, height: shown.height });
  }

  attach(): void {
    this.panel.querySelector("img.hero")?.remove();
    this.panel.querySelector(":scope > .empty")?.remove();
    this.panel.querySelector(".panel__head")?.after(this.plate, this.nothing, h("div", { class: "hero-do" }, this.choose, this.crop, this.out), this.bar, this.said, this.number);
    // Its fields would be sent beside ours.
    this.list.remove();
    this.tell();
    this.panel.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.panel.dataset.dragged = "";
    });
    this.panel.addEventListener("dragleave", (event) => {
      if (!this.panel.contains(event.relatedTarget as Node | null)) delete this.panel.dataset.dragged;
    });
    this.panel.addEventListener("drop", (event) => {
      delete this.panel.dataset.dragged;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      event.stopPropagation();
      void this.send(file);
    });
    // Somebody else's choice may come in with a save.
    this.number.addEventListener("change", () => this.tell());
  }

  private async pick(): Promise<void> {
    const choice = await choose(this.desk, { title: "Choose the lead picture", isMany: false, verb: () => "Take this one" });
    this.choose.focus();
    if (!choice) return;
    if ("files" in choice) await this.send(choice.files[0] as File);
    else this.put(choice.pictures[0] as Picture);
  }

  private async send(file: File): Promise<void> {
    this.bar.hidden = false;
    this.bar.value = 0;
    this.said.textContent = `Sending ${file.name}`;
    try {
      const { picture, known } = await send(this.desk, file, {}, (part) => {
        this.bar.value = part;
        if (part >= 1) this.said.textContent = "Being looked at";
      }).done;
      this.put(picture);
      this.said.textContent = known ? "In the library already: its words came with it." : "";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const again = h("button", { type: "button", class: "button button--small", click: () => void this.send(file) }, "Try again");
      this.said.replaceChildren(`${error.message} `, again);
    } finally {
      this.bar.hidden = true;
    }
  }

  private put(picture: Picture | null): void {
    for (const [name, field] of WORDS) {
      const input = this.desk.field<HTMLInputElement>(field);
      if (!input || (input.value && input.value !== this.brought[name])) continue;
      input.value = picture?.[name] ?? "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.brought = picture ?? {};
    this.number.value = picture ? String(picture.id) : "";
    if (picture) {
      this.show(picture);
      this.plate.style.setProperty("object-position", `${picture.focal_x}% ${picture.focal_y}%`);
    }
    this.said.textContent = "";
    this.number.dispatchEvent(new Event("input", { bubbles: true }));
    this.tell();
    announce(this.desk, picture ? `${picture.alt || picture.file_name} is the lead picture.` : "There is no lead picture now.");
    const alt = this.desk.field<HTMLTextAreaElement>("hero_alt");
    if (picture && !alt?.value) alt?.focus();
    else if (!picture) this.choose.focus();
  }

  private show({ src, width, height }: Pick<Picture, "src" | "width" | "height">): void {
    this.plate.src = src;
    this.plate.width = width;
    this.plate.height = height;
    this.plate.dataset.of = this.number.value;
  }

  private tell(): void {
    const isThere = this.number.value !== "";
    // A choice that came from elsewhere is only known by its number until the page is read again.
    this.plate.hidden = !isThere || this.plate.dataset.of !== this.number.value;
    this.nothing.hidden = isThere;
    for (const button of [this.crop, this.out]) button.hidden = !isThere;
    (this.choose.lastElementChild as HTMLElement).textContent = isThere ? " Another picture" : " Choose a picture";
  }

  private async about(): Promise<void> {
    try {
      const picture = await describe(this.desk, Number(this.number.value));
      if (picture) this.put(picture);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.said.textContent = error.message;
    }
    this.crop.focus();
  }
}
