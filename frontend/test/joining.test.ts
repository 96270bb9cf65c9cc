import "./page.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { history, undo } from "@tiptap/pm/history";
import { EditorState, TextSelection } from "@tiptap/pm/state";
import { read, write } from "../src/html.ts";
import { join } from "../src/keeping/joining.ts";
import { SCHEMA } from "../src/schema/index.ts";

const schema = getSchema(SCHEMA);
const BODIES: Record<string, string> = JSON.parse(readFileSync(new URL("bodies.json", import.meta.url), "utf8"));
const p = (id: string, text: string) => `<p data-id="${id}">${text}</p>`;

function at(body: string): EditorState {
  return EditorState.create({ doc: read(schema, body), plugins: [history()] });
}

/** Types words at the end of a block, as a person would. */
function typed(state: EditorState, id: string, words: string): EditorState {
  let end = 0;
  state.doc.forEach((node, position) => {
    if (node.attrs.id === id) end = position + node.nodeSize - 1;
  });
  return state.apply(state.tr.setSelection(TextSelection.create(state.doc, end)).insertText(words));
}

function brought(state: EditorState, sent: string, back: string) {
  const { transaction, isDoubled } = join(state, read(schema, sent), read(schema, back));
  return { state: state.apply(transaction.setMeta("addToHistory", false)), isDoubled };
}

function undone(state: EditorState): EditorState {
  let next = state;
  undo(state, (transaction) => {
    next = state.apply(transaction);
  });
  return next;
}

const SENT = p("a", "One.") + p("b", "Two.") + p("c", "Three.");

test("a block of somebody else comes in; the caret and what was typed stay, and undo takes back only one's own", () => {
  const state = typed(at(SENT), "b", " Mine.");
  const sent = write(state.doc);
  const { state: after } = brought(state, sent, p("a", "One, and more of it.") + p("x", "New.") + p("b", "Two. Mine.") + p("c", "Three."));
  assert.equal(write(after.doc), p("a", "One, and more of it.") + p("x", "New.") + p("b", "Two. Mine.") + p("c", "Three."));
  assert.equal(after.selection.$head.parent.attrs.id, "b");
  assert.equal(after.selection.$head.parentOffset, "Two. Mine.".length);
  assert.equal(write(undone(after).doc), p("a", "One, and more of it.") + p("x", "New.") + p("b", "Two.") + p("c", "Three."));
});

test("what was typed while the answer was on its way stays, in the same block too", () => {
  const state = typed(at(SENT), "b", " And typed since.");
  const { state: after, isDoubled } = brought(state, SENT, p("a", "One.") + p("b", "Only two.") + p("c", "Three."));
  assert.equal(write(after.doc), p("a", "One.") + p("b", "Only two. And typed since.") + p("c", "Three."));
  assert.equal(isDoubled, false);
  assert.equal(after.selection.$head.parentOffset, "Only two. And typed since.".length);
});

test("the same words changed by both stand there twice", () => {
  const state = typed(at(SENT), "b", " Mine.");
  const { state: after, isDoubled } = brought(state, SENT, p("a", "One.") + p("b", "Two. Theirs.") + p("c", "Three."));
  assert.equal(isDoubled, true);
  assert.match(write(after.doc), /Two\. Mine\.<\/p><p data-id="b\w{7}">Two\. Theirs\./);
});

test("what somebody else took out goes, but not what was written on meanwhile", () => {
  const state = typed(at(SENT), "c", " More.");
  const { state: after } = brought(state, SENT, p("b", "Two."));
  assert.equal(write(after.doc), p("b", "Two.") + p("c", "Three. More."));
});

test("a space at the end, which the server does not store, is not taken away while somebody types", () => {
  const state = typed(at(SENT), "b", " ");
  const sent = write(state.doc);
  const { transaction } = join(state, read(schema, sent), read(schema, SENT));
  assert.equal(transaction.docChanged, false);
});

test("blocks that somebody else moved are moved, and the caret goes with its block", () => {
  const state = typed(at(SENT), "c", "!");
  const { state: after } = brought(state, write(state.doc), p("c", "Three.!") + p("a", "One.") + p("b", "Two."));
  assert.equal(write(after.doc), p("c", "Three.!") + p("a", "One.") + p("b", "Two."));
  assert.equal(after.selection.$head.parent.attrs.id, "c");
  assert.equal(after.selection.$head.parentOffset, "Three.!".length);
});

test("a paragraph that became a title becomes one, with the caret in it", () => {
  const state = typed(at(SENT), "b", "");
  const { state: after } = brought(state, SENT, p("a", "One.") + '<h2 data-id="b">Two.</h2>' + p("c", "Three."));
  assert.equal(after.selection.$head.parent.type.name, "heading");
  assert.equal(after.selection.$head.parentOffset, 4);
});

test("a text that somebody else emptied, and an empty one that somebody else filled", () => {
  const { state: emptied } = brought(at(p("a", "One.")), p("a", "One."), "");
  assert.equal(write(emptied.doc), "");
  emptied.doc.check();
  const { state: filled } = brought(emptied, "", SENT);
  assert.equal(write(filled.doc), SENT);
});

for (const [name, body] of Object.entries(BODIES)) {
  test(`${name} comes in whole, over another text and word by word`, () => {
    const { state: over } = brought(at(SENT), SENT, body);
    assert.equal(write(over.doc), body);
    const changed = body.replace(/(>[^<>&]*?)([A-Za-z]{1,12})([^<>]*<)/g, "$1$2, changed$3");
    const { state: after } = brought(at(body), body, changed);
    assert.equal(write(after.doc), changed);
    after.doc.check();
  });
}
