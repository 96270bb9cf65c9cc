// Signed out while writing: says so, and goes on by itself as soon as the same person is signed in again.
import type { Person } from "../api.ts";
import type { Notes } from "./notes.ts";
import type { Standing } from "./queue.ts";

const SIGN_IN = "/newsroom/sign-in?next=/newsroom/";
const EVERY = 5_000;

interface Resumes {
  readonly standing: Standing;
  resume(): Promise<boolean>;
}

export class SignIn {
  private timer = 0;
  private present = "";
  private readonly notes: Notes;
  private readonly owner: { id: string; name: string };
  private readonly queue: Resumes;

  constructor(notes: Notes, owner: { id: string; name: string }, queue: Resumes) {
    this.notes = notes;
    this.owner = owner;
    this.queue = queue;
    const look = () => document.visibilityState === "visible" && void this.look();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", look);
  }

  /** Tells whether that is whose text this is; nobody writes into another person's copies. */
  isSame(person: Person): boolean {
    const isSame = String(person.id) === this.owner.id;
    this.present = isSame ? "" : person.name;
    return isSame;
  }

  hear(standing: Standing): void {
    if (standing === "signedOut") {
      this.notes.say("signed-out", "warn", "You are signed out. What you write stays in this browser; sign in again, and it is saved from here.", [{ label: "Sign in", href: SIGN_IN, isMain: true }], false);
    } else if (standing === "stranger") {
      this.notes.say("signed-out", "warn", `${this.present || "Somebody else"} is signed in in this browser now. This text is ${this.owner.name}’s and waits in the browser until ${this.owner.name} signs in again.`, [{ label: "Sign in", href: SIGN_IN }], false);
    } else if (this.notes.has("signed-out")) this.notes.close("signed-out");
    window.clearInterval(this.timer);
    if (this.isOut) this.timer = window.setInterval(() => document.visibilityState === "visible" && void this.look(), EVERY);
  }

  private get isOut(): boolean {
    return this.queue.standing === "signedOut" || this.queue.standing === "stranger";
  }

  private async look(): Promise<void> {
    if (this.isOut) await this.queue.resume();
  }
}
