// What Word and Google Docs call a heading, a title or a quote without using the element for it.
import { all, isBlank, rename, styled, tag, texts, words } from "./tree.ts";

const TITLE = /^(MsoTitle|Title|MsoTitleCxSp\w+)$/;
const QUOTE = /^(Mso)?(Intense)?Quote(CxSp\w+)?$/i;

export function nameOfficeBlocks(root: HTMLElement): void {
  const isDocs = root.querySelector("[id^=docs-internal-guid]") !== null;
  for (const paragraph of all(root, "p, div.Paragraph, div[role=heading]")) {
    const level = levelOf(paragraph, isDocs);
    if (level) rename(paragraph, `h${level}`);
    else if (QUOTE.test(paragraph.className)) quote(paragraph);
  }
  for (const heading of all(root, "h1, h2, h3, h4, h5, h6")) if (isBlank(heading)) heading.remove();
}

function levelOf(paragraph: HTMLElement, isDocs: boolean): number {
  if (isBlank(paragraph) || paragraph.closest("li, td, th")) return 0;
  if (TITLE.test(paragraph.className)) return 1;
  const named = /^Mso(?:Heading|berschrift|Titre)(\d)$|^(?:Heading|berschrift|Titre)(\d)$/.exec(paragraph.className);
  const outline = /^[1-6]$/.exec(styled(paragraph, "mso-outline-level"))?.[0];
  const spoken = paragraph.getAttribute("role") === "heading" ? paragraph.getAttribute("aria-level") : null;
  const level = Number(named?.[1] ?? named?.[2] ?? spoken ?? outline ?? 0);
  if (level) return Math.min(level, 6);
  return isDocs && isTitleSize(paragraph) ? 1 : 0;
}

/** Google Docs has an element for its headings, but none for the title, which is 26 points high unless it was changed. */
function isTitleSize(paragraph: HTMLElement): boolean {
  const said = texts(paragraph).filter((text) => text.data.trim());
  return words(paragraph).length < 200 && said.length > 0 && said.every((text) => {
    const size = /^([\d.]+)pt$/.exec(text.parentElement ? styled(text.parentElement, "font-size") : "")?.[1];
    return Number(size ?? 0) >= 22;
  });
}

function quote(paragraph: HTMLElement): void {
  const before = paragraph.previousElementSibling;
  if (tag(before) === "blockquote" && before?.hasAttribute("data-office")) {
    before.append(paragraph);
    return;
  }
  const box = paragraph.ownerDocument.createElement("blockquote");
  box.setAttribute("data-office", "");
  paragraph.before(box);
  box.append(paragraph);
}

/** Shifts the levels so that the highest heading is a section's, which is h2, and none is deeper than h4. */
export function levelHeadings(body: HTMLElement): void {
  const headings = all(body, "h1, h2, h3, h4, h5, h6");
  const levels = [...new Set(headings.map((heading) => Number(tag(heading)[1])))].sort();
  for (const heading of headings) {
    // Levels that were left out close up, so no reader falls from h2 to h4.
    const level = Math.min(4, 2 + levels.indexOf(Number(tag(heading)[1])));
    if (tag(heading) !== `h${level}`) rename(heading, `h${level}`);
  }
}
