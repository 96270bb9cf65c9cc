import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { EditorState } from "@tiptap/pm/state";
import { read, write } from "../src/html.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { findAll, matchFrom, patternOf, replaceMatch, type Query } from "../src/shell/search.ts";

const schema = getSchema(SCHEMA);
const query = (words: string, how: Partial<Query> = {}): Query => ({ words, isCase: false, isWhole: false, isPattern: false, ...how });

function found(body: string, asked: Query): string[] {
  const doc = read(schema, body);
  return findAll(doc, patternOf(asked)).map(({ from, to }) => doc.textBetween(from, to));
}

function replaced(body: string, asked: Query, words: string): string {
  const doc = read(schema, body);
  const change = EditorState.create({ doc }).tr;
  for (const match of findAll(doc, patternOf(asked)).toReversed()) replaceMatch(change, match, words, asked.isPattern);
  return write(change.doc);
}

const BODY = '<p data-id="b1">A cache, Cache and caches. Über über.</p><ul data-id="b2"><li>cache</li></ul>';

test("case, whole words and patterns", () => {
  assert.deepEqual(found(BODY, query("cache")), ["cache", "Cache", "cache", "cache"]);
  assert.deepEqual(found(BODY, query("Cache", { isCase: true })), ["Cache"]);
  assert.deepEqual(found(BODY, query("cache", { isWhole: true })), ["cache", "Cache", "cache"]);
  assert.deepEqual(found(BODY, query("über", { isWhole: true })), ["Über", "über"]);
  assert.deepEqual(found(BODY, query("c\\w+s", { isPattern: true })), ["caches"]);
});

test("signs mean themselves, outside of patterns", () => {
  assert.deepEqual(found('<p data-id="b1">What (is) $1.50 + [this]-a/b?</p>', query("$1.50 + [")), ["$1.50 + ["]);
  assert.deepEqual(found('<p data-id="b1">a-b a/b</p>', query("a-b")), ["a-b"]);
});

test("a pattern that is none says so", () => {
  assert.throws(() => patternOf(query("(a", { isPattern: true })), SyntaxError);
  assert.doesNotThrow(() => patternOf(query("(a")));
});

test("nothing is found across paragraphs, and nothing of no length", () => {
  assert.deepEqual(found('<p data-id="b1">one</p><p data-id="b2">two</p>', query("one\\s*two", { isPattern: true })), []);
  assert.deepEqual(found(BODY, query("x*", { isPattern: true })), []);
});

test("words take the place of others, with their marks", () => {
  assert.equal(replaced('<p data-id="b1">A <strong>cache</strong> is a cache</p>', query("cache"), "copy"),
    '<p data-id="b1">A <strong>copy</strong> is a copy</p>');
  assert.equal(replaced('<p data-id="b1">Costs x and x</p>', query("x"), "$1 & $$"), '<p data-id="b1">Costs $1 &amp; $$ and $1 &amp; $$</p>');
  assert.equal(replaced('<p data-id="b1">Some, words,</p>', query(","), ""), '<p data-id="b1">Some words</p>');
});

test("in patterns, groups stand for what was found", () => {
  const pattern = query("(\\w+) (\\w+)", { isPattern: true });
  assert.equal(replaced('<p data-id="b1"><em>one</em> two.</p>', pattern, "$2 $1 $$ ($&)"), '<p data-id="b1">two <em>one</em> $ (<em>one</em> two).</p>');
});

test("a footnote inside of a match is no reason to lose count", () => {
  const body = '<p data-id="b1">a<span class="footnote" data-note="n"></span>b c b</p>';
  assert.equal(replaced(body, query("b"), "d"), '<p data-id="b1">a<span class="footnote" data-note="n"></span>d c d</p>');
});

test("the search goes on from where the caret is, and around the end", () => {
  const matches = findAll(read(schema, BODY), patternOf(query("cache")));
  assert.equal(matchFrom(matches, 5), 1);
  assert.equal(matchFrom(matches, 10_000), 0);
});
