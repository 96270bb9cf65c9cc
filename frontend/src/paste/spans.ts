// Markdown within a line: emphasis, code, links, notes. Writes elements, never strings of HTML.
import { destination } from "./links.ts";
import { make, parse } from "./tree.ts";

/** What a text refers to from elsewhere in it: addresses of `[words][name]`, words of `[^1]`. */
export interface References {
  addresses: Map<string, string>;
  notes: Map<string, string>;
  page: HTMLElement;
}

const ESCAPED = /^\\([!-/:-@[-`{-~])/;
const ADDRESS = /^(?:<([^>\n]+)>|((?:[^\s()<>]|\((?:[^\s()<>]|\([^\s()]*\))*\))+))(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;
const BARE = /^https?:\/\/[^\s<>"“”]*[^\s<>"“”.,;:!?)\]}'’*_]/i;
const FLANKS = /[\s\u00a0]|[!-/:-@[-`{-~\u2010-\u2027\u2030-\u205e]|^$/;

/** Returns the nodes of a line of Markdown. */
export function spans(text: string, refs: References): Node[] {
  const found: Node[] = [];
  let plain = "";
  const flush = () => {
    if (plain) found.push(refs.page.ownerDocument.createTextNode(plain));
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const [node, length] = special(rest, text[at - 1] ?? "", refs);
    if (node === null) {
      plain += ESCAPED.test(rest) ? (rest[1] as string) : rest.slice(0, length);
    } else {
      flush();
      found.push(...node);
    }
    at += length;
  }
  flush();
  return found;
}

type Found = [nodes: Node[] | null, length: number];

function special(rest: string, before: string, refs: References): Found {
  const { page } = refs;
  switch (rest[0]) {
    case "\\":
      if (rest[1] === "\n") return [[make(page, "br")], 2];
      return [null, ESCAPED.test(rest) ? 2 : 1];
    case "\n":
      return [[page.ownerDocument.createTextNode(" ")], 1];
    case " ": {
      const hard = /^ {2,}\n/.exec(rest);
      return hard ? [[make(page, "br")], hard[0].length] : [null, 1];
    }
    case "`":
      return code(rest, page);
    case "*": case "_": case "~":
      return emphasis(rest, before, refs);
    case "!":
      return rest[1] === "[" ? image(rest, refs) : [null, 1];
    case "[":
      return note(rest, refs) ?? link(rest, refs);
    case "<":
      return angled(rest, refs);
    default:
      return bare(rest, before, page);
  }
}

function code(rest: string, page: HTMLElement): Found {
  const fence = /^`+/.exec(rest)?.[0] as string;
  const end = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(rest.slice(fence.length));
  if (!end) return [null, fence.length];
  const inner = rest.slice(fence.length, fence.length + end.index).replace(/\n/g, " ");
  return [[make(page, "code", /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner)], 2 * fence.length + end.index];
}

function emphasis(rest: string, before: string, refs: References): Found {
  const sign = rest[0] as string;
  const run = (/^(\*+|_+|~+)/.exec(rest) as RegExpExecArray)[0].length;
  const after = rest[run] ?? "";
  const opens = after !== "" && !/[\s\u00a0]/.test(after) && (sign !== "_" || FLANKS.test(before));
  if (!opens || (sign === "~" && run !== 2) || run > 3) return [null, run];
  for (const size of sign === "~" ? [2] : [3, 2, 1].filter((each) => each <= run)) {
    if (size !== run && run < 3) continue;
    const end = closing(rest, sign, size);
    if (end < 0) continue;
    const inner = spans(rest.slice(size, end), refs);
    const { page } = refs;
    const made = sign === "~" ? make(page, "s", ...inner)
      : size === 3 ? make(page, "strong", make(page, "em", ...inner)) : make(page, size === 2 ? "strong" : "em", ...inner);
    return [[made], end + size];
  }
  return [null, run];
}

/** Returns where emphasis of this size ends, or -1; code and escapes in it hide its sign. */
function closing(rest: string, sign: string, size: number): number {
  for (let at = size; at < rest.length;) {
    const here = rest[at] as string;
    if (here === "\\") at += 2;
    else if (here === "`") {
      const ticks = /^`+/.exec(rest.slice(at))?.[0] as string;
      const end = rest.indexOf(ticks, at + ticks.length);
      at = end < 0 ? at + ticks.length : end + ticks.length;
    } else if (here === sign) {
      let run = 1;
      while (rest[at + run] === sign) run++;
      const [before, after] = [rest[at - 1] ?? "", rest[at + run] ?? ""];
      const closes = !/[\s\u00a0]/.test(before) && (sign !== "_" || FLANKS.test(after));
      if (closes && (run === size || (run === 3 && size < 3))) return run === size ? at : at + run - size;
      at += run;
    } else at++;
  }
  return -1;
}

/** Returns the end of the bracket that opens the text, or -1. */
function bracket(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "[") depth++;
    else if (text[at] === "]" && --depth === 0) return at;
  }
  return -1;
}

function addressOf(rest: string, end: number, refs: References): [address: string, length: number] | null {
  const behind = rest.slice(end + 1);
  if (behind[0] === "(") {
    const match = ADDRESS.exec(behind.slice(1).trimStart());
    const skipped = behind.slice(1).length - behind.slice(1).trimStart().length;
    return match ? [match[1] ?? match[2] ?? "", end + 2 + skipped + match[0].length] : null;
  }
  const named = /^ ?\[([^\]]*)\]/.exec(behind);
  const name = (named?.[1] || rest.slice(1, end)).toLowerCase().replace(/\s+/g, " ");
  const address = refs.addresses.get(name);
  return address ? [address, end + 1 + (named?.[0].length ?? 0)] : null;
}

function link(rest: string, refs: References): Found {
  const end = bracket(rest);
  const target = end > 0 ? addressOf(rest, end, refs) : null;
  if (!target) return [null, 1];
  const inner = spans(rest.slice(1, end), refs);
  const href = destination(target[0]);
  if (!href) return [inner, target[1]];
  const made = make(refs.page, "a", ...inner);
  made.setAttribute("href", href);
  return [[made], target[1]];
}

function image(rest: string, refs: References): Found {
  const end = bracket(rest.slice(1));
  const target = end > 0 ? addressOf(rest.slice(1), end, refs) : null;
  if (!target) return [null, 1];
  const made = make(refs.page, "img");
  made.setAttribute("src", target[0]);
  made.setAttribute("alt", rest.slice(2, end + 1));
  return [[made], target[1] + 1];
}

function note(rest: string, refs: References): Found | null {
  const match = /^\[\^([^\]\s]+)\]/.exec(rest);
  const words = match && refs.notes.get(match[1] as string);
  if (!match || !words) return null;
  const made = make(refs.page, "span");
  made.className = "footnote";
  const line = make(refs.page, "p", ...spans(words, { ...refs, notes: new Map() }));
  made.setAttribute("data-note", (line.textContent ?? "").replace(/\s+/g, " ").trim());
  return [[made], match[0].length];
}

/** `<https://…>`, a line break, a few tags of HTML that people use in Markdown; all else is text. */
function angled(rest: string, refs: References): Found {
  const address = /^<((?:https?:\/\/|mailto:)[^\s<>]+)>/i.exec(rest);
  if (address) return [linked(address[1] as string, refs.page), address[0].length];
  const broken = /^<br\s*\/?>/i.exec(rest);
  if (broken) return [[make(refs.page, "br")], broken[0].length];
  const pair = /^<(sub|sup|kbd|b|i|em|strong|s|del|code|u|mark|small)>(.*?)<\/\1>/is.exec(rest);
  if (pair) {
    const name = (pair[1] as string).toLowerCase();
    const inner = spans(pair[2] as string, refs);
    return [/^(u|mark|small)$/.test(name) ? inner : [make(refs.page, name, ...inner)], pair[0].length];
  }
  const inner = /^<(a|img)\b[^<>]*>/i.exec(rest);
  if (inner) {
    const end = inner[1]?.toLowerCase() === "img" ? 0 : rest.search(/<\/a>/i);
    const whole = end > 0 ? rest.slice(0, end + 4) : inner[0];
    // Read by the browser's own parser, in a page where nothing is loaded.
    return end < 0 ? [[], whole.length] : [[...parse(whole).childNodes], whole.length];
  }
  const gone = /^<!--.*?-->|^<\/?(span|font|nobr|small|u|big|cite|time|abbr|center|div|p|a|mark)\b[^<>]*>/is.exec(rest);
  return gone ? [[], gone[0].length] : [null, 1];
}

function bare(rest: string, before: string, page: HTMLElement): Found {
  if (/^h/i.test(rest) && (before === "" || !/[\w/]/.test(before))) {
    const match = BARE.exec(rest);
    if (match) return [linked(match[0], page), match[0].length];
  }
  // As far as the next character that could mean something.
  const plain = /^[^\\\n `*_~![<h]+/.exec(rest)?.[0].length ?? 1;
  return [null, plain];
}

function linked(address: string, page: HTMLElement): Node[] {
  const href = destination(address);
  if (!href) return [page.ownerDocument.createTextNode(address)];
  const made = make(page, "a", address.replace(/^mailto:/i, ""));
  made.setAttribute("href", href);
  return [made];
}

/** Returns the nodes of words that are no Markdown, with the addresses in them as links. */
export function addresses(text: string, page: HTMLElement): Node[] {
  const found: Node[] = [];
  let from = 0;
  for (const match of text.matchAll(/(?<![\w/])https?:\/\/[^\s<>"“”]*[^\s<>"“”.,;:!?)\]}'’*_]/gi)) {
    found.push(page.ownerDocument.createTextNode(text.slice(from, match.index)), ...linked(match[0], page));
    from = match.index + match[0].length;
  }
  found.push(page.ownerDocument.createTextNode(text.slice(from)));
  return found.filter((node) => node.textContent);
}
