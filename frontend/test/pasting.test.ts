import "./page.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { DOMSerializer, Slice } from "@tiptap/pm/model";
import { read, write } from "../src/html.ts";
import { clean, isOwn } from "../src/paste/clean.ts";
import { languageName } from "../src/paste/code.ts";
import { withFreshIds } from "../src/paste/index.ts";
import { recognise } from "../src/paste/interview.ts";
import { destination } from "../src/paste/links.ts";
import { nest } from "../src/paste/lists.ts";
import { isMarkdown, withoutFrontMatter } from "../src/paste/markdown.ts";
import { parts } from "../src/paste/plain.ts";
import { dataPicture, rtfPictures } from "../src/paste/rtf.ts";
import { fold } from "../src/paste/runs.ts";
import { parse, styled } from "../src/paste/tree.ts";
import { SCHEMA } from "../src/schema/index.ts";

const schema = getSchema(SCHEMA);
const BODIES: Record<string, string> = JSON.parse(readFileSync(new URL("bodies.json", import.meta.url), "utf8"));
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

test("addresses lose their trackers and their redirects, and nothing else", () => {
  const cases: [string, string | null][] = [
    ["https://a.example/x?utm_source=n&b=2&fbclid=3#part", "https://a.example/x?b=2#part"],
    ["https://a.example/?utm_source=n", "https://a.example/"],
    ["https://a.example/x?q=a%20b+c&empty=", "https://a.example/x?q=a%20b+c&empty="],
    ["https://a.example/x#:~:text=word", "https://a.example/x"],
    ["https://www.google.com/url?q=https://b.example/%3Fa%3D1&sa=D", "https://b.example/?a=1"],
    ["https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fb.example%2Fx&data=1", "https://b.example/x"],
    ["https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fb.example%252F", "https://b.example/"],
    ["https://urldefense.com/v3/__https://b.example/x__;!!abc$", "https://b.example/x"],
    ["https://www.google.com/search?q=https://b.example", "https://www.google.com/search?q=https://b.example"],
    ["mailto:noor@galley.example", "mailto:noor@galley.example"],
    ["javascript:alert(1)", null], ["file:///C:/a.doc", null], ["/relative", null], ["#part", null], ["tel:112", null], ["java\nscript:x", null],
  ];
  for (const [href, expected] of cases) assert.equal(destination(href), expected, href);
  assert.equal(destination("https://galley.example/articles/one", "https://galley.example"), "/articles/one");
  assert.equal(destination("https://galley.example.org/", "https://galley.example"), "https://galley.example.org/");
});

test("white space is folded, but for the spaces that hold words together", () => {
  assert.equal(fold("a \u00a0\u00a0 b"), "a b");
  assert.equal(fold("a\u00a0b"), "a b");
  assert.equal(fold("20\u00a0ppm, z.\u00a0B. Was\u00a0?"), "20\u00a0ppm, z.\u00a0B. Was\u00a0?");
  assert.equal(fold("soft\u00adhyphen\u200b"), "softhyphen");
});

test("a style is read as text, the last word on it counting", () => {
  const element = parse('<p style="color: red; font-weight:400;FONT-WEIGHT: 700" title=" style=">x</p>').firstElementChild as Element;
  assert.equal(styled(element, "font-weight"), "700");
  assert.equal(styled(element, "weight"), "");
});

test("items of any levels make lists without an empty item", () => {
  const item = (level: number, text: string, isOrdered = false) => ({ level, isOrdered, start: 1, content: [document.createTextNode(text)] });
  const made = nest([item(2, "a"), item(4, "b"), item(1, "c"), item(1, "d", true)], document.body);
  assert.equal(made.map((list) => list.outerHTML).join(""), "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li></ol>");
});

test("a text is told to be Markdown by its signs, and prose and programs are not", () => {
  for (const text of ["# Title\n\nText", "- a\n- b", "see [x](https://a.example)", "a **bold** word", "> said", "```\nx\n```", "| a | b |\n|---|---|"]) {
    assert.ok(isMarkdown(text), text);
  }
  for (const text of ["Plain words.", "2 * 3 * 4 = 24", "snake_case_names and *args", "- one dash only", "#hashtag\nwords", "import os\n# comment\ndef f():\n    return 1\n"]) {
    assert.ok(!isMarkdown(text), text);
  }
  assert.equal(withoutFrontMatter("---\ntitle: x\n---\nText"), "Text");
  assert.equal(withoutFrontMatter("---\n\nText\n\n---\n"), "---\n\nText\n\n---\n");
});

test("plain text is parted where its writer parted it", () => {
  assert.deepEqual(parts("One\nTwo\n\nThree"), [["One", "Two"], ["Three"]]);
  assert.deepEqual(parts("A paragraph.\r\nAnother one."), [["A paragraph."], ["Another one."]]);
  const wrapped = "a line that a mail program has broken at about seventy characters,\nthough it goes on";
  assert.deepEqual(parts(wrapped), [[wrapped.replace("\n", " ")]]);
});

test("languages are stored under the names that are coloured", () => {
  assert.deepEqual(["JS", "shell-session", "c++", "yml", "klingon", "constructor"].map(languageName), ["javascript", "bash", "cpp", "yaml", "", ""]);
});

test("pictures come out of the other half of Word's clipboard, each once", () => {
  const hex = Array.from(atob(PNG), (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  const shape = (kind: string) => `{\\*\\shppict{\\pict{\\*\\picprop{\\sp{\\sn name}{\\sv abc123}}}\\picscalex99\\picw26\\${kind}\\bliptag-1{\\*\\blipuid 00ff00ff}\n${hex.slice(0, 60)}\n${hex.slice(60)}}}{\\nonshppict{\\pict\\wmetafile8 ${hex}}}`;
  const found = rtfPictures(`{\\rtf1 \\picture words ${shape("pngblip")} more ${shape("jpegblip")} ${shape("emfblip")}}`);
  assert.deepEqual(found.map((file) => file?.type ?? null), ["image/png", "image/jpeg", null]);
  assert.equal(found[0]?.size, atob(PNG).length);
});

test("a picture within its address becomes a file, if it is a kind that the library takes", () => {
  assert.equal(dataPicture(`data:image/png;base64,${PNG}`, "pasted")?.name, "pasted.png");
  assert.equal(dataPicture("data:image/svg+xml,<svg/>", "pasted"), null);
  assert.equal(dataPicture("data:image/png;base64,???", "pasted"), null);
});

test("pictures that can be sent keep a place between the blocks, others are named", () => {
  const { body, pictures } = clean(`<p>a <img src="data:image/png;base64,${PNG}" alt="Rings"> b</p><ul><li>x<img src="https://p.example/a.jpg" alt="a.jpg"></li></ul>`);
  assert.deepEqual([...body.children].map((child) => child.localName), ["p", "hr", "p", "ul"]);
  assert.deepEqual(pictures.map(({ place, alt }) => [Boolean(place), alt]), [[true, "Rings"], [false, ""]]);
  assert.equal(body.querySelector("hr")?.getAttribute("data-id"), pictures[0]?.place);
});

for (const [name, body] of Object.entries(BODIES)) {
  test(`our own ${name} is known again in the clipboard`, () => {
    const box = document.createElement("div");
    box.append(DOMSerializer.fromSchema(schema).serializeFragment(read(schema, body).content));
    (box.firstElementChild as Element).setAttribute("data-pm-slice", "0 0 []");
    assert.ok(isOwn(box.innerHTML), box.innerHTML);
  });
}

test("what another editor of the kind copied is cleaned like all else", () => {
  assert.ok(!isOwn('<h1 data-pm-slice="0 0 []">x</h1>'));
  assert.ok(!isOwn('<p data-pm-slice="0 0 []" style="color:red">x</p>'));
});

test("a copy beside its original has ids of its own, what was cut keeps its id", () => {
  const doc = read(schema, '<p data-id="b1">a</p><p data-id="b2">b</p>');
  const ids = (slice: Slice) => {
    const found: string[] = [];
    slice.content.forEach((node) => found.push(node.attrs.id));
    return found;
  };
  const [first, second] = ids(withFreshIds(doc.slice(0, doc.content.size), read(schema, '<p data-id="b2">b</p>')));
  assert.equal(first, "b1");
  assert.notEqual(second, "b2");
});

test("an interview is told by its speakers, with the names that the piece knows", () => {
  const doc = read(schema, "<p>An introduction.</p><p><strong>Frederico (FSM)</strong>: Who are you?</p><p><strong>Madhav Jivrajani (MJ)</strong>: A lead.</p><p>And more.</p>"
    + "<h2>Next</h2><p><strong>FSM: What is hard?</strong></p><p><strong>MJ</strong>: Size.</p><p><strong>FSM</strong>: Thanks.</p>");
  const blocks = Array.from({ length: doc.childCount }, (_, index) => doc.child(index));
  const found = recognise(blocks, schema, ["Frederico Muñoz"]);
  assert.ok(found);
  assert.equal(found.questions, 2);
  assert.equal(found.asking, "Frederico Muñoz");
  assert.deepEqual(found.answering, ["Madhav Jivrajani"]);
  assert.equal(write(schema.topNodeType.create(null, found.nodes)).replace(/ data-id="[^"]*"/g, ""),
    '<p>An introduction.</p><section class="qa"><p class="qa-question" data-speaker="Frederico Muñoz">Who are you?</p><div class="qa-answer" data-speaker="Madhav Jivrajani"><p>A lead.</p><p>And more.</p></div></section>'
    + '<h2>Next</h2><section class="qa"><p class="qa-question" data-speaker="Frederico Muñoz">What is hard?</p><div class="qa-answer" data-speaker="Madhav Jivrajani"><p>Size.</p></div></section>'
    + "<p><strong>Frederico Muñoz:</strong> Thanks.</p>");
});

test("bold questions make an interview, prose with a colon does not", () => {
  const found = (body: string) => {
    const doc = read(schema, body);
    return recognise(Array.from({ length: doc.childCount }, (_, index) => doc.child(index)), schema);
  };
  assert.equal(found("<p><strong>Why?</strong></p><p>Because.</p><p><strong>And then?</strong></p><p>Then.</p>")?.questions, 2);
  assert.equal(found("<p>Note: it rains.</p><p>Warning: it pours.</p><p>More.</p>"), null);
  assert.equal(found("<p>Just one?</p><p>Yes.</p>"), null);
});
