// Whatever two people do to a text at the same time: what only one of them touched is there as that one left it.
import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { EditorState } from "@tiptap/pm/state";
import { read, write } from "../src/html.ts";
import { blocksOf, join } from "../src/keeping/joining.ts";
import { SCHEMA } from "../src/schema/index.ts";
import { type Dice, anyDoc, dice, edited } from "./random.ts";

const RUNS = 150;
const editor = new Editor({ element: document.createElement("div"), extensions: SCHEMA });

/** A stored text, and what becomes of it in some steps. */
function begun(roll: Dice): EditorState {
  const doc = anyDoc(roll, editor.schema);
  let state = EditorState.create({ doc, plugins: editor.state.plugins });
  state = state.apply(state.tr.insert(state.doc.content.size, editor.schema.nodes.paragraph?.create() as ProseNode));
  return state.apply(state.tr.replaceWith(0, state.doc.content.size, read(editor.schema, write(state.doc)).content));
}

function after(roll: Dice, state: EditorState): EditorState {
  let next = state;
  for (let step = 0; step < 3; step++) next = edited(roll, next);
  return next;
}

function html(doc: ProseNode): Map<string, string> {
  return new Map([...blocksOf(doc)].map(([id, block]) => [id, block.html]));
}

/** Space at the ends of blocks is no difference, but in code. */
function even(text = ""): string {
  if (text.includes("<pre")) return text;
  return text.replace(/(?:\s|&nbsp;)+/g, " ").replace(/ (?=<\/)/g, "").replace(/> /g, ">");
}

test("what came back is what is there, where nothing was typed meanwhile", () => {
  let changes = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const roll = dice(seed);
    const sent = begun(roll);
    const back = read(editor.schema, write(after(roll, sent).doc));
    const { transaction, isDoubled } = join(sent, sent.doc, back);
    assert.equal(isDoubled, false, `seed ${seed}`);
    transaction.doc.check();
    assert.equal(even(write(transaction.doc)), even(write(back)), `seed ${seed}`);
    if (transaction.docChanged) changes++;
  }
  assert.ok(changes > RUNS / 2, `only ${changes} changed anything`);
});

test("what was typed meanwhile stays, and what only the other touched comes in", () => {
  let both = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const roll = dice(seed + 1_000);
    const sent = begun(roll);
    const here = after(roll, sent);
    const back = read(editor.schema, write(after(roll, sent).doc));
    const { transaction } = join(here, sent.doc, back);
    transaction.doc.check();
    const [was, mine, theirs, now] = [html(sent.doc), html(here.doc), html(back), html(transaction.doc)];
    for (const id of new Set([...was.keys(), ...mine.keys(), ...theirs.keys()])) {
      const isMine = even(mine.get(id)) !== even(was.get(id));
      const isTheirs = even(theirs.get(id)) !== even(was.get(id));
      if (isMine && isTheirs) both++;
      else assert.equal(even(now.get(id)), even((isTheirs ? theirs : mine).get(id)), `seed ${seed}, block ${id}`);
    }
  }
  assert.ok(both > 20, `only ${both} blocks were touched by both`);
});
