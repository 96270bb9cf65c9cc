// Shows who else has the piece open, and lets one person write at a time, unless they decide otherwise.
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Refusal } from "../api.ts";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import type { Company as Answer, Other } from "./answers.ts";
import { type Act, Notes } from "./notes.ts";
import { placeOf } from "./place.ts";
import { BEAT, type Courtesy, Lock } from "./presence.ts";
import { clockTime } from "./words.ts";

/** On a transaction that brings in what others wrote: it passes where the text is locked. */
export const BROUGHT = "brought";

export interface Hooks {
  /** Settled when the text of the page is the one that somebody goes on with. */
  ready: Promise<void>;
  /** Something was typed that is in no revision. */
  hasUnsaved(): boolean;
  isStopped(): boolean;
  /** A request was refused with that status. */
  doubt(status: number): void;
  saveQuietly(): Promise<unknown>;
  /** There is a newer revision than the one that this page started from. */
  isBehind(head: Answer["head"]): boolean;
}

export class Company {
  head: Answer["head"] | null = null;
  private readonly lock = new Lock();
  private readonly avatars: HTMLElement;
  private isWriting = false;
  private isHolding = false;
  private isAsking = false;
  private timer = 0;
  private wasShut = false;
  private shown = "";
  private readonly desk: Desk;
  private readonly notes: Notes;
  private readonly hooks: Hooks;

  constructor(desk: Desk, notes: Notes, hooks: Hooks) {
    this.desk = desk;
    this.notes = notes;
    this.hooks = hooks;
    this.avatars = h("span", { class: "avatars", role: "group", "aria-label": "Here now" });
    this.avatars.hidden = true;
    desk.form.querySelector(".saved")?.after(this.avatars);
    desk.editor.registerPlugin(new Plugin({
      key: new PluginKey("courtesy"),
      filterTransaction: (transaction) => !this.lock.isShut || !transaction.docChanged || transaction.getMeta(BROUGHT) === true,
    }));
    document.addEventListener("visibilitychange", () => this.isSeen() && void this.beat());
    window.addEventListener("focus", () => void this.beat());
    void hooks.ready.then(() => this.beat());
  }

  get isShut(): boolean {
    return this.lock.isShut;
  }

  /** Something was typed: the first time the others hear of it at once. */
  typed(): void {
    this.isWriting = true;
    if (!this.isHolding && !this.isAsking && this.lock.courtesy.is === "free") void this.beat();
  }

  /** Say that the page goes. */
  leave(): void {
    window.clearTimeout(this.timer);
    if (!this.hooks.isStopped()) void this.send({ leave: "1" }, true).catch(() => {});
  }

  async beat(takes = false): Promise<void> {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void (this.isSeen() ? this.beat() : this.wait()), BEAT);
    if (this.hooks.isStopped()) return;
    const { block, label } = placeOf(this.desk.editor.state);
    const writing = this.isWriting;
    this.isWriting = false;
    this.isAsking = true;
    try {
      this.hear(await this.send({ place: block, label, writing: writing ? "1" : "0", take: takes ? "1" : "0" }));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this.isWriting ||= writing;
      this.hooks.doubt(refusal.status);
      if (takes && !refusal.isPassing) this.notes.say("courtesy", "warn", refusal.message);
    } finally {
      this.isAsking = false;
    }
  }

  private wait(): void {
    this.timer = window.setTimeout(() => void (this.isSeen() ? this.beat() : this.wait()), BEAT);
  }

  private isSeen(): boolean {
    return document.visibilityState === "visible";
  }

  private send(fields: Record<string, string>, keepalive = false): Promise<Answer> {
    return this.desk.api.post(`${this.desk.address}/presence`, new URLSearchParams({ ...fields, tab: this.desk.tab }), { keepalive });
  }

  private hear(answer: Answer): void {
    this.head = answer.head;
    this.isHolding = answer.holder?.me ?? false;
    this.picture(answer.others);
    const before = this.lock.courtesy.is;
    const courtesy = this.lock.hear(answer, this.hooks.hasUnsaved());
    if (courtesy.is === "taken" && before !== "taken" && this.hooks.hasUnsaved()) void this.hooks.saveQuietly();
    this.apply(courtesy);
    if (courtesy.is !== "closed" && !this.hooks.hasUnsaved() && this.hooks.isBehind(answer.head)) void this.hooks.saveQuietly();
  }

  private apply(courtesy: Courtesy): void {
    const isShut = this.lock.isShut;
    if (isShut !== this.wasShut) {
      this.wasShut = isShut;
      this.desk.editor.setEditable(!isShut, false);
      for (const name of ["kicker", "headline", "dek"]) {
        const field = this.desk.field<HTMLTextAreaElement>(name);
        if (field) field.readOnly = isShut;
      }
      this.desk.root.toggleAttribute("data-locked", isShut);
      this.desk.tell("locked", isShut);
    }
    this.say(courtesy);
  }

  private say(courtesy: Courtesy): void {
    const before = this.shown;
    const at = "since" in courtesy ? clockTime(new Date(courtesy.since)) : "";
    this.shown = courtesy.is === "free" ? "" : `${courtesy.is} ${"by" in courtesy ? courtesy.by : ""} ${at} ${"label" in courtesy ? courtesy.label : ""}`;
    if (this.shown === before) return;
    const writeOn: Act = { label: "Write on as well", do: () => this.apply(this.lock.writeOn()) };
    const take = (label: string): Act => ({ label, isMain: true, do: () => void this.take() });
    switch (courtesy.is) {
      case "free":
        return before.startsWith("locked") || before.startsWith("taken")
          ? void this.notes.say("courtesy", "good", "The text is yours to write in now.")
          : this.notes.close("courtesy");
      case "locked": {
        const where = courtesy.label ? `, in “${courtesy.label}”` : "";
        this.notes.say("courtesy", "info", `${courtesy.by} is writing here since ${at}${where}.`, [take("Take over"), writeOn], false);
        return;
      }
      case "taken":
        this.notes.say("courtesy", "warn", `${courtesy.by} took over at ${at}. What you wrote is saved.`, [take("Take it back"), writeOn], false);
        return;
      case "alongside":
        this.notes.say("courtesy", "info", `${courtesy.by} is writing here too, since ${at}. What you both write is joined whenever one of you saves.`, [take("Take over")]);
        return;
      case "closed":
        this.notes.say("courtesy", "warn", "This text cannot be changed now. What you wrote is kept beside the piece.", [], false);
    }
  }

  /** Hold the piece from now on; first what is here is saved, so that nothing of it waits. */
  private async take(): Promise<void> {
    if (this.hooks.hasUnsaved()) await this.hooks.saveQuietly().catch(() => {});
    await this.beat(true);
    if (!this.lock.isShut) this.desk.editor.commands.focus();
  }

  private picture(others: Other[]): void {
    this.avatars.hidden = others.length === 0;
    const said = others.map((one) => `${one.name}${one.label ? `, in ${one.label}` : ""}`);
    if (this.avatars.dataset.said === said.join("\n")) return;
    this.avatars.dataset.said = said.join("\n");
    this.avatars.replaceChildren(...others.map((one, index) =>
      h("span", { class: "avatar avatar--letters", role: "img", "aria-label": said[index], title: said[index] }, one.initials)));
  }
}
