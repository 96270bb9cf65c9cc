// What is said about a picture of the library, in a dialog: what it shows, whose it is, and the point that no crop may lose.
import { Refusal } from "../api.ts";
import type { Desk, Picture } from "../desk.ts";
import { h } from "../dom.ts";

let number = 0;
const RIGHTS = ["Own work", "Commissioned", "Press photo", "Agency", "Creative Commons BY 4.0", "Creative Commons BY-SA 4.0", "Public domain", "By permission"];

/** Opens the dialog. Returns the picture as it is afterwards, or null where nothing was changed. */
export async function describe(desk: Desk, id: number): Promise<Picture | null> {
  const { picture } = await desk.api.get<{ picture: Picture }>(`/newsroom/pictures/${id}/words`);
  return new Promise((settle) => {
    open(desk, picture, settle);
  });
}

function open(desk: Desk, picture: Picture, settle: (picture: Picture | null) => void): void {
  let answer: Picture | null = null;
  const id = `about-picture-${++number}`;
  const field = (name: "alt" | "caption" | "credit" | "rights", label: string, hint: string, isLong = false) => {
    const input = isLong ? h("textarea", { class: "field__input", rows: 2 }) : h("input", { class: "field__input" });
    input.name = name;
    input.id = `${id}-${name}`;
    input.value = picture[name];
    if (hint) input.setAttribute("aria-describedby", `${input.id}-hint`);
    return h("div", { class: "field" }, h("label", { class: "field__label", for: input.id }, label), input, hint ? h("p", { class: "field__hint", id: `${input.id}-hint` }, hint) : null);
  };
  const point = new Point(picture, id);
  const problem = h("p", { class: "about-picture__problem", role: "alert", hidden: true });
  const save = h("button", { type: "submit", class: "button button--main" }, "Save");
  const rights = field("rights", "Rights", "");
  rights.querySelector("input")?.setAttribute("list", `${id}-list`);
  const form = h("form", { class: "about-picture__form", novalidate: true },
    field("alt", "Alternative text", "What it shows, in a sentence, for those who cannot see it.", true),
    field("caption", "Caption", "For the next piece that takes it; captions that are in pieces stay.", true),
    field("credit", "Credit line", "Whose picture it is."), rights, h("datalist", { id: `${id}-list` }, ...RIGHTS.map((value) => h("option", { value }))),
    problem, h("div", { class: "about-picture__do" }, save, h("button", { type: "button", class: "button button--quiet", click: () => dialog.close() }, "Leave it")));
  const dialog = h("dialog", { class: "about-picture", "aria-labelledby": id },
    h("h2", { id, class: "library__title" }, "Credit and crop"),
    h("div", { class: "about-picture__shown" }, point.box, h("p", { class: "field__hint", id: `${id}-how` }, "Click what no crop may lose. By keyboard: move the mark with the arrow keys, in larger steps with Shift.")), form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  const send = async () => {
    save.setAttribute("aria-busy", "true");
    problem.hidden = true;
    try {
      const fields = new FormData(form);
      fields.set("focal_x", String(point.x));
      fields.set("focal_y", String(point.y));
      answer = (await desk.api.post<{ picture: Picture }>(`/newsroom/pictures/${picture.id}/words`, fields)).picture;
      dialog.close();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.textContent = error.message;
      problem.hidden = false;
      form.querySelector<HTMLElement>(`[name="${String(error.facts.field ?? "")}"]`)?.focus();
    } finally {
      save.removeAttribute("aria-busy");
    }
  };
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => {
    dialog.remove();
    settle(answer);
  });
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector<HTMLElement>("[name=alt]")?.focus();
}

/** The mark on the picture that follows a click and the arrow keys. */
class Point {
  readonly box: HTMLElement;
  x: number;
  y: number;
  private readonly mark = h("button", { type: "button", class: "point__mark" });
  private readonly spoken = h("span", { class: "unseen" });

  constructor(picture: Picture, id: string) {
    this.x = picture.focal_x ?? 50;
    this.y = picture.focal_y ?? 50;
    this.mark.append(this.spoken);
    this.mark.setAttribute("aria-describedby", `${id}-how`);
    this.box = h("div", { class: "point", "data-ready": true }, h("img", { src: picture.src, alt: picture.alt, width: picture.width, height: picture.height }), this.mark);
    this.box.addEventListener("click", (event) => {
      if (this.mark.contains(event.target as Node)) return;
      const all = this.box.getBoundingClientRect();
      this.set(((event.clientX - all.left) / all.width) * 100, ((event.clientY - all.top) / all.height) * 100);
      this.mark.focus({ preventScroll: true });
    });
    this.mark.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const step = event.shiftKey ? 10 : 1;
      this.set(this.x + (way[0] ?? 0) * step, this.y + (way[1] ?? 0) * step);
    });
    this.set(this.x, this.y);
  }

  private set(x: number, y: number): void {
    const within = (percent: number) => Math.min(100, Math.max(0, Math.round(percent)));
    [this.x, this.y] = [within(x), within(y)];
    this.mark.style.setProperty("inset-inline-start", `${this.x}%`);
    this.mark.style.setProperty("inset-block-start", `${this.y}%`);
    this.spoken.textContent = `What no crop may lose: ${this.x} percent from the left, ${this.y} percent from the top`;
  }
}
