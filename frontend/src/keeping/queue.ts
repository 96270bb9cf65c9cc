// What has to reach the server, and when: copies while somebody types, saves when they are asked for or pause.
// One request at a time, each tried until it is answered. Time and the wire are handed in, so that tests can hold both.
import { Refusal } from "../api.ts";
import type { CopyAnswer, SaveAnswer } from "./answers.ts";

/** After the last key, and at the latest after the first one that the server has not. */
export const PAUSE = 1_500;
export const LONGEST_WAIT = 5_000;
/** Who has not typed for so long gets a quiet revision. */
export const REST = 60_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

export interface Clock {
  now(): number;
  /** Does the job after so many milliseconds; what it returns calls that off. */
  later(pause: number, job: () => void): () => void;
}

/** The text at one moment; `edits` counts the changes up to it. */
export interface Snapshot {
  edits: number;
}

/** A save on its way. Every try sends the same text under the same id, so that one that came through counts once. */
export interface Order<S extends Snapshot> {
  id: string;
  isQuiet: boolean;
  snapshot: S | null;
  settled: Promise<SaveAnswer>;
  done(answer: SaveAnswer): void;
  refused(refusal: Refusal): void;
}

export interface Wire<S extends Snapshot> {
  take(): S;
  copy(snapshot: S, number: number): Promise<CopyAnswer>;
  save(order: Order<S>): Promise<SaveAnswer>;
  /** Asks for a new token; false where somebody else is signed in now. */
  renew(): Promise<boolean>;
  /** Another page writes under this tab's name: take a new one. */
  rename(): void;
  newId(): string;
  nextNumber(): number;
}

export type Standing = "saved" | "unsaved" | "saving" | "offline" | "signedOut" | "stranger" | "refused";

export interface Told<S extends Snapshot> {
  standing(standing: Standing): void;
  kept(answer: CopyAnswer, edits: number): void;
  saved(answer: SaveAnswer, order: Order<S>): void;
  refused(refusal: Refusal, order: Order<S> | null): void;
}

export class Queue<S extends Snapshot> {
  /** Changes so far; up to which of them the server has a copy, and a revision. */
  edits = 0;
  kept = 0;
  saved = 0;
  /** No quiet revision is cut while a person has to decide about a clash. */
  isAsking = false;
  private refusedAt = 0;
  /** Where a save was refused whose text the server keeps all the same. */
  private deniedAt = 0;
  private restedAt = 0;
  private lastEdit = 0;
  private firstUnkept = 0;
  private orders: Order<S>[] = [];
  private readonly stuck: (() => void)[] = [];
  private isBusy = false;
  private stopped: "" | "signedOut" | "stranger" = "";
  private failures = 0;
  private retryAt = 0;
  private callOff: () => void = () => {};
  private last: Standing | "" = "";
  private readonly clock: Clock;
  private readonly wire: Wire<S>;
  private readonly told: Told<S>;

  constructor(clock: Clock, wire: Wire<S>, told: Told<S>) {
    this.clock = clock;
    this.wire = wire;
    this.told = told;
  }

  get standing(): Standing {
    if (this.stopped) return this.stopped;
    if (this.failures) return "offline";
    if (this.isBusy) return "saving";
    if ([this.refusedAt, this.deniedAt].includes(this.edits) && this.edits) return "refused";
    return this.edits > this.kept ? "unsaved" : "saved";
  }

  /** The save that is on its way, if any. */
  get order(): Order<S> | null {
    return this.orders[0] ?? null;
  }

  /** What was there up to that change is in a revision, as it turns out. */
  has(edits: number): void {
    this.kept = Math.max(this.kept, edits);
    this.saved = Math.max(this.saved, edits);
    this.plan();
  }

  /** Something was typed. */
  change(): void {
    if (this.edits === this.kept) this.firstUnkept = this.clock.now();
    this.edits++;
    this.lastEdit = this.clock.now();
    this.plan();
  }

  /** Save all that is there now; the answer comes when the server has it, however long that takes. */
  save(isQuiet = false): Promise<SaveAnswer> {
    const waiting = this.orders.find((order) => !order.snapshot);
    if (waiting) {
      waiting.isQuiet &&= isQuiet;
      return waiting.settled;
    }
    const order = this.ordered(isQuiet);
    this.retryAt = 0;
    this.plan();
    return order.settled;
  }

  /** Waits for a save for as long as nothing stands in its way; tells whether it is in a revision. */
  async settled(save: Promise<SaveAnswer>): Promise<boolean> {
    const stuck = new Promise<boolean>((resolve) => this.stuck.push(() => resolve(false)));
    if (this.stopped) this.freeStuck();
    const isThere = save.then(() => true, () => false);
    return Promise.race([isThere, stuck]);
  }

  private freeStuck(): void {
    for (const free of this.stuck.splice(0)) free();
  }

  /** Save before the page goes: the order to send at once. Should the page stay after all, it is simply tried again. */
  leave(): Order<S> | null {
    if (this.stopped) return null;
    const begun = this.orders.find((order) => order.snapshot);
    if (begun) return begun;
    if (this.edits === this.saved || this.isAsking) return null;
    const order = this.orders[0] ?? this.ordered(true);
    order.snapshot = this.wire.take();
    return order;
  }

  /** The page may go soon: send the copy now. */
  hurry(): void {
    this.firstUnkept = this.clock.now() - LONGEST_WAIT;
    this.plan();
  }

  /** The network is back, or so it seems. */
  wake(): void {
    if (this.failures && this.due() === null) {
      this.failures = 0; // nothing waits, so nothing is tried
      this.retryAt = 0;
    } else if (this.failures) this.retryAt = this.clock.now();
    this.plan();
  }

  /** The browser knows that there is no network. */
  lose(): void {
    if (!this.failures) this.fail();
    this.plan();
  }

  /** Somebody may have signed in again; tells whether it goes on. */
  async resume(): Promise<boolean> {
    if (!this.stopped) return true;
    try {
      this.stopped = (await this.wire.renew()) ? "" : "stranger";
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      return false;
    }
    this.failures = 0;
    this.retryAt = 0;
    this.plan();
    return !this.stopped;
  }

  /** Something else of this page was told that nobody is signed in, or that its token is an old one. */
  async doubt(status: number): Promise<void> {
    if (this.stopped || this.isBusy) return;
    if (status === 401) this.stopped = "signedOut";
    else if (status === 400) await this.renewed();
    this.plan();
  }

  private ordered(isQuiet: boolean): Order<S> {
    const order = { id: this.wire.newId(), isQuiet, snapshot: null } as Order<S>;
    order.settled = new Promise((resolve, reject) => Object.assign(order, { done: resolve, refused: reject }));
    order.settled.catch(() => {}); // whoever asked hears of it; a quiet save has nobody
    this.orders.push(order);
    return order;
  }

  private due(): number | null {
    const isUnkept = this.edits > this.kept && this.edits > this.refusedAt;
    if (this.retryAt) return this.orders.length || isUnkept ? this.retryAt : null;
    if (this.orders.length) return this.clock.now();
    const times = [];
    if (isUnkept) times.push(Math.min(this.lastEdit + PAUSE, this.firstUnkept + LONGEST_WAIT));
    if (this.edits > Math.max(this.saved, this.restedAt) && !this.isAsking) times.push(this.lastEdit + REST);
    return times.length ? Math.min(...times) : null;
  }

  private plan(): void {
    this.callOff();
    const due = this.isBusy || this.stopped ? null : this.due();
    if (due !== null) this.callOff = this.clock.later(Math.max(0, due - this.clock.now()), () => void this.run());
    if (this.last !== this.standing) {
      this.last = this.standing;
      this.told.standing(this.last);
    }
  }

  private async run(): Promise<void> {
    this.isBusy = true;
    const isUnkept = this.edits > this.kept && this.edits > this.refusedAt;
    if (!this.orders.length && !isUnkept) this.ordered(true);
    this.plan();
    try {
      await (this.orders[0] ? this.sendOrder(this.orders[0]) : this.sendCopy());
    } finally {
      this.isBusy = false;
      this.plan();
    }
  }

  private async sendCopy(): Promise<void> {
    const snapshot = this.wire.take();
    const number = this.wire.nextNumber();
    const answer = await this.tried(() => this.wire.copy(snapshot, number), (refusal) => {
      if (refusal.facts.kept) this.kept = snapshot.edits;
      this.refusedAt = snapshot.edits;
      this.told.refused(refusal, null);
    });
    if (!answer) return;
    if (answer.number > number) return this.wire.rename();
    this.kept = Math.max(this.kept, snapshot.edits);
    this.firstUnkept = this.clock.now();
    this.told.kept(answer, snapshot.edits);
  }

  private async sendOrder(order: Order<S>): Promise<void> {
    const snapshot = (order.snapshot ??= this.wire.take());
    const answer = await this.tried(() => this.wire.save(order), (refusal) => {
      this.orders = this.orders.filter((other) => other !== order);
      if (refusal.facts.kept || refusal.status === 409) this.kept = Math.max(this.kept, snapshot.edits);
      if (!order.isQuiet || refusal.status === 409) this.deniedAt = snapshot.edits;
      this.restedAt = snapshot.edits; // no quiet one again before something changes
      this.told.refused(refusal, order);
      order.refused(refusal);
    });
    if (!answer) return;
    this.orders = this.orders.filter((other) => other !== order);
    this.kept = Math.max(this.kept, snapshot.edits);
    this.saved = Math.max(this.saved, snapshot.edits);
    this.firstUnkept = this.clock.now();
    this.told.saved(answer, order);
    order.done(answer);
  }

  /** Sends; what may pass is tried again later, what will not is handed on. Nothing is returned where no answer counts. */
  private async tried<T>(send: () => Promise<T>, refused: (refusal: Refusal) => void): Promise<T | null> {
    for (let isRenewed = false; ; isRenewed = true) {
      try {
        const answer = await send();
        this.failures = 0;
        this.retryAt = 0;
        return answer;
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        if (refusal.status === 400 && !isRenewed) {
          if (await this.renewed()) continue;
          this.freeStuck();
        } else if (refusal.status === 401 || refusal.isPassing) {
          if (refusal.isPassing) this.fail();
          else this.stopped = "signedOut";
          this.freeStuck();
        } else {
          this.failures = 0;
          this.retryAt = 0;
          refused(refusal);
        }
        return null;
      }
    }
  }

  /** Whoever signed in again in another tab has a new token, and this page the old one. */
  private async renewed(): Promise<boolean> {
    try {
      if (await this.wire.renew()) return true;
      this.stopped = "stranger";
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      if (refusal.status === 401) this.stopped = "signedOut";
      else this.fail();
    }
    return false;
  }

  private fail(): void {
    this.failures++;
    this.retryAt = this.clock.now() + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.failures - 1));
  }
}
