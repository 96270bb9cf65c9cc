// Tables: those that only place things on a page are unwrapped, the others lose all but rows, cells and headings.
import { lookOf, PLAIN, type Look } from "./formats.ts";
import { all, isBlank, make, rename, tag, texts, unwrap } from "./tree.ts";

export function mendTables(root: HTMLElement): void {
  // From the inside out: a table within another is a reason to unwrap the other.
  for (const table of all(root, "table").reverse()) {
    strays(table);
    if (isLayout(table)) layout(table);
    else mend(table);
  }
  for (const part of all(root, "tr, td, th, tbody, thead, tfoot")) if (!part.closest("table")) unwrapPart(part);
}

function isLayout(table: HTMLElement): boolean {
  if (/^(presentation|none)$/.test(table.getAttribute("role") ?? "") || table.querySelector("table")) return true;
  const rows = rowsOf(table);
  const cells = rows.flatMap(cellsOf);
  if (cells.length <= 1) return true;
  const isOneColumn = rows.every((row) => cellsOf(row).length <= 1);
  if (isOneColumn && cells.some((cell) => cell.querySelector("h1, h2, h3, h4, p + p, img, pre"))) return true;
  return cells.some((cell) => cell.querySelectorAll("h1, h2, h3, h4").length > 0 && cell.querySelectorAll("p, ul, ol").length > 2);
}

function layout(table: HTMLElement): void {
  for (const part of all(table, "td, th, caption")) if (part.closest("table") === table) rename(part, "div");
  for (const part of all(table, "tr, tbody, thead, tfoot")) if (part.closest("table") === table) unwrap(part);
  unwrap(table);
}

function unwrapPart(part: HTMLElement): void {
  if (/^t[dh]$/.test(tag(part))) rename(part, "div");
  else unwrap(part);
}

export function rowsOf(table: Element): HTMLElement[] {
  return all(table, "tr").filter((row) => row.closest("table") === table);
}

export function cellsOf(row: Element): HTMLElement[] {
  return [...row.children].filter((cell) => /^t[dh]$/.test(tag(cell))) as HTMLElement[];
}

/** What is in a table and in no cell of it stands before it: a caption, a bookmark of Word's. */
function strays(table: HTMLElement): void {
  for (const caption of all(table, "caption")) if (caption.closest("table") === table) table.before(rename(caption, "p"));
  for (const part of [table, ...all(table, "tbody, thead, tfoot, tr")]) {
    for (const child of [...part.childNodes]) if (child.nodeType === 1 && !/^(tbody|thead|tfoot|tr|td|th)$/.test(tag(child)) && isBlank(child)) child.remove();
  }
}

function mend(table: HTMLElement): void {
  dropEmptyEdges(table);
  const rows = rowsOf(table);
  if (!rows.length) {
    table.remove();
    return;
  }
  const [first, ...rest] = rows as [HTMLElement, ...HTMLElement[]];
  const isHead = tag(first.parentElement) === "thead" || (rest.length > 0 && isBoldRow(first) && !rest.every(isBoldRow));
  for (const cell of cellsOf(first)) if (isHead && tag(cell) === "td") swap(cell, "th");
  const body = make(table, "tbody", ...rows);
  table.replaceChildren(body);
}

function swap(cell: HTMLElement, name: string): void {
  const spans = ["colspan", "rowspan"].map((span) => [span, cell.getAttribute(span)] as const);
  const other = rename(cell, name);
  for (const [span, value] of spans) if (value) other.setAttribute(span, value);
}

function isBoldRow(row: HTMLElement): boolean {
  const filled = cellsOf(row).filter((cell) => !isBlank(cell));
  return filled.length > 0 && filled.every((cell) => texts(cell).filter((text) => text.data.trim()).every((text) => isBold(text, cell)));
}

function isBold(text: Text, cell: HTMLElement): boolean {
  const line: Element[] = [];
  for (let element = text.parentElement; element; element = element.parentElement) {
    line.unshift(element);
    if (element === cell) break;
  }
  const look: Look = line.reduce((around, element) => lookOf(element, around), PLAIN);
  return look.formats.has("strong") || tag(cell) === "th";
}

const SHEET = "[data-sheets-value], [data-sheets-formula], [data-sheets-userformat], td[class^=xl]";

/** Sheets copy the empty cells around what was meant; in a document an empty row may be meant. */
function dropEmptyEdges(table: HTMLElement): void {
  if (!table.querySelector(SHEET) && !table.hasAttribute("data-sheets-root")) return;
  for (const row of rowsOf(table).reverse()) {
    if (cellsOf(row).every(isBlank) && !all(table, "[rowspan]").length) row.remove();
    else break;
  }
  const rows = rowsOf(table);
  while (rows.length && !table.querySelector("[colspan], [rowspan]")) {
    const ends = rows.map((row) => cellsOf(row).at(-1));
    const isEven = new Set(rows.map((row) => cellsOf(row).length)).size === 1 && cellsOf(rows[0] as HTMLElement).length > 1;
    if (!isEven || !ends.every((cell) => cell && isBlank(cell))) break;
    for (const cell of ends) cell?.remove();
  }
}
