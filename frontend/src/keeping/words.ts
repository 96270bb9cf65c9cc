// How the newsroom says where the text is, and when.
import type { Standing } from "./queue.ts";

/** Returns the time of day, with the day where that is not today. */
export function clockTime(at: Date, now = new Date()): string {
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" })}, ${time}`;
}

export function counted(count: number, thing: string): string {
  return `${count.toLocaleString("en-GB")} ${thing}${count === 1 ? "" : "s"}`;
}

export interface Said {
  text: string;
  state: "saved" | "saving" | "offline" | "failed";
  /** Whether somebody who listens has to hear it; what goes well is only seen. */
  isNews: boolean;
}

/** Says how the text stands; `saved` is the sentence on the last time that the server took it. */
export function said(standing: Standing, saved: string, isInBrowser: boolean): Said {
  const where = isInBrowser ? "kept in this browser" : "keep this page open";
  switch (standing) {
    case "saved":
      return { text: saved, state: "saved", isNews: false };
    case "unsaved":
      return { text: "Not saved yet", state: "saving", isNews: false };
    case "saving":
      return { text: "Saving", state: "saving", isNews: false };
    case "offline":
      return { text: `Offline, ${where}`, state: isInBrowser ? "offline" : "failed", isNews: true };
    case "signedOut":
    case "stranger":
      return { text: `Signed out, ${where}`, state: isInBrowser ? "offline" : "failed", isNews: true };
    case "refused":
      return { text: `Not saved, ${where}`, state: "failed", isNews: true };
  }
}

/** Shows it in the tools. */
export class Sign {
  private readonly element: HTMLElement;
  private wasNews = false;

  constructor(form: HTMLElement) {
    this.element = form.querySelector<HTMLElement>(".saved") ?? document.createElement("span");
    this.element.setAttribute("role", "status");
    this.element.setAttribute("aria-live", "off");
  }

  show(words: Said): void {
    // Good news is said aloud once, after bad news.
    const isHeard = words.isNews || (this.wasNews && words.state === "saved");
    this.element.setAttribute("aria-live", isHeard ? "polite" : "off");
    if (words.isNews) this.wasNews = true;
    else if (words.state === "saved") this.wasNews = false;
    this.element.dataset.state = words.state;
    if (this.element.textContent !== words.text) this.element.textContent = words.text;
  }
}
