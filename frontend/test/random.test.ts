import "./page.ts";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { EditorState } from "@tiptap/pm/state";
import { read, write } from "../src/html.ts";
import { ties } from "../src/blocks/pull.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { anyDoc, dice, edited } from "./random.ts";

const GOLDEN = new URL("../../tests/golden/editor_bodies.json", import.meta.url);
const RUNS = 200;

const editor = new Editor({ element: document.createElement("div"), extensions: SCHEMA });

function idsOf(doc: ProseNode): string[] {
  const ids: string[] = [];
  doc.forEach((node) => ids.push(node.attrs.id));
  return ids;
}

/** Bodies are compared with what is committed, so ids, which are made by chance, become numbers. */
function numbered(body: string): string {
  const known = new Map<string, string>();
  return body.replace(/(data-id|data-from)="([^"]*)"/g, (_, name, id) => {
    if (!known.has(id)) known.set(id, `b${known.size + 1}`);
    return `${name}="${known.get(id)}"`;
  });
}

function written(seed: number): string[] {
  const roll = dice(seed);
  const doc = anyDoc(roll, editor.schema);
  doc.check();
  let state = EditorState.create({ doc, plugins: [...editor.state.plugins, ties()] });
  // Something has to change before the ids are given.
  state = state.apply(state.tr.insert(state.doc.content.size, editor.schema.nodes.paragraph?.create() as ProseNode));
  const bodies = [write(state.doc)];
  for (let step = 0; step < 12; step++) {
    state = edited(roll, state);
    state.doc.check();
    const ids = idsOf(state.doc);
    assert.equal(new Set(ids).size, ids.length, `seed ${seed}, step ${step}: an id is there twice in ${ids}`);
    assert.ok(ids.every(Boolean), `seed ${seed}, step ${step}: a block without an id`);
    bodies.push(write(state.doc));
  }
  return bodies;
}

const runs = Array.from({ length: RUNS }, (_, index) => written(index + 1));

test("whatever is written and however it is edited, it is read as it was written", () => {
  let changes = 0;
  for (const [index, bodies] of runs.entries()) {
    for (const body of new Set(bodies)) assert.equal(write(read(editor.schema, body)), body, `seed ${index + 1}`);
    changes += bodies.filter((body, at) => at && body !== bodies[at - 1]).length;
  }
  assert.ok(changes > RUNS * 4, `only ${changes} steps changed anything`);
});

test("what the editor writes is what is committed, and the server's tests look at", () => {
  const bodies = runs.map((run) => numbered(run.at(-1) as string));
  const found = `${JSON.stringify(bodies, null, 1)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, found);
  assert.ok(found === readFileSync(GOLDEN, "utf8"), "tests/golden/editor_bodies.json is not what the editor writes: look at why, then run this test with UPDATE_GOLDEN=1");
});
