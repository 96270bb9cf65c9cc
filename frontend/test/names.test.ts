import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, type Command } from "../src/commands.ts";
import type { Finding } from "../src/desk.ts";
import { summaryOf } from "../src/shell/checks.ts";
import { fitting } from "../src/shell/combobox.ts";
import { isPressed } from "../src/shell/keys.ts";
import { judged, LIMITS } from "../src/shell/meters.ts";
import { splitNames } from "../src/shell/topics.ts";

const command = (title: string, more: Partial<Command> = {}): Command => ({ id: title, title, group: "Text", run: () => {}, ...more });

test("commands are found by the beginnings of their words, then by anything", () => {
  const all = [command("Insert a table"), command("Table: add a row"), command("Heading"), command("Save", { words: "store table" })];
  assert.deepEqual(matching(all, "tab").map(({ title }) => title), ["Table: add a row", "Insert a table", "Save"]);
  assert.deepEqual(matching(all, "add tab").map(({ title }) => title), ["Table: add a row"]);
  assert.deepEqual(matching(all, "nothing so"), []);
  assert.equal(matching(all, " ").length, all.length);
});

test("a topic with a comma of its own stays whole", () => {
  const known = new Set(["clocks, leases and time", "time"]);
  assert.deepEqual(splitNames("Time, Clocks, leases and time, Something, ,new", known), ["Time", "Clocks, leases and time", "Something", "new"]);
});

test("names that begin so come first", () => {
  const names = ["Marit Oduya-Lind", "Oda Lind", "Lina Marit"].map((name) => ({ name, about: "" }));
  assert.deepEqual(fitting(names, "lin").map(({ name }) => name), ["Lina Marit", "Oda Lind", "Marit Oduya-Lind"]);
});

test("lengths are judged in words", () => {
  const headline = LIMITS.find(({ name }) => name === "headline") as (typeof LIMITS)[number];
  assert.deepEqual(judged(headline, ""), { words: "", isOver: false });
  assert.equal(judged(headline, "A cache 🙂").words, "9 characters, fits every card");
  assert.equal(judged(headline, "x".repeat(91)).isOver, true);
});

test("what the checks come to", () => {
  const finding = (level: Finding["level"]): Finding => ({ rule: "r", level, text: "t", hint: "", place: "", field: "" });
  assert.equal(summaryOf([]), "Nothing stands in the way");
  assert.equal(summaryOf([finding("block"), finding("warn"), finding("warn"), finding("shown")]), "1 stops approval, 2 warnings, 1 remark");
});

test("keys are those that were meant", () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
    ({ key, code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...more }) as KeyboardEvent;
  assert.ok(isPressed(press("f", { ctrlKey: true }), "Mod-f"));
  assert.ok(!isPressed(press("f", { ctrlKey: true, shiftKey: true }), "Mod-f"));
  assert.ok(isPressed(press("F", { ctrlKey: true, shiftKey: true }), "Mod-Shift-f"));
  assert.ok(isPressed(press("/", { ctrlKey: true, shiftKey: true }), "Mod-/"), "a sign that needs Shift on some keyboards");
  assert.ok(!isPressed(press("f", { ctrlKey: true, isComposing: true }), "Mod-f"));
  assert.ok(isPressed(press("π", { ctrlKey: true, altKey: true, code: "KeyP" }), "Mod-Alt-p"));
});
