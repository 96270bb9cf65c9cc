// Lists, as the programs have them: Word's paragraphs that only look like items, Google's lists beside their items.
import { all, isBlank, isElement, isText, make, styled, tag, texts, words } from "./tree.ts";

interface Item {
  level: number;
  isOrdered: boolean;
  start: number;
  content: Node[];
}

const NUMBER = /^\(?(\d+|[a-z]{1,2}|[ivxlcdm]{1,6})[.)]?$|^\(?(\d+\.)+\d*[.)]?$/i;
const ROMAN: Record<string, number> = { i: 1, v: 5, x: 10, l: 50, c: 100, d: 500, m: 1000 };

/** Makes lists of Word's paragraphs: `mso-list:l0 level2 lfo1` and a sign that Word wrote before the words. */
export function wordLists(root: HTMLElement): void {
  for (const heading of all(root, "h1, h2, h3, h4, h5, h6")) sign(heading);
  for (const first of all(root, "p, div")) {
    if (!first.isConnected || !isItem(first)) continue;
    const items: Item[] = [];
    const members: HTMLElement[] = [];
    for (let next: HTMLElement | null = first; next; next = following(next)) {
      if (/^(p|div)$/.test(tag(next)) && isItem(next)) items.push(read(next));
      else if (items.length && isContinuation(next)) (items.at(-1) as Item).content.push(make(root, "br"), make(root, "br"), ...next.childNodes);
      else break;
      members.push(next);
    }
    first.before(...nest(items, root));
    for (const member of members) member.remove();
  }
}

function isItem(element: Element): boolean {
  return /\blevel\d/.test(styled(element, "mso-list")) || (/MsoList(Paragraph|Bullet|Number)/.test(element.className) && marker(element) !== null);
}

/** A further paragraph of the item before it. */
function isContinuation(element: Element): boolean {
  return /^MsoList(Paragraph|Continue)/.test(element.className) && !isItem(element) && !isBlank(element);
}

function following(element: HTMLElement): HTMLElement | null {
  let next: ChildNode | null = element.nextSibling;
  while (next && (isText(next) ? !next.data.trim() : isElement(next) && tag(next) === "span" && isBlank(next))) next = next.nextSibling;
  return isElement(next) ? next : null;
}

/** The element with the sign in it, or null. */
function marker(item: Element): HTMLElement | null {
  const found = all(item, "[data-style*='mso-list']").find((element) => /ignore/i.test(styled(element, "mso-list")));
  if (found) return found;
  // Safari drops the style, but keeps the sign in the small type that Word puts after it.
  const spacer = all(item, "[data-style*='Times New Roman']").find((element) => /7(\.0)?pt/.test(element.getAttribute("data-style") ?? "") && isBlank(element));
  return spacer?.parentElement && spacer.parentElement !== item ? spacer.parentElement : null;
}

/** Takes the sign out of an item, and returns it. */
function sign(item: HTMLElement): string {
  const found = marker(item);
  if (!found) return "";
  const text = words(found);
  found.remove();
  return text;
}

function read(item: HTMLElement): Item {
  const level = Number(/level(\d)/.exec(styled(item, "mso-list"))?.[1] ?? 1);
  const text = sign(item);
  const isOrdered = NUMBER.test(text) && text !== "o";
  return { level, isOrdered, start: isOrdered ? numberOf(text) : 1, content: [...item.childNodes] };
}

function numberOf(sign: string): number {
  const text = sign.replace(/[().]+$|^\(/g, "").split(".").at(-1)?.toLowerCase() ?? "";
  if (/^\d+$/.test(text)) return Number(text);
  if (/^[ivxlcdm]+$/.test(text) && (text.length > 1 || /[ivx]/.test(text))) {
    const values = [...text].map((letter) => ROMAN[letter] as number);
    return values.reduce((sum, value, index) => sum + (value < (values[index + 1] ?? 0) ? -value : value), 0);
  }
  return [...text].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 96, 0) || 1;
}

/** Builds lists out of items with levels; a level that was left out makes no empty list. */
export function nest(items: readonly Item[], near: Node): HTMLElement[] {
  const found: HTMLElement[] = [];
  const open: { level: number; list: HTMLElement }[] = [];
  for (const { level, isOrdered, start, content } of items) {
    while (open.length > 1 && (open.at(-1) as { level: number }).level > level) open.pop();
    let top = open.at(-1);
    const name = isOrdered ? "ol" : "ul";
    if (!top || level > top.level || tag(top.list) !== name) {
      const list = make(near, name);
      if (isOrdered && start > 1) list.setAttribute("start", String(start));
      const isDeeper = top !== undefined && level > top.level;
      if (!isDeeper) open.pop();
      const parent = open.at(-1)?.list.lastElementChild;
      if (parent) parent.append(list);
      else found.push(list);
      top = { level, list };
      open.push(top);
    }
    top.list.append(make(near, "li", ...content));
  }
  return found;
}

/** Lists that stand where an item should, items without a list, boxes to tick: all become plain nested lists. */
export function mendLists(root: HTMLElement): void {
  wordOnline(root);
  for (const list of all(root, "ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = list.previousElementSibling;
    if (tag(before) === "li") (before as Element).append(list);
    else {
      const item = make(root, "li");
      list.before(item);
      item.append(...list.childNodes);
      // A list that begins deeper than it is: its items stand on the level that they have here.
      item.replaceWith(...item.childNodes);
      list.remove();
    }
  }
  for (const box of all(root, "input[type=checkbox], li[role=checkbox] > img, img[aria-roledescription=checkbox]")) box.remove();
  for (const item of all(root, "li")) if (!item.closest("ul, ol, menu, dir")) wrapItem(item);
}

function wrapItem(item: HTMLElement): void {
  const before = item.previousElementSibling;
  if (tag(before) === "ul" && before?.hasAttribute("data-made")) before.append(item);
  else {
    const list = make(item, "ul");
    list.setAttribute("data-made", "");
    item.before(list);
    list.append(item);
  }
}

/** Word in the browser makes a list of every item, and says its level in an attribute. */
function wordOnline(root: HTMLElement): void {
  for (const wrapper of all(root, ".ListContainerWrapper")) {
    if (!wrapper.isConnected) continue;
    const items: Item[] = [];
    const members: Element[] = [];
    for (let next: Element | null = wrapper; next?.classList.contains("ListContainerWrapper"); next = next.nextElementSibling) {
      for (const item of all(next, "li")) {
        const list = item.parentElement as HTMLElement;
        items.push({
          level: Number(item.getAttribute("data-aria-level") ?? item.getAttribute("aria-level") ?? 1), isOrdered: tag(list) === "ol",
          start: Number(list.getAttribute("start") ?? 1) || 1, content: [...item.childNodes],
        });
      }
      members.push(next);
    }
    wrapper.before(...nest(items, root));
    for (const member of members) member.remove();
  }
}

/** Returns the words before which a paragraph would have been an item, for callers that look at plain paragraphs. */
export function typedSign(paragraph: Element): RegExpExecArray | null {
  return /^\s*([•●▪◦‣–·])[\s\u00a0]+/.exec(texts(paragraph)[0]?.data ?? "");
}

/** Paragraphs that begin with a typed bullet, two or more of them, are a list to everybody who reads them. */
export function typedLists(root: HTMLElement): void {
  for (const first of all(root, "p")) {
    if (!first.isConnected || !typedSign(first)) continue;
    const members: HTMLElement[] = [];
    for (let next: HTMLElement | null = first; next && tag(next) === "p" && typedSign(next); next = following(next)) members.push(next);
    if (members.length < 2) continue;
    const list = make(root, "ul");
    first.before(list);
    for (const member of members) {
      const text = texts(member)[0] as Text;
      text.data = text.data.slice((typedSign(member) as RegExpExecArray)[0].length);
      list.append(make(root, "li", ...member.childNodes));
      member.remove();
    }
  }
}
