import "./page.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { getSchema } from "@tiptap/core";
import { DOMParser } from "@tiptap/pm/model";
import { write } from "../src/html.ts";
import { cleanPage } from "../src/paste/clean.ts";
import { readWordFile } from "../src/paste/docx.ts";
import { openZip } from "../src/paste/zip.ts";
import { SCHEMA } from "../src/schema/index.ts";

const schema = getSchema(SCHEMA);
const W = 'xmlns:w="urn:w" xmlns:r="urn:r" xmlns:a="urn:a" xmlns:wp="urn:wp"';
const text = (words: string, look = "") => `<w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${words}</w:t></w:r>`;
const paragraph = (content: string, about = "") => `<w:p><w:pPr>${about}</w:pPr>${content}</w:p>`;
const styled = (style: string, content: string) => paragraph(content, `<w:pStyle w:val="${style}"/>`);
const item = (level: number, list: number, words: string) => paragraph(text(words), `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${list}"/></w:numPr>`);
const cell = (words: string, about = "") => `<w:tc><w:tcPr>${about}</w:tcPr>${paragraph(text(words))}</w:tc>`;

const FILES: Record<string, string> = {
  "word/document.xml": `<w:document ${W}><w:body>`
    + styled("berschrift1", text("How it began"))
    + paragraph(text("The gauge is ") + text("wet", "<w:b/>") + text(" and ", '<w:b w:val="0"/>') + text("cold", "<w:i/>")
      + '<w:r><w:footnoteReference w:id="2"/></w:r>' + text(".") + '<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t> Put in.</w:t></w:r></w:ins>')
    + paragraph('<w:hyperlink r:id="rId1">' + text("The records") + "</w:hyperlink>" + text(" say x", "") + text("2", '<w:vertAlign w:val="superscript"/>'))
    + item(0, 1, "One") + item(1, 1, "deeper") + item(0, 1, "Two") + item(0, 2, "First")
    + styled("Zitat", text("Said so."))
    + `<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>${cell("Year")}${cell("Drift")}</w:tr><w:tr>${cell("all of it", '<w:gridSpan w:val="2"/>')}</w:tr></w:tbl>`
    + paragraph('<w:r><w:drawing><wp:inline><wp:docPr id="1" descr="A quay"/><a:blip r:embed="rId2"/></wp:inline></w:drawing></w:r>')
    + "</w:body></w:document>",
  "word/_rels/document.xml.rels": '<Relationships><Relationship Id="rId1" Target="https://tides.example/?utm_source=w"/><Relationship Id="rId2" Target="media/image1.png"/></Relationships>',
  "word/styles.xml": `<w:styles ${W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style><w:style w:styleId="Zitat"><w:name w:val="Quote"/></w:style></w:styles>`,
  "word/numbering.xml": `<w:numbering ${W}><w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>`
    + '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num></w:numbering>',
  "word/footnotes.xml": `<w:footnotes ${W}><w:footnote w:id="2">${paragraph(text("In ") + text("spring."))}</w:footnote></w:footnotes>`,
  "word/media/image1.png": "not looked at here",
};

/** Packs files into an archive, the way that Word does or, without `deflate`, plainly. */
async function packed(files: Record<string, string>, deflate: boolean): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const head = (size: number, values: [place: number, bytes: 2 | 4, value: number][]) => {
    const view = new DataView(new ArrayBuffer(size));
    for (const [place, bytes, value] of values) bytes === 2 ? view.setUint16(place, value, true) : view.setUint32(place, value, true);
    return new Uint8Array(view.buffer);
  };
  for (const [name, content] of Object.entries(files)) {
    const plain = new TextEncoder().encode(content);
    const data = deflate ? new Uint8Array(await new Response(new Blob([plain]).stream().pipeThrough(new CompressionStream("deflate-raw"))).arrayBuffer()) : plain;
    const called = new TextEncoder().encode(name);
    const local = head(30, [[0, 4, 0x04034b50], [8, 2, deflate ? 8 : 0], [18, 4, data.length], [22, 4, plain.length], [26, 2, called.length]]);
    directory.push(head(46, [[0, 4, 0x02014b50], [10, 2, deflate ? 8 : 0], [20, 4, data.length], [24, 4, plain.length], [28, 2, called.length], [42, 4, at]]), called);
    parts.push(local, called, data);
    at += local.length + called.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = head(22, [[0, 4, 0x06054b50], [8, 2, count], [10, 2, count], [12, 4, size], [16, 4, at]]);
  return new Blob([...parts, ...directory, end] as BlobPart[]).arrayBuffer();
}

for (const deflate of [true, false]) {
  test(`a Word file, ${deflate ? "packed" : "stored"}, becomes clean blocks`, async () => {
    const { page, files } = await readWordFile(await packed(FILES, deflate));
    const { body, pictures } = cleanPage(page, { files: files.length });
    const doc = DOMParser.fromSchema(schema).parse(body, { preserveWhitespace: true });
    doc.check();
    assert.equal(write(doc).replace(/ data-id="[^"]*"/g, "").replace(/<hr>$/, ""),
      '<h2>How it began</h2><p>The gauge is <strong>wet</strong> and <em>cold</em><span class="footnote" data-note="In spring."></span>. Put in.</p>'
      + '<p><a href="https://tides.example/">The records</a> say x<sup>2</sup></p><ul><li>One<ul><li>deeper</li></ul></li><li>Two</li></ul><ol><li>First</li></ol>'
      + '<blockquote><p>Said so.</p></blockquote><table><tbody><tr><th>Year</th><th>Drift</th></tr><tr><td colspan="2">all of it</td></tr></tbody></table>');
    assert.deepEqual(files.map((file) => [file?.name, file?.type]), [["image1.png", "image/png"]]);
    assert.deepEqual(pictures.map(({ alt, place }) => [alt, Boolean(place)]), [["A quay", true]]);
  });
}

test("what is no Word file is refused, and so is one that unpacks to more than is allowed", async () => {
  await assert.rejects(readWordFile(new TextEncoder().encode("words").buffer as ArrayBuffer));
  await assert.rejects(readWordFile(await packed({ "other.xml": "<x/>" }, true)));
  const bomb = openZip(await packed({ "word/document.xml": "x".repeat(900_000) }, true), 800_000);
  await assert.rejects(bomb.read("word/document.xml"), /too large/);
});
