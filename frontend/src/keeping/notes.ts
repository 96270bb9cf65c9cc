// Sentences that matter, between the tools and the text: one for each thing, in place until it is settled or closed.
import { h, icon } from "../dom.ts";

export type Tone = "info" | "good" | "warn" | "bad";
const ICONS: Record<Tone, string> = { info: "wait", good: "check", warn: "warn", bad: "stop" };

export interface Act {
  label: string;
  href?: string;
  isMain?: boolean;
  do?: () => void;
}

export class Notes {
  private readonly list: HTMLElement;
  private readonly shown = new Map<string, HTMLElement>();

  constructor(form: HTMLElement) {
    this.list = h("div", { class: "desk-notes", "aria-live": "polite" });
    const tools = form.querySelector<HTMLElement>(".tools");
    if (tools) tools.after(this.list);
    else form.prepend(this.list);
    if (tools && typeof ResizeObserver !== "undefined") new ResizeObserver(() => this.stick(tools)).observe(tools);
  }

  /** Show a sentence in the place of the last one by that name. */
  say(name: string, tone: Tone, text: string | Node[], acts: Act[] = [], canClose = true): HTMLElement {
    const words = h("p", {}, ...(typeof text === "string" ? [text] : text));
    const buttons = acts.map((act) => button(act));
    const note = h("div", { class: `notice note${tone === "info" ? "" : ` notice--${tone}`}`, "data-note": name, ...(tone === "bad" ? { role: "alert" } : {}) },
      h("span", {}, icon(ICONS[tone])), words,
      (buttons.length > 0 || canClose) && h("div", { class: "note__do" }, ...buttons,
        canClose && h("button", { class: "button button--small button--quiet", type: "button", click: () => this.close(name) }, "Close")));
    const last = this.shown.get(name);
    if (last?.textContent === note.textContent) return last; // said already: it is not said again
    if (last) last.replaceWith(note);
    else this.list.append(note);
    this.shown.set(name, note);
    return note;
  }

  close(name: string): void {
    const note = this.shown.get(name);
    if (!note) return;
    const hadFocus = note.contains(document.activeElement);
    note.remove();
    this.shown.delete(name);
    if (hadFocus) document.querySelector<HTMLElement>("[data-desk-body] .ProseMirror")?.focus();
  }

  has(name: string): boolean {
    return this.shown.has(name);
  }

  /** It stays in sight below the tools, whose height depends on the width of the screen. */
  private stick(tools: HTMLElement): void {
    const top = Number.parseFloat(getComputedStyle(tools).insetBlockStart) || 0;
    this.list.style.setProperty("--notes-start", `${top + tools.offsetHeight}px`);
  }
}

function button(act: Act): HTMLElement {
  const look = `button button--small${act.isMain ? " button--main" : ""}`;
  if (act.href) return h("a", { class: look, href: act.href, target: "_blank" }, act.label);
  return h("button", { class: look, type: "button", click: () => act.do?.() }, act.label);
}
