// Reads a Word file as the page that pasting it would be: paragraphs, headings, lists, tables, links, notes and pictures.
import { nest } from "./lists.ts";
import { make, parse } from "./tree.ts";
import { openZip, type Archive } from "./zip.ts";

const MONO = /courier|consolas|menlo|monaco|mono\b/i;
const KINDS: Record<string, string> = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp" };

export interface WordFile {
  page: HTMLElement;
  /** The pictures of the page, in its order; null for kinds that the library does not take. */
  files: (File | null)[];
}

interface Parts {
  archive: Archive;
  page: HTMLElement;
  targets: Map<string, string>;
  /** The names of paragraph styles by their ids, as Word names them in English. */
  styles: Map<string, string>;
  numbered: Map<string, string>;
  notes: Map<string, string>;
  pictures: string[];
}

type Block = { node: HTMLElement } | { level: number; isOrdered: boolean; list: string; content: Node[] };

/** Returns what is in a Word file. Throws where it is none. */
export async function readWordFile(buffer: ArrayBuffer): Promise<WordFile> {
  const archive = openZip(buffer);
  const xml = async (name: string) => {
    const bytes = await archive.read(`word/${name}`);
    return bytes && new DOMParser().parseFromString(new TextDecoder().decode(bytes), "application/xml");
  };
  const whole = await xml("document.xml");
  const body = whole && first(whole, "body");
  if (!body) throw new Error("no Word file");
  const parts: Parts = { archive, page: parse(""), targets: new Map(), styles: new Map(), numbered: new Map(), notes: new Map(), pictures: [] };
  for (const one of all(await xml("_rels/document.xml.rels"), "Relationship")) parts.targets.set(one.getAttribute("Id") ?? "", one.getAttribute("Target") ?? "");
  for (const style of all(await xml("styles.xml"), "style")) parts.styles.set(value(style, "styleId"), (of(style, "name") ?? "").toLowerCase());
  readNumbers(await xml("numbering.xml"), parts);
  for (const kind of ["footnote", "endnote"]) {
    for (const note of all(await xml(`${kind}s.xml`), kind)) parts.notes.set(`${kind} ${value(note, "id")}`, plain(note));
  }
  parts.page.append(...lists(children(body).flatMap((child) => block(child, parts)), parts));
  return { page: parts.page, files: await Promise.all(parts.pictures.map((name) => picture(name, archive))) };
}

function readNumbers(numbering: Document | null, parts: Parts): void {
  const kinds = new Map<string, string>();
  for (const abstract of all(numbering, "abstractNum")) {
    for (const level of all(abstract, "lvl")) kinds.set(`${value(abstract, "abstractNumId")} ${value(level, "ilvl")}`, of(level, "numFmt") ?? "");
  }
  for (const num of all(numbering, "num")) {
    const abstract = of(num, "abstractNumId") ?? "";
    for (let level = 0; level < 9; level++) parts.numbered.set(`${value(num, "numId")} ${level}`, kinds.get(`${abstract} ${level}`) ?? "bullet");
  }
}

function block(node: Element, parts: Parts): Block[] {
  switch (node.localName) {
    case "p":
      return [paragraph(node, parts)];
    case "tbl":
      return [{ node: table(node, parts) }];
    case "sdt": case "sdtContent": case "customXml": case "ins": case "smartTag":
      return children(node).flatMap((child) => block(child, parts));
    default:
      return [];
  }
}

function paragraph(node: Element, parts: Parts): Block {
  const { page, styles, numbered } = parts;
  const about = child(node, "pPr");
  const style = styles.get(about ? (of(about, "pStyle") ?? "") : "") ?? "";
  const content = runs(node, parts);
  const level = Number(/^heading (\d)/.exec(style)?.[1] ?? 0) || (style === "title" ? 1 : 0);
  if (level) return { node: make(page, `h${Math.min(level, 6)}`, ...content) };
  const list = about && child(about, "numPr");
  const id = list ? (of(list, "numId") ?? "0") : "0";
  if (list && id !== "0") {
    const depth = Number(of(list, "ilvl") ?? 0);
    return { level: depth + 1, isOrdered: !/^(bullet|none|)$/.test(numbered.get(`${id} ${depth}`) ?? "bullet"), list: id, content };
  }
  const made = make(page, "p", ...content);
  if (/quote/.test(style)) made.className = "MsoQuote";
  if (style === "caption") made.className = "MsoCaption";
  if (/^toc/.test(style)) made.className = "MsoToc1";
  return { node: made };
}

/** Items that follow each other are one list, as long as they count on. */
function lists(blocks: readonly Block[], parts: Parts): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = 0; at < blocks.length;) {
    const one = blocks[at] as Block;
    if ("node" in one) {
      found.push(one.node);
      at++;
      continue;
    }
    const items = [];
    for (let next = blocks[at]; next && !("node" in next) && (next.list === one.list || next.level > 1); next = blocks[++at]) items.push({ ...next, start: 1 });
    found.push(...nest(items, parts.page));
  }
  return found;
}

function runs(node: Element, parts: Parts): Node[] {
  const found: Node[] = [];
  for (const part of children(node)) {
    switch (part.localName) {
      case "r":
        found.push(...run(part, parts));
        break;
      case "hyperlink": {
        const target = parts.targets.get(value(part, "id")) ?? "";
        const link = make(parts.page, "a", ...runs(part, parts));
        if (target) link.setAttribute("href", target);
        found.push(link);
        break;
      }
      case "ins": case "smartTag": case "sdt": case "sdtContent": case "fldSimple": case "customXml": case "moveTo":
        found.push(...runs(part, parts));
    }
  }
  return found;
}

function run(node: Element, parts: Parts): Node[] {
  const { page } = parts;
  const found: Node[] = [];
  for (const part of children(node)) {
    switch (part.localName) {
      case "t":
        found.push(page.ownerDocument.createTextNode(part.textContent ?? ""));
        break;
      case "tab":
        found.push(page.ownerDocument.createTextNode(" "));
        break;
      case "noBreakHyphen":
        found.push(page.ownerDocument.createTextNode("\u2011"));
        break;
      case "br": case "cr":
        if (value(part, "type") !== "page") found.push(make(page, "br"));
        break;
      case "footnoteReference": case "endnoteReference":
        found.push(...note(parts.notes.get(`${part.localName.replace("Reference", "")} ${value(part, "id")}`) ?? "", page));
        break;
      case "drawing": case "pict": case "object":
        found.push(...drawings(part, parts));
        break;
      case "AlternateContent": {
        const chosen = child(part, "Choice") ?? child(part, "Fallback");
        if (chosen) found.push(...drawings(chosen, parts));
      }
    }
  }
  return found.length ? [dressed(found, child(node, "rPr"), page)] : [];
}

function note(words: string, page: HTMLElement): Node[] {
  if (!words) return [];
  const made = make(page, "span");
  made.className = "footnote";
  made.setAttribute("data-note", words);
  return [made];
}

function drawings(node: Element, parts: Parts): Node[] {
  const found: Node[] = [];
  const said = all(node, "docPr")[0]?.getAttribute("descr") ?? "";
  for (const shown of [...all(node, "blip"), ...all(node, "imagedata")]) {
    const target = parts.targets.get(value(shown, "embed") || value(shown, "id"));
    if (!target || /^https?:/.test(target)) continue;
    parts.pictures.push(`word/${target.replace(/^\/?word\/|^\//, "")}`);
    const image = make(parts.page, "img");
    image.setAttribute("src", `file:///${target}`);
    image.setAttribute("alt", said);
    found.push(image);
  }
  return found;
}

function dressed(content: Node[], about: Element | null, page: HTMLElement): Node {
  const is = (name: string) => {
    const mark = about && child(about, name);
    return Boolean(mark) && !/^(0|false|off|none)$/.test(value(mark as Element, "val"));
  };
  const raised = about ? of(about, "vertAlign") : null;
  const fonts = about && child(about, "rFonts");
  const names = [is("b") && "strong", is("i") && "em", (is("strike") || is("dstrike")) && "s",
    fonts && MONO.test(value(fonts, "ascii")) && "code", raised === "superscript" && "sup", raised === "subscript" && "sub"].filter((name) => typeof name === "string");
  if (about && is("vanish")) return make(page, "span");
  return names.reduceRight<Node>((inner, name) => make(page, name, inner), make(page, "span", ...(content as HTMLElement[])));
}

function table(node: Element, parts: Parts): HTMLElement {
  const made = make(parts.page, "table");
  for (const row of children(node).filter((part) => part.localName === "tr")) {
    const about = child(row, "trPr");
    const isHead = about !== null && child(about, "tblHeader") !== null;
    const line = make(parts.page, "tr");
    for (const cell of children(row).filter((part) => part.localName === "tc")) {
      const shape = child(cell, "tcPr");
      const merge = shape && child(shape, "vMerge");
      // Cells that go on from above keep their place, so that rows stay of one length.
      const held = merge && value(merge, "val") !== "restart" ? [] : lists(children(cell).flatMap((part) => block(part, parts)), parts);
      const box = make(parts.page, isHead ? "th" : "td", ...held);
      const span = shape ? of(shape, "gridSpan") : null;
      if (span) box.setAttribute("colspan", span);
      line.append(box);
    }
    made.append(line);
  }
  return made;
}

async function picture(name: string, archive: Archive): Promise<File | null> {
  const type = KINDS[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
  const bytes = type ? await archive.read(name) : null;
  return type && bytes ? new File([bytes], name.split("/").at(-1) as string, { type }) : null;
}

function plain(note: Element): string {
  return all(note, "p").map((line) => all(line, "t").map((text) => text.textContent).join("")).join(" ").replace(/\s+/g, " ").trim();
}

/** Elements are found by their local names: what a writer's program calls its namespaces is its own affair. */
function all(root: ParentNode | null, name: string): Element[] {
  return root ? [...(root as Element | Document).getElementsByTagName("*")].filter((element) => element.localName === name) : [];
}

function first(root: Document, name: string): Element | null {
  return all(root, name)[0] ?? null;
}

function children(node: Element): Element[] {
  return [...node.children];
}

function child(node: Element, name: string): Element | null {
  return children(node).find((each) => each.localName === name) ?? null;
}

function value(node: Element, name: string): string {
  return [...node.attributes].find((attribute) => attribute.localName === name)?.value ?? "";
}

function of(node: Element, name: string): string | null {
  const found = child(node, name);
  return found ? value(found, "val") : null;
}
