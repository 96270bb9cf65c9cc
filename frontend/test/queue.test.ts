import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../src/api.ts";
import type { CopyAnswer, SaveAnswer } from "../src/keeping/answers.ts";
import { type Order, PAUSE, Queue, REST, type Snapshot } from "../src/keeping/queue.ts";

/** A clock that stands until somebody moves it. */
class Time {
  at = 0;
  private jobs: { at: number; job: () => void }[] = [];

  now(): number {
    return this.at;
  }

  later(pause: number, job: () => void): () => void {
    const entry = { at: this.at + pause, job };
    this.jobs.push(entry);
    return () => {
      this.jobs = this.jobs.filter((other) => other !== entry);
    };
  }

  async pass(time: number): Promise<void> {
    const end = this.at + time;
    for (;;) {
      await breath();
      const next = this.jobs.filter((entry) => entry.at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.jobs = this.jobs.filter((entry) => entry !== next);
      this.at = Math.max(this.at, next.at);
      next.job();
    }
    this.at = end;
    await breath();
  }
}

const breath = () => new Promise((resolve) => setImmediate(resolve));

interface Text extends Snapshot {
  body: string;
}

/** A server that can be cut off, signed out of, slow, or of another mind. */
class Server {
  body = "";
  sent: string[] = [];
  trouble: Refusal[] = [];
  gate: Promise<void> | null = null;
  underWay = 0;
  most = 0;
  isSame = true;
  numbers: number[] = [];
  revisions = new Map<string, string>();

  async answer<T>(what: string, made: () => T): Promise<T> {
    this.sent.push(what);
    this.most = Math.max(this.most, ++this.underWay);
    await this.gate;
    this.underWay--;
    const trouble = this.trouble.shift();
    if (trouble) throw trouble;
    return made();
  }
}

function desk() {
  const time = new Time();
  const server = new Server();
  const said: string[] = [];
  const refused: Refusal[] = [];
  let text = "";
  let number = 0;
  let ids = 0;
  const queue: Queue<Text> = new Queue<Text>(
    time,
    {
      take: () => ({ edits: queue.edits, body: text }),
      copy: (taken, count) => server.answer(`copy ${taken.body}`, () => {
        server.body = taken.body;
        return { number: server.numbers.shift() ?? count } as CopyAnswer;
      }),
      save: (order: Order<Text>) => server.answer(`save ${order.id}${order.isQuiet ? " quietly" : ""} ${order.snapshot?.body}`, () => {
        server.revisions.set(order.id, order.snapshot?.body ?? "");
        return { revision: { number: server.revisions.size } } as SaveAnswer;
      }),
      renew: async () => {
        server.sent.push("renew");
        const trouble = server.trouble.shift();
        if (trouble) throw trouble;
        return server.isSame;
      },
      rename: () => {
        server.sent.push("rename");
      },
      newId: () => `s${++ids}`,
      nextNumber: () => ++number,
    },
    { standing: (standing) => said.push(standing), kept: () => {}, saved: () => {}, refused: (refusal) => refused.push(refusal) },
  );
  const type = (more: string) => {
    text += more;
    queue.change();
  };
  return { time, server, queue, type, said, refused };
}

test("a copy goes out when somebody pauses, and once", async () => {
  const { time, server, type, said } = desk();
  for (const letter of "abc") {
    type(letter);
    await time.pass(500);
  }
  assert.deepEqual(server.sent, []);
  await time.pass(PAUSE);
  assert.deepEqual(server.sent, ["copy abc"]);
  await time.pass(30_000);
  assert.equal(server.sent.length, 1);
  assert.deepEqual(said, ["unsaved", "saving", "saved"]);
});

test("who types without a pause is kept every five seconds", async () => {
  const { time, server, type } = desk();
  for (let i = 0; i < 24; i++) {
    type("x");
    await time.pass(500);
  }
  assert.ok(server.sent.length >= 2);
  assert.ok(server.sent.every((what) => what.startsWith("copy")));
});

test("one request is in flight, and what is typed meanwhile follows", async () => {
  const { time, server, queue, type } = desk();
  let open = () => {};
  server.gate = new Promise((resolve) => (open = resolve));
  type("a");
  await time.pass(PAUSE);
  type("b");
  void queue.save();
  await time.pass(20_000);
  assert.deepEqual(server.sent, ["copy a"]);
  open();
  await time.pass(1);
  assert.deepEqual(server.sent, ["copy a", "save s1 ab"]);
  assert.equal(server.most, 1);
});

test("without a network it is tried again with growing pauses, and at once when the network is back", async () => {
  const { time, server, queue, type } = desk();
  server.trouble = Array.from({ length: 4 }, () => new Refusal(0, "gone"));
  type("a");
  await time.pass(PAUSE);
  assert.equal(queue.standing, "offline");
  await time.pass(2_000);
  assert.equal(server.sent.length, 2);
  await time.pass(3_999);
  assert.equal(server.sent.length, 2);
  await time.pass(1);
  assert.equal(server.sent.length, 3);
  queue.wake();
  await time.pass(0);
  assert.equal(server.sent.length, 4);
  queue.wake();
  await time.pass(0);
  assert.equal(queue.standing, "saved");
  assert.equal(server.body, "a");
});

test("a save that is tried again sends the same text under the same id, and what was typed since follows", async () => {
  const { time, server, queue, type } = desk();
  type("a");
  server.trouble = [new Refusal(0, "gone"), new Refusal(503, "tired")];
  const saved = queue.save();
  await time.pass(0);
  type("b");
  await time.pass(10_000);
  await saved;
  assert.deepEqual(server.sent.slice(0, 3), ["save s1 a", "save s1 a", "save s1 a"]);
  assert.deepEqual([...server.revisions], [["s1", "a"]]);
  assert.equal(server.body, "ab");
});

test("signed out, nothing is sent until the same person is back", async () => {
  const { time, server, queue, type } = desk();
  server.trouble = [new Refusal(401, "out")];
  type("a");
  await time.pass(PAUSE);
  assert.equal(queue.standing, "signedOut");
  type("b");
  await time.pass(600_000);
  assert.deepEqual(server.sent, ["copy a"]);
  server.isSame = false;
  assert.equal(await queue.resume(), false);
  assert.equal(queue.standing, "stranger");
  await time.pass(600_000);
  assert.equal(server.body, "");
  server.isSame = true;
  assert.equal(await queue.resume(), true);
  await time.pass(PAUSE);
  assert.equal(server.body, "ab");
});

test("an old token is renewed in passing, and never for somebody else", async () => {
  const { time, server, queue, type } = desk();
  server.trouble = [new Refusal(400, "old token")];
  type("a");
  await time.pass(PAUSE);
  assert.deepEqual(server.sent, ["copy a", "renew", "copy a"]);
  assert.equal(server.body, "a");
  server.trouble = [new Refusal(400, "old token")];
  server.isSame = false;
  type("b");
  await time.pass(PAUSE);
  assert.equal(queue.standing, "stranger");
  assert.equal(server.body, "a");
});

test("who rests gets a quiet revision, once, and none while a clash is open", async () => {
  const { time, server, queue, type } = desk();
  type("a");
  await time.pass(REST * 3);
  assert.deepEqual(server.sent, ["copy a", "save s1 quietly a"]);
  queue.isAsking = true;
  type("b");
  await time.pass(REST * 3);
  assert.deepEqual(server.sent.slice(2), ["copy ab"]);
});

test("a clash ends the order, and whoever asked hears of it", async () => {
  const { time, server, queue, type, refused } = desk();
  type("a");
  server.trouble = [new Refusal(0, "gone"), new Refusal(409, "clash", { clashes: [] })];
  const saved = queue.save();
  await time.pass(2_000);
  await assert.rejects(saved, /clash/);
  assert.equal(refused.length, 1);
  assert.equal(queue.order, null);
  assert.equal(queue.standing, "refused"); // kept beside the piece, and in no revision
  assert.equal(queue.kept, queue.edits);
});

test("what the server will not take is said once, and tried again when it changes", async () => {
  const { time, server, queue, type, refused } = desk();
  server.trouble = [new Refusal(422, "too long")];
  type("a");
  await time.pass(120_000);
  assert.equal(refused.length, 1);
  assert.equal(server.sent.filter((what) => what.startsWith("copy")).length, 1);
  type("b");
  await time.pass(PAUSE);
  assert.equal(queue.standing, "saved");
});

test("a tab whose name another page has takes a new one and sends again", async () => {
  const { time, server, type } = desk();
  server.numbers = [9];
  type("a");
  await time.pass(PAUSE);
  assert.deepEqual(server.sent, ["copy a", "rename", "copy a"]);
});

test("leaving sends the save that is on its way, or a quiet one, and nothing where all is in a revision", async () => {
  const { time, server, queue, type } = desk();
  assert.equal(queue.leave(), null);
  type("a");
  const order = queue.leave();
  assert.equal(order?.isQuiet, true);
  assert.equal(queue.leave(), order);
  await time.pass(PAUSE); // the page stayed: it is sent after all
  assert.deepEqual(server.sent, ["save s1 quietly a"]);
  assert.equal(queue.leave(), null);
});

test("who waits for a save is let go where something stands in its way", async () => {
  const { time, server, queue, type } = desk();
  type("a");
  server.trouble = [new Refusal(0, "gone")];
  const isThere = queue.settled(queue.save());
  await time.pass(0);
  assert.equal(await isThere, false);
  const again = queue.settled(queue.save());
  await time.pass(0);
  assert.equal(await again, true);
});

test("a network that comes back while nothing waits is back", async () => {
  const { time, queue, said } = desk();
  queue.lose();
  assert.equal(queue.standing, "offline");
  queue.wake();
  await time.pass(0);
  assert.equal(queue.standing, "saved");
  assert.deepEqual(said, ["offline", "saved"]);
});

test("what another part of the page hears of an ended session counts", async () => {
  const { time, server, queue, type } = desk();
  await queue.doubt(401);
  assert.equal(queue.standing, "signedOut");
  assert.equal(await queue.resume(), true);
  await queue.doubt(400);
  assert.deepEqual(server.sent, ["renew", "renew"]);
  server.isSame = false;
  await queue.doubt(400);
  assert.equal(queue.standing, "stranger");
  type("a");
  await time.pass(60_000);
  assert.equal(server.body, "");
});
