// Who else is here, and who holds the piece: a courtesy that everybody sees and anybody may take over.
import type { Company } from "./answers.ts";

export const BEAT = 10_000;

export interface Beat {
  /** Something was typed since the last one. */
  isWriting: boolean;
  takes: boolean;
}

/** What to do about whoever holds the piece. */
export type Courtesy =
  /** Nobody else holds it. */
  | { is: "free" }
  /** Somebody else writes, and the text waits. */
  | { is: "locked"; by: string; since: string; label: string }
  /** Somebody took it from us. */
  | { is: "taken"; by: string; since: string }
  /** Somebody else holds it, and we write all the same. */
  | { is: "alongside"; by: string; since: string }
  /** The text cannot be changed by anybody now, or not by us. */
  | { is: "closed" };

/** Decides from one answer after the other what to show; what a person chose is remembered until it is overtaken. */
export class Lock {
  private now: Courtesy = { is: "free" };
  private chosen = "";

  get courtesy(): Courtesy {
    return this.now;
  }

  get isShut(): boolean {
    return this.now.is === "locked" || this.now.is === "taken" || this.now.is === "closed";
  }

  /** Takes in an answer; `hasUnsaved` is whether something was typed here that is in no revision. */
  hear(company: Company, hasUnsaved: boolean): Courtesy {
    const { holder, taken_by: taken } = company;
    if (!company.is_open) this.now = { is: "closed" };
    else if (!holder || holder.me) {
      this.now = { is: "free" };
      this.chosen = "";
    } else if (taken && this.chosen !== `taken ${taken.at}`) this.now = { is: "taken", by: taken.name, since: taken.at };
    else if (taken || this.chosen || (hasUnsaved && this.now.is !== "locked")) {
      // Who is in the middle of a sentence is told, not stopped.
      this.chosen ||= "writing";
      this.now = { is: "alongside", by: holder.name, since: holder.since };
    } else {
      const label = company.others.find((one) => one.holds)?.label ?? "";
      this.now = { is: "locked", by: holder.name, since: holder.since, label };
    }
    return this.now;
  }

  /** The person chose to write as well. */
  writeOn(): Courtesy {
    const { now } = this;
    if (now.is === "locked" || now.is === "taken") {
      this.chosen = now.is === "taken" ? `taken ${now.since}` : "writing";
      this.now = { is: "alongside", by: now.by, since: now.since };
    }
    return this.now;
  }
}
