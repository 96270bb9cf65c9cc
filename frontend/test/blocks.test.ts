import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Editor } from "@tiptap/core";
import { EditorState, TextSelection } from "@tiptap/pm/state";
import type { Command } from "@tiptap/pm/state";
import { duplicate, leave, moveBy, moveTo, remove } from "../src/blocks/commands.ts";
import { KINDS, matching } from "../src/blocks/catalogue.ts";
import { asAddress } from "../src/blocks/link.ts";
import { closest, tieOf } from "../src/blocks/pull.ts";
import * as qa from "../src/blocks/qa.ts";
import { SHORTCUTS } from "../src/blocks/shortcuts.ts";
import { turnInto, type Target } from "../src/blocks/turn.ts";
import { keyName } from "../src/dom.ts";
import { read, write } from "../src/html.ts";
import { SCHEMA } from "../src/schema/index.ts";

const editor = new Editor({ element: document.createElement("div"), extensions: SCHEMA });

/** Does it with the caret before the bar, or with everything between two bars selected, and returns the body. */
function after(body: string, ...commands: Command[]): string {
  const marks: number[] = [];
  let state = EditorState.create({ doc: read(editor.schema, body), plugins: editor.state.plugins });
  let tr = state.tr;
  state.doc.descendants((node, position) => {
    for (const match of node.text?.matchAll(/\|/g) ?? []) marks.push(position + match.index - marks.length);
  });
  for (const mark of marks) tr = tr.delete(mark, mark + 1);
  tr = tr.setSelection(TextSelection.create(tr.doc, marks[0] ?? 1, marks[1] ?? marks[0] ?? 1));
  state = state.apply(tr);
  for (const command of commands) assert.ok(command(state, (change) => (state = state.apply(change))), "it could not be done");
  return write(state.doc);
}

const bare = (body: string) => body.replace(/ data-id="[^"]*"/g, "");
const THREE = '<p data-id="b1">One</p><h2 data-id="b2">T|wo</h2><ul data-id="b3"><li>Three</li></ul>';

test("blocks move with their ids, and stop at the ends", () => {
  assert.equal(after(THREE, moveBy(-1)), '<h2 data-id="b2">Two</h2><p data-id="b1">One</p><ul data-id="b3"><li>Three</li></ul>');
  assert.equal(after(THREE, moveBy(1), moveBy(-1), moveBy(-1)), '<h2 data-id="b2">Two</h2><p data-id="b1">One</p><ul data-id="b3"><li>Three</li></ul>');
  assert.throws(() => after(THREE, moveBy(1), moveBy(1)), /could not be done/);
  assert.throws(() => after('<p data-id="b1">O|ne</p><p data-id="b2"></p>', moveBy(1)), /could not be done/);
  const selected = '<p data-id="b1">O|ne</p><p data-id="b2">Tw|o</p><p data-id="b3">Three</p>';
  assert.equal(after(selected, moveTo(3)), '<p data-id="b3">Three</p><p data-id="b1">One</p><p data-id="b2">Two</p>');
});

test("a copy is a block of its own, and what is taken out leaves the others", () => {
  const doubled = after(THREE, duplicate);
  assert.equal(bare(doubled), "<p>One</p><h2>Two</h2><h2>Two</h2><ul><li>Three</li></ul>");
  assert.equal(new Set(doubled.match(/data-id="[^"]*"/g)).size, 4);
  assert.equal(after(THREE, remove), '<p data-id="b1">One</p><ul data-id="b3"><li>Three</li></ul>');
  assert.equal(after('<p data-id="b1">On|e</p>', remove), "");
});

const TURNED: [string, Target, string][] = [
  ["<p>O|ne <em>two</em></p>", "heading3", "<h3>One <em>two</em></h3>"],
  ["<p>O|ne</p>", "bulletList", "<ul><li>One</li></ul>"],
  ["<p>O|ne</p><p>Tw|o</p>", "orderedList", "<ol><li>One</li><li>Two</li></ol>"],
  ["<ul><li>O|ne<ul><li>deep</li></ul></li></ul>", "orderedList", "<ol><li>One<ul><li>deep</li></ul></li></ol>"],
  ["<ul><li>O|ne</li><li>Two</li></ul>", "paragraph", "<p>One</p><p>Two</p>"],
  ["<ul><li>O|ne</li><li>Two</li></ul>", "blockquote", "<blockquote><ul><li>One</li><li>Two</li></ul></blockquote>"],
  ["<blockquote><p>O|ne</p><h3>Two</h3></blockquote>", "callout", '<aside class="callout" data-kind="note"><p>One</p><h3>Two</h3></aside>'],
  ['<aside class="callout" data-kind="tip"><p>O|ne</p></aside>', "codeBlock", "<pre><code>One</code></pre>"],
  ["<p>O|ne<br>two</p>", "codeBlock", "<pre><code>One\ntwo</code></pre>"],
  ["<pre><code>a|\n\nb</code></pre>", "paragraph", "<p>a</p><p>b</p>"],
  ["<h2>O|ne</h2>", "pullQuote", '<aside class="pull-quote">One</aside>'],
  ["<p>W|hy?</p><p>S|o.</p>", "qa", '<section class="qa"><p class="qa-question">Why?</p><div class="qa-answer"><p>So.</p></div></section>'],
  ['<section class="qa"><p class="qa-question">W|hy?</p><div class="qa-answer"><p>So.</p><p>Yes.</p></div></section>', "paragraph", "<p>Why?</p><p>So.</p><p>Yes.</p>"],
];

for (const [body, target, wanted] of TURNED) {
  test(`${body} becomes ${target}`, () => {
    const withId = body.replace(/<(\w+)/, '<$1 data-id="b1"');
    const turned = after(withId, turnInto(target));
    assert.equal(bare(turned), wanted);
    assert.match(turned, /^<\w+(?: class="[^"]*")? data-id="b1"/);
  });
}

test("what holds no running text cannot become something else", () => {
  assert.throws(() => after("<table><tbody><tr><td>a|</td></tr></tbody></table>", turnInto("paragraph")), /could not be done/);
  assert.throws(() => after("<p>a|</p>", turnInto("paragraph")), /could not be done/);
});

const PAIR = (question: string, answer: string) =>
  `<section class="qa"><p class="qa-question" data-speaker="A">${question}</p><div class="qa-answer" data-speaker="B">${answer}</div></section>`;
const typed = (words: string): Command => (state, dispatch) => {
  dispatch?.(state.tr.insertText(words));
  return true;
};
const split: Command = (state, dispatch) => {
  dispatch?.(state.tr.split(state.selection.from));
  return true;
};

test("Enter leads from question to answer to the next question, of the same speakers", () => {
  const done = after(PAIR("Why?|", "<p>So.</p>"), qa.enter, typed("Yes. "));
  assert.equal(bare(done), PAIR("Why?", "<p>Yes. So.</p>"));
  const next = after(PAIR("Why?", "<p>So.|</p>"), split, qa.enter, typed("And?"));
  assert.equal(bare(next), PAIR("Why?", "<p>So.</p>") + PAIR("And?", ""));
});

test("Enter in the middle of a question takes the rest to the answer", () => {
  assert.equal(bare(after(PAIR("Why?| So.", "<p></p>"), qa.enter, typed("!"))), PAIR("Why?", "<p>! So.</p>"));
});

test("an empty pair is left by Enter and by Backspace, and nothing else is lost by either", () => {
  const empty: Command = (state, dispatch) => {
    dispatch?.(state.tr.delete(state.selection.$from.start(), state.selection.$from.end()));
    return true;
  };
  for (const key of [qa.enter, qa.backspace]) {
    assert.equal(bare(after(PAIR("x|", ""), empty, key, typed("Out"))), "<p>Out</p>");
  }
  assert.equal(bare(after(PAIR("Why?", "<p>|So.</p>"), qa.backspace, typed("!"))), PAIR("Why?!", "<p>So.</p>"));
});

test("one goes on below a block from anywhere in it", () => {
  assert.equal(bare(after(PAIR("Wh|y?", "<p>So.</p>"), leave, typed("After"))), `${PAIR("Why?", "<p>So.</p>")}<p>After</p>`);
});

test("a pull quote knows whether its words are still there", () => {
  const doc = (source: string) => read(editor.schema, `<p data-id="b1">${source}</p><aside class="pull-quote" data-from="b1">“Half of it is a treaty”</aside>`);
  const tie = (source: string) => tieOf(doc(source), doc(source).child(1));
  assert.equal(tie("True: half of it  is a treaty."), "tied");
  assert.equal(tie("A third of it is a treaty."), "stale");
  const gone = read(editor.schema, '<aside class="pull-quote" data-from="b1">Half</aside>');
  assert.equal(tieOf(gone, gone.child(0)), "gone");
  assert.equal(closest("Clocks drift. A third of it is a treaty! Nobody signed.", "Half of it is a treaty"), "A third of it is a treaty!");
});

test("blocks are found by their names and by what else they may be called", () => {
  assert.deepEqual(matching("ca").slice(0, 2).map(({ name }) => name), ["callout", "figure"]);
  assert.equal(matching("image")[0]?.name, "figure");
  assert.equal(matching("h2")[0]?.name, "heading2");
  assert.deepEqual(matching("cazz"), []);
  assert.equal(matching("").length, KINDS.length);
});

test("what is typed as a link becomes an address", () => {
  assert.equal(asAddress("example.org/a"), "https://example.org/a");
  assert.equal(asAddress("someone@example.org"), "mailto:someone@example.org");
  assert.equal(asAddress("http://localhost/articles/x"), "/articles/x");
  assert.equal(asAddress("/articles/x"), "/articles/x");
  assert.equal(asAddress("https://example.org"), "https://example.org");
});

test("no two things are on one key, and each key can be written", () => {
  const keys = SHORTCUTS.filter(({ group }) => group !== "Typed").map(({ keys }) => keys);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keyName("Mod-Shift-d"), "Ctrl+Shift+D");
  assert.equal(keyName("Mod-,"), "Ctrl+,");
  assert.equal(keyName("Mod-/"), "Ctrl+/");
});
