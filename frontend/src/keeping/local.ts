// Keeps what is typed in the browser until the server has it: soon after each key, and at once when the page goes.
import type { Clock } from "./queue.ts";
import type { Kept, Store } from "./store.ts";

const PAUSE = 300;
const LONGEST_WAIT = 1_000;

export class Local {
  /** Up to which change the browser has the text; the server may have it further. */
  kept = 0;
  isBroken = false;
  private edits = 0;
  private firstUnkept = 0;
  private callOff: () => void = () => {};
  private writing: Promise<void>;
  private readonly clock: Clock;
  private readonly store: Store;
  private readonly take: () => { kept: Kept; edits: number };
  private readonly key: () => string;
  private readonly turned: () => void;

  /** Nothing is written before `ready`: what an earlier page left under this name is put aside first. */
  constructor(clock: Clock, store: Store, key: () => string, take: () => { kept: Kept; edits: number }, ready: Promise<void>,
    turned: () => void = () => {}) {
    this.turned = turned;
    this.writing = ready;
    this.clock = clock;
    this.store = store;
    this.key = key;
    this.take = take;
  }

  /** Something was typed: the change with that number. */
  change(edits: number): void {
    if (this.edits <= this.kept) this.firstUnkept = this.clock.now();
    this.edits = edits;
    this.callOff();
    const pause = Math.min(PAUSE, this.firstUnkept + LONGEST_WAIT - this.clock.now());
    this.callOff = this.clock.later(Math.max(0, pause), () => void this.flush());
  }

  /** Write it now; `again` although it is there, because more is known of it. */
  flush(again = false): Promise<void> {
    this.callOff();
    if (this.kept >= this.edits && !again) return this.writing;
    const { kept, edits } = this.take();
    return this.next(async () => {
      await this.store.put(kept);
      this.kept = Math.max(this.kept, edits);
      this.firstUnkept = this.clock.now();
    });
  }

  /** The server has the text up to that change: nothing is left to keep, unless somebody typed on. */
  clear(edits: number): void {
    if (this.edits > edits) return;
    this.callOff();
    this.kept = Math.max(this.kept, edits);
    const key = this.key();
    void this.next(() => (this.edits > edits ? Promise.resolve() : this.store.remove(key)));
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.writing = this.writing.then(work).then(
      () => this.turn(false),
      () => this.turn(true),
    );
    return this.writing;
  }

  private turn(isBroken: boolean): void {
    if (this.isBroken === isBroken) return;
    this.isBroken = isBroken;
    this.turned();
  }
}
