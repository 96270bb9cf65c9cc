import "./page.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { read } from "../src/html.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { outlineOf } from "../src/shell/outline.ts";
import { minutesFor, wordsBetween, wordsOf } from "../src/shell/reading.ts";
import { addressOf } from "../src/shell/slug.ts";

// tests/articles/test_document_outline.py asks the server the same.
const examples = JSON.parse(readFileSync(new URL("reading.json", import.meta.url), "utf8"));
const schema = getSchema(SCHEMA);

for (const [body, words] of examples.words) {
  test(`words are counted as on the server: ${body}`, () => assert.equal(wordsOf(read(schema, body)), words));
}

test("reading takes as long as on the server", () => {
  for (const [words, minutes] of examples.minutes) assert.equal(minutesFor(words), minutes, `${words} words`);
});

test("the outline is that of the server", () => {
  for (const [body, entries] of examples.outlines) {
    const found = outlineOf(read(schema, body)).map(({ id, title, level }) => [id, title, level]);
    assert.deepEqual(found, entries);
  }
});

test("addresses are made as on the server", () => {
  for (const [headline, address] of examples.addresses) assert.equal(addressOf(headline), address);
});

test("an address in another script is left to the server", () => assert.equal(addressOf("Кэш — это обещание"), null));

test("only what is selected is counted, across blocks", () => {
  const doc = read(schema, '<p data-id="b1">One two</p><p data-id="b2">three four</p>');
  assert.equal(wordsBetween(doc, 5, 15), 2);
});
