import "./page.ts";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { DOMParser } from "@tiptap/pm/model";
import { write } from "../src/html.ts";
import { clean, cleanText, type Cleaned } from "../src/paste/clean.ts";
import { SCHEMA } from "../src/schema/index.ts";

const schema = getSchema(SCHEMA);
const folder = new URL("./paste/", import.meta.url);
const sample = (name: string): string => readFileSync(new URL(name, folder), "utf8");

/** Returns what would be stored, without the ids that are made for it. */
function stored(cleaned: Cleaned): string {
  const doc = DOMParser.fromSchema(schema).parse(cleaned.body, { preserveWhitespace: true });
  doc.check();
  return write(doc).replace(/ data-id="[^"]*"/g, "");
}

for (const name of readdirSync(folder).filter((each) => !each.endsWith(".body.html"))) {
  test(`what is pasted as in ${name} becomes clean blocks`, () => {
    const text = sample(name);
    const expected = sample(name.replace(/\.(html|txt)$/, ".body.html")).replace(/>\n(?=<)/g, ">").trim();
    assert.equal(stored(name.endsWith(".txt") ? cleanText(text) : clean(text)), expected);
  });

  test(`what became of ${name} stays as it is when it is copied and pasted again`, () => {
    const text = sample(name);
    const once = stored(name.endsWith(".txt") ? cleanText(text) : clean(text));
    assert.equal(stored(clean(once)), once);
  });
}
