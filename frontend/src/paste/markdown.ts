// Markdown as people write it, read into blocks; and how a text is told to be Markdown at all.
import { languageName } from "./code.ts";
import { spans, type References } from "./spans.ts";
import { strip } from "./strip.ts";
import { make, parse } from "./tree.ts";

const FENCE = /^( {0,3})(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3}|\t)([-*+•]|\d{1,9}[.)])(\s+|$)/;
const ROW = /^\s*\|?(\s*:?-{1,}:?\s*\|)+\s*:?-*:?\s*\|?\s*$/;
const NOTE = /^\[\^([^\]\s]+)\]:\s*(.*)$/;
const REFERENCE = /^ {0,3}\[([^\]^][^\]]*)\]:\s*<?(\S+?)>?(?:\s+["'(].*["')])?\s*$/;
const HTML = /^ {0,3}<\/?(!--|address|article|aside|blockquote|center|details|div|dl|figure|figcaption|h[1-6]|hr|iframe|img|ol|p|picture|pre|script|section|style|summary|table|tbody|td|th|thead|tr|ul|video)\b/i;
const ALERT = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*$/i;

/** Tells whether a plain text is written in Markdown: one sign that nothing else uses, or two that others do. */
export function isMarkdown(text: string): boolean {
  const lines = text.split(/\r\n?|\n/);
  if (/^(`{3,}|~{3,}).*\n[^]*^\1/m.test(text) || lines.some((line) => ROW.test(line) && line.includes("|"))) return true;
  if (/\[[^\]\n]+\]\((?:https?:\/\/|\/|mailto:|#)[^)\s]*\)|!\[[^\]\n]*\]\([^)\s]+\)/.test(text)) return true;
  if (looksLikeCode(lines)) return false;
  const strong = [
    /(?<![\w*])\*\*[^\s*][^*\n]*\*\*(?![\w*])/,
    /(?<![\w_])__[^\s_][^_\n]*__(?![\w_])/, /^\[\^[^\]]+\]:\s/m, /^#{2,6} \S/m, /^> ?\S/m,
  ];
  if (strong.some((sign) => sign.test(text))) return true;
  const isTitled = lines.some((line, index) => /^# \S/.test(line) && !lines[index + 1]?.trim() && !lines[index - 1]?.trim());
  const items = lines.filter((line, index) => ITEM.test(line) && /\S/.test(line.replace(ITEM, "")) && [lines[index - 1], lines[index + 1]].some((near) => near !== undefined && ITEM.test(near)));
  const weak = [/(?<![\w`])`[^`\n]+`(?![\w`])/, /(?<![\w*])\*[^\s*][^*\n]*[^\s*]\*(?![\w*])/, /(?<!\w)_[^\s_][^_\n]*[^\s_]_(?!\w)/, /~~\S[^~\n]*~~/, /^(=|-){3,}$/m];
  return isTitled || items.length >= 2 || weak.filter((sign) => sign.test(text)).length >= 2;
}

/** Most lines end as lines of programs do, or are set in. */
function looksLikeCode(lines: readonly string[]): boolean {
  const said = lines.filter((line) => line.trim());
  const odd = said.filter((line) => /[;{}]\s*$|^\s*(import|from|def|class|function|const|let|var|return|#include|if \(|for \()\b|^( {4}|\t)\S/.test(line));
  return said.length > 2 && odd.length > said.length / 2;
}

/** Takes the settings off the head of a file; what they are is not for readers. */
export function withoutFrontMatter(text: string): string {
  return text.replace(/^\ufeff?(---|\+\+\+)[ \t]*\n(?:[\w-]+\s*[:=][^]*?\n|\n)\1[ \t]*(?:\n|$)/, "");
}

/** Writes the blocks of a Markdown text into an element. */
export function markdown(text: string, into: HTMLElement): HTMLElement {
  const lines = withoutFrontMatter(text.replace(/\r\n?/g, "\n")).split("\n");
  const refs: References = { addresses: new Map(), notes: new Map(), page: into };
  into.append(...blocks(collect(lines, refs), refs));
  return into;
}

/** Takes the definitions out of the text: they may stand below what refers to them. */
function collect(lines: readonly string[], refs: References): string[] {
  const kept: string[] = [];
  let fence = "";
  let note = "";
  for (const line of lines) {
    const mark = FENCE.exec(line)?.[2];
    if (mark && (!fence || mark.startsWith(fence))) fence = fence ? "" : mark;
    const defined = fence ? null : NOTE.exec(line);
    const named = fence || defined ? null : REFERENCE.exec(line);
    if (defined) {
      note = defined[1] as string;
      refs.notes.set(note, defined[2] as string);
    } else if (note && /^( {2,}|\t)\S/.test(line)) refs.notes.set(note, `${refs.notes.get(note)} ${line.trim()}`);
    else if (named) refs.addresses.set((named[1] as string).toLowerCase().replace(/\s+/g, " "), named[2] as string);
    else {
      if (line.trim()) note = "";
      kept.push(line);
    }
  }
  return kept;
}

function blocks(lines: readonly string[], refs: References): HTMLElement[] {
  const { page } = refs;
  const found: HTMLElement[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] as string;
    const heading = HEADING.exec(line);
    const fence = FENCE.exec(line);
    if (!line.trim()) at++;
    else if (fence) {
      const [end, made] = fenced(lines, at, fence, page);
      found.push(made);
      at = end;
    } else if (heading) {
      if (heading[2]) found.push(make(page, `h${(heading[1] as string).length}`, ...spans(heading[2], refs)));
      at++;
    } else if (RULE.test(line)) {
      found.push(make(page, "hr"));
      at++;
    } else if (QUOTE.test(line)) {
      const [end, inner] = quoted(lines, at);
      found.push(...quote(inner, refs));
      at = end;
    } else if (ITEM.test(line)) {
      const [end, made] = list(lines, at, refs);
      found.push(made);
      at = end;
    } else if (line.includes("|") && ROW.test(lines[at + 1] ?? "")) {
      const [end, made] = table(lines, at, refs);
      found.push(made);
      at = end;
    } else if (HTML.test(line)) {
      const [end, made] = raw(lines, at);
      found.push(...made);
      at = end;
    } else if (/^( {4}|\t)\S/.test(line)) {
      const [end, made] = indented(lines, at, page);
      found.push(made);
      at = end;
    } else {
      const [end, made] = paragraph(lines, at, refs);
      if (made) found.push(made);
      at = end;
    }
  }
  return found;
}

function fenced(lines: readonly string[], from: number, fence: RegExpExecArray, page: HTMLElement): [number, HTMLElement] {
  const [, indent = "", mark = "", about = ""] = fence;
  let end = from + 1;
  while (end < lines.length && !new RegExp(`^ {0,3}${mark[0]}{${mark.length},}\\s*$`).test(lines[end] as string)) end++;
  const text = lines.slice(from + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n");
  return [end + 1, made(text, languageName(about.trim().split(/[\s{,:]/)[0]?.replace(/^\./, "") ?? ""), page)];
}

function indented(lines: readonly string[], from: number, page: HTMLElement): [number, HTMLElement] {
  let end = from;
  while (end < lines.length && (/^( {4}|\t)/.test(lines[end] as string) || !lines[end]?.trim())) end++;
  return [end, made(lines.slice(from, end).map((line) => line.replace(/^( {4}|\t)/, "")).join("\n"), "", page)];
}

function made(text: string, language: string, page: HTMLElement): HTMLElement {
  const code = make(page, "code", text.replace(/^\n+|\s+$/g, ""));
  if (language) code.className = `language-${language}`;
  return make(page, "pre", code);
}

/** HTML among Markdown goes the way of all pasted HTML. */
function raw(lines: readonly string[], from: number): [number, HTMLElement[]] {
  let end = from;
  while (end < lines.length && lines[end]?.trim()) end++;
  const page = parse(lines.slice(from, end).join("\n"));
  strip(page);
  return [end, [...page.childNodes] as HTMLElement[]];
}

function quoted(lines: readonly string[], from: number): [number, string[]] {
  let end = from;
  // A quote goes on over lines without a sign, until one is empty.
  while (end < lines.length && (QUOTE.test(lines[end] as string) || (lines[end]?.trim() && QUOTE.test(lines[end - 1] ?? "") && !starts(lines[end] as string)))) end++;
  return [end, lines.slice(from, end).map((line) => line.replace(QUOTE, ""))];
}

function quote(inner: string[], refs: References): HTMLElement[] {
  const alert = ALERT.exec(inner[0]?.trim() ?? "")?.[1]?.toLowerCase();
  const held = blocks(alert ? inner.slice(1) : inner, refs);
  if (!held.length) return [];
  const box = make(refs.page, alert ? "div" : "blockquote", ...held);
  if (alert) box.className = `markdown-alert markdown-alert-${alert}`;
  return [box];
}

function starts(line: string): boolean {
  return HEADING.test(line) || FENCE.test(line) || RULE.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function list(lines: readonly string[], from: number, refs: References): [number, HTMLElement] {
  const first = ITEM.exec(lines[from] as string) as RegExpExecArray;
  const isOrdered = /\d/.test(first[2] as string);
  const made = make(refs.page, isOrdered ? "ol" : "ul");
  const start = parseInt(first[2] as string, 10);
  if (isOrdered && start > 1) made.setAttribute("start", String(start));
  let at = from;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at] as string);
    if (!item || /\d/.test(item[2] as string) !== isOrdered || RULE.test(lines[at] as string)) break;
    const width = Math.min(item[0].replace("\t", "    ").length, (item[1] as string).length + (item[2] as string).length + 4);
    const own = [(lines[at] as string).slice(item[0].length).replace(/^\[[ xX]\]\s+/, "")];
    let isLoose = false;
    for (at++; at < lines.length; at++) {
      const line = lines[at] as string;
      const indent = /^[ \t]*/.exec(line)?.[0].replace(/\t/g, "    ").length ?? 0;
      if (!line.trim()) {
        const next = lines.slice(at).find((each) => each.trim());
        const nextIndent = /^[ \t]*/.exec(next ?? "")?.[0].replace(/\t/g, "    ").length ?? 0;
        if (!next || nextIndent < 2) break;
        isLoose = true;
        own.push("");
      } else if (indent >= Math.min(width, 2) && (indent >= width || ITEM.test(line.trimStart()) || !starts(line))) {
        own.push(line.replace(/\t/g, "    ").slice(Math.min(indent, width)));
      } else if (!starts(line) && own.at(-1)?.trim()) own.push(line);
      else break;
    }
    const held = blocks(own, refs);
    // One paragraph is the item itself.
    if (!isLoose && held[0]?.localName === "p") held.splice(0, 1, ...([...held[0].childNodes] as HTMLElement[]));
    made.append(make(refs.page, "li", ...held));
    while (at < lines.length && !lines[at]?.trim() && ITEM.test(lines[at + 1] ?? "")) at++;
  }
  return [at, made];
}

function table(lines: readonly string[], from: number, refs: References): [number, HTMLElement] {
  const body = make(refs.page, "tbody");
  const count = cells(lines[from] as string).length;
  let at = from;
  for (; at < lines.length && lines[at]?.trim() && (lines[at]?.includes("|") || at === from); at++) {
    if (at === from + 1) continue;
    const texts = cells(lines[at] as string);
    const row = make(refs.page, "tr");
    for (let column = 0; column < count; column++) row.append(make(refs.page, at === from ? "th" : "td", ...spans(texts[column] ?? "", refs)));
    body.append(row);
  }
  return [at, make(refs.page, "table", body)];
}

function cells(line: string): string[] {
  return line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function paragraph(lines: readonly string[], from: number, refs: References): [number, HTMLElement | null] {
  let at = from;
  const own: string[] = [];
  for (; at < lines.length && lines[at]?.trim() && (at === from || !starts(lines[at] as string)); at++) {
    const under = /^ {0,3}(=+|-{2,})\s*$/.exec(lines[at] as string);
    if (under && own.length) {
      return [at + 1, make(refs.page, under[1]?.[0] === "=" ? "h1" : "h2", ...spans(own.join(" "), refs))];
    }
    own.push((lines[at] as string).replace(/^\s+/, ""));
    const next = lines[at + 1] ?? "";
    // A line of dashes below words is a heading's, though it would be a rule by itself.
    if (/^ {0,3}-{2,}\s*$/.test(next)) {
      return [at + 2, make(refs.page, "h2", ...spans(own.join(" "), refs))];
    }
  }
  const held = spans(own.join("\n").replace(/[ \t]+$/, ""), refs);
  return [at, held.length ? make(refs.page, "p", ...held) : null];
}
