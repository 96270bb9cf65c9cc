import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Company } from "../src/keeping/answers.ts";
import { count, difference, line } from "../src/keeping/differ.ts";
import { differing } from "../src/keeping/fields.ts";
import { Lock } from "../src/keeping/presence.ts";
import { shown } from "../src/keeping/prose.ts";
import { clockTime, said } from "../src/keeping/words.ts";

const HEAD = { id: 1, number: 1, by: "Ilse Varnholt", at: "2026-03-02T10:00:00Z" };

function company(holder: Company["holder"], taken: Company["taken_by"] = null, isOpen = true): Company {
  const others = holder && !holder.me ? [{ name: holder.name, initials: "IV", place: "b1", label: "Holdover", since: holder.since, holds: true }] : [];
  return { others, holder, taken_by: taken, head: HEAD, state: "draft", is_open: isOpen };
}
const ILSE = { name: "Ilse Varnholt", since: "2026-03-02T10:42:00Z", me: false };
const TAKEN = { name: "Ilse Varnholt", at: "2026-03-02T10:50:00Z" };

test("the text waits while somebody else writes, until that one goes or one chooses to write as well", () => {
  const lock = new Lock();
  assert.deepEqual(lock.hear(company(ILSE), false), { is: "locked", by: "Ilse Varnholt", since: ILSE.since, label: "Holdover" });
  assert.equal(lock.isShut, true);
  assert.equal(lock.hear(company(null), false).is, "free");
  lock.hear(company(ILSE), false);
  assert.equal(lock.writeOn().is, "alongside");
  assert.equal(lock.hear(company(ILSE), false).is, "alongside");
});

test("who is in the middle of a sentence is told of the other, not stopped", () => {
  const lock = new Lock();
  assert.equal(lock.hear(company(ILSE), true).is, "alongside");
  assert.equal(lock.hear(company(ILSE), false).is, "alongside");
});

test("whoever was taken over is told, may write on, and is told again of the next time", () => {
  const lock = new Lock();
  lock.hear(company({ ...ILSE, me: true }), true);
  assert.equal(lock.hear(company(ILSE, TAKEN), true).is, "taken");
  lock.writeOn();
  assert.equal(lock.hear(company(ILSE, TAKEN), true).is, "alongside");
  assert.equal(lock.hear(company(ILSE, { ...TAKEN, at: "2026-03-02T11:00:00Z" }), true).is, "taken");
});

test("a text that is closed is closed, whoever is here", () => {
  const lock = new Lock();
  assert.equal(lock.hear(company(null, null, false), true).is, "closed");
  assert.equal(lock.writeOn().is, "closed");
  assert.equal(lock.hear(company(null), true).is, "free");
});

test("fields differ by what a reader would notice", () => {
  const one = { headline: "A cache ", body: "<p>x</p>", "credits-0-person": "Noor", "credits-0-position": "1", "credits-1-person": "", csrf_token: "1" };
  assert.deepEqual(differing(one, { ...one, headline: "A cache", csrf_token: "2", seen: "4", "credits-0-position": "" }), []);
  assert.deepEqual(differing(one, { ...one, "credits-1-person": "Ilse" }), ["credits"]);
  assert.deepEqual(differing(one, { ...one, headline: "Another", body: "<p>y</p>" }), ["headline", "body"]);
});

test("the order of the credits is that of their numbers, or of their rows", () => {
  const rows = { "credits-0-person": "Noor", "credits-1-person": "Ilse" };
  assert.deepEqual(differing({ ...rows, "credits-0-position": "2", "credits-1-position": "1" }, { "credits-0-person": "Ilse", "credits-1-person": "Noor" }), []);
});

test("what differs between two texts is said in words and lines", () => {
  const here = { headline: "Same", body: '<p data-id="a">One two three.</p><p data-id="b">Four.</p>' };
  const there = { headline: "Same", body: '<p data-id="a">One 2 three.</p><p data-id="c">Five, six.</p>' };
  const found = difference(here, there);
  assert.deepEqual([found?.wordsHere, found?.wordsThere], [4, 5]);
  assert.deepEqual(found?.lines[0], { label: "Text", before: "One ", here: "two", there: "2", after: " three." });
  assert.equal(found?.lines.length, 3);
  assert.equal(difference(here, here), null);
  assert.equal(count("  one  two "), 2);
});

test("long lines are cut around what differs", () => {
  const many = "word ".repeat(60);
  const { before, here, there, after } = line("Text", `${many}a ${many}`, `${many}b ${many}`);
  assert.deepEqual([here, there], ["a", "b"]);
  assert.ok(before.startsWith("… ") && after.endsWith(" …") && before.length < 70 && after.length < 70);
});

test("marked words are shown for each side, and nothing that could do something", () => {
  const holder = document.createElement("div");
  const html = '<p onclick="x()" data-id="b" class="is-changed evil">A <del>red</del><ins>blue</ins> <a href="javascript:x()">link</a><script>x()</script><img src="x" alt="Rings" onerror="x()"></p>';
  holder.append(shown(html, "mine"));
  assert.equal(holder.innerHTML, '<p>A <del>red</del> link<p class="meta">Picture: Rings</p></p>');
  holder.replaceChildren(shown(html, "theirs"));
  assert.match(holder.innerHTML, /^<p>A <ins>blue<\/ins> link/);
});

test("only what is out of the ordinary is said aloud", () => {
  assert.deepEqual(said("saving", "Saved 10:42", true), { text: "Saving", state: "saving", isNews: false });
  assert.deepEqual(said("saved", "Saved 10:42", true), { text: "Saved 10:42", state: "saved", isNews: false });
  assert.deepEqual(said("offline", "", true), { text: "Offline, kept in this browser", state: "offline", isNews: true });
  assert.deepEqual(said("offline", "", false), { text: "Offline, keep this page open", state: "failed", isNews: true });
});

test("a time of another day says which", () => {
  const now = new Date(2026, 2, 3, 12);
  assert.equal(clockTime(new Date(2026, 2, 3, 9, 5), now), "09:05");
  assert.equal(clockTime(new Date(2026, 2, 2, 9, 5), now), "Monday 2 March, 09:05");
});
