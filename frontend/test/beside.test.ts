// What is drawn over a text: the words that something was said about, and those that a copy changes.
import "./page.ts";
import { getSchema } from "@tiptap/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { read } from "../src/html.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { editsOf } from "../src/suggesting.ts";
import { chosen, whereIs } from "../src/talking.ts";

const schema = getSchema(SCHEMA);
const doc = (body: string) => read(schema, body);
const BODY = '<p data-id="a">the clock and <em>the clock</em> and the clock</p><ul data-id="b"><li>one</li><li>two</li></ul>';

function words(body: string, about: { block: string; quote: string; before?: string; after?: string }): string | null {
  const found = whereIs(doc(body), { before: "", after: "", ...about });
  return found && doc(body).textBetween(found.from, found.to, " ");
}

test("a quotation is found across formatting, lines and items", () => {
  assert.equal(words(BODY, { block: "a", quote: "and the clock and" }), "and the clock and");
  assert.equal(words(BODY, { block: "b", quote: "one two" }), "one two");
  assert.equal(words(BODY, { block: "b", quote: "three" }), null);
  assert.equal(words(BODY, { block: "gone", quote: "one" }), null);
});

test("the same words are told apart by what stands around them", () => {
  const at = (before: string, after: string) => whereIs(doc(BODY), { block: "a", quote: "the clock", before, after })?.from;
  assert.equal(at("", "andtheclockand"), 1);
  assert.equal(at("theclockand", "andtheclock"), 15);
  assert.equal(at("theclockandtheclockand", ""), 29);
});

test("what is chosen is quoted with its surroundings, and ends with its block", () => {
  const text = doc(BODY);
  assert.deepEqual(chosen(text, 5, 10), { block: "a", quote: "clock", before: "the ", after: " and the clock and the clock" });
  assert.equal(chosen(text, 5, text.content.size)?.quote, "clock and the clock and the clock");
  assert.equal(chosen(text, 5, 5)?.quote, "");
});

function edits(before: string, after: string): [string, string][] {
  const [was, now] = [doc(before), doc(after)];
  return editsOf(was.child(0), now.child(0), 0).map(({ before: gone, from, to }) => [gone, now.textBetween(from, to)]);
}

test("words that came and went are told word by word", () => {
  const base = '<p data-id="a">Half of it is a lie.</p>';
  assert.deepEqual(edits(base, base), []);
  assert.deepEqual(edits(base, base.replace("lie", "treaty")), [["lie", "treaty"]]);
  assert.deepEqual(edits(base, base.replace("is a lie", "was no lie")), [["is a", "was no"]]);
  assert.deepEqual(edits(base, base.replace("Half of it ", "")), [["Half of it ", ""]]);
  assert.deepEqual(edits(base, base.replace(".</p>", ". Or so.</p>")), [["", " Or so."]]);
});
