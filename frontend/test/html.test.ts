import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { read, write } from "../src/html.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { readFileSync } from "node:fs";

const schema = getSchema(SCHEMA);
// The server is held to the same bodies: tests/articles/test_editor_bodies.py.
const BODIES: Record<string, string> = JSON.parse(readFileSync(new URL("bodies.json", import.meta.url), "utf8"));

for (const [name, body] of Object.entries(BODIES)) {
  test(`a stored body with ${name} comes out as it went in`, () => {
    const doc = read(schema, body);
    doc.check();
    assert.equal(write(doc), body);
  });
}

test("empty paragraphs are not stored", () => {
  assert.equal(write(read(schema, '<p data-id="b1"></p><p data-id="b2">x</p>')), '<p data-id="b2">x</p>');
});

test("what no body may hold is left out", () => {
  const body = '<p data-id="b1" style="color:red" onclick="x()">a<img src="https://other.example/x.png"></p>';
  assert.equal(write(read(schema, body)), '<p data-id="b1">a</p>');
});

test("space between blocks, which is there for human eyes, makes no paragraphs", () => {
  const body = '<p data-id="b1">a</p>\n\n<p data-id="b2">b</p>';
  assert.equal(write(read(schema, body)), body.replace("\n\n", ""));
});
