// Footnotes: a sign in the text and, further down, the words that it stands for. They become one thing at the sign's place.
import { all, isBlank, make, styled, tag, texts, words } from "./tree.ts";

const SIGN = /^[[({]?\s*(?:note |fn\.? ?)?(?:\d{1,4}|[a-z]|[ivx]{1,5}|[*†‡§¶]{1,4})\s*[\])}]?$/i;
const TARGET = /^#?(_?ftn|_edn|ftnt|cmnt|fn[-:_]?\w*\d|fnref|footnote|endnote|cite_note|note[-_]?\d|user-content-fn|sdfootnote|r?ef[-_]?\d)/i;
const LISTS = "[data-style*='footnote-list'], [data-style*='endnote-list'], section.footnotes, div.footnotes, section[data-footnotes], .footnotes-list";
const MAX_NOTE = 5_000;

/** Puts every note at its sign. Returns how many signs led to notes that were not copied along. */
export function gatherNotes(root: HTMLElement): number {
  let lost = 0;
  const used = new Set<Element>();
  const places = anchors(root);
  for (const link of all(root, "a[href*='#']")) {
    if (!link.isConnected || !SIGN.test(words(link)) || [...used].some((note) => note.contains(link))) continue;
    const name = decode((link.getAttribute("href") ?? "").replace(/^[^#]*#/, ""));
    const target = places.get(name);
    const whole = target && noteOf(target);
    const follows = whole && link.compareDocumentPosition(whole) & 4 && !whole.contains(link);
    if (whole && follows && isNote(link, name, whole)) {
      const text = noteText(whole, name);
      used.add(whole);
      put(link, text);
    } else if (isSuperscript(link) && TARGET.test(name) && !target) {
      lost++;
      (link.closest("sup") ?? link).remove();
    }
  }
  for (const note of used) removeNote(note);
  for (const list of all(root, LISTS)) if (![...list.children].some((child) => !isRest(child))) list.remove();
  return lost;
}

function isRest(child: Element): boolean {
  return isBlank(child) || tag(child) === "hr" || /^(footnotes?|notes?|endnotes?|anmerkungen|fußnoten)$/i.test(words(child));
}

function anchors(root: HTMLElement): Map<string, HTMLElement> {
  const found = new Map<string, HTMLElement>();
  for (const element of all(root, "[id], a[name]")) {
    for (const name of [element.id, element.getAttribute("name")]) if (name && !found.has(name)) found.set(name, element);
  }
  return found;
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The block that a note is: an item of a list, Word's own element, or the paragraph that begins with the sign. */
function noteOf(target: HTMLElement): HTMLElement | null {
  const office = target.closest<HTMLElement>("[data-style*='mso-element:footnote'], [data-style*='mso-element:endnote']");
  if (office && !/list/.test(styled(office, "mso-element"))) return office;
  return target.closest<HTMLElement>("li, p, dd, aside") ?? target.closest<HTMLElement>("div");
}

/** A link to a numbered section looks like a sign too; a note leads back, or is called what notes are called. */
function isNote(link: HTMLElement, name: string, whole: HTMLElement): boolean {
  if (TARGET.test(name)) return true;
  const own = [link.id, link.getAttribute("name"), link.parentElement?.id].filter(Boolean);
  return all(whole, "a[href^='#']").some((back) => own.includes(decode((back.getAttribute("href") ?? "").slice(1))));
}

function isSuperscript(link: HTMLElement): boolean {
  return link.closest("sup") !== null || link.querySelector("sup") !== null || /super/.test(styled(link, "vertical-align"))
    || /Footnote|Endnote|reference/i.test(link.innerHTML + link.className);
}

function noteText(whole: HTMLElement, name: string): string {
  const copy = whole.cloneNode(true) as HTMLElement;
  for (const back of all(copy, "a")) {
    const href = back.getAttribute("href") ?? "";
    const isBack = /#/.test(href) && (SIGN.test(words(back)) || /^[↩︎⏎^↑←\s\ufe0e]*([a-z]\s?)*$|jump|back/i.test(words(back)));
    if (isBack || (back.getAttribute("name") === name && SIGN.test(words(back)))) back.remove();
  }
  for (const sign of all(copy, "sup, .mw-cite-backlink, .MsoFootnoteReference")) if (SIGN.test(words(sign)) || sign.className) sign.remove();
  for (const address of all(copy, "a[href^='http']")) {
    const href = address.getAttribute("href") ?? "";
    // A note is plain words: where a link says something, its address stands behind it.
    if (words(address) && !words(address).includes("://") && !/^\[?\d+\]?$/.test(words(address))) address.after(` (${href})`);
  }
  // Paragraphs of one note are parted by a space, its sign is not part of it.
  for (const block of all(copy, "p, div, li, br")) block.after(" ");
  return words(copy).replace(/^[[(]?(\d{1,3}|[*†‡])[\])]?[.:]?\s+(?=\S)/, "").replace(/\s+([.,;:])/g, "$1").slice(0, MAX_NOTE);
}

function put(link: HTMLElement, text: string): void {
  const raised = link.closest("sup");
  const place = raised && SIGN.test(words(raised)) ? raised : link;
  if (!text) {
    place.remove();
    return;
  }
  const note = make(link, "span");
  note.className = "footnote";
  note.setAttribute("data-note", text);
  // The sign follows its word; programs put a space or brackets around it.
  const before = texts(place.parentElement as Node).filter((text) => place.compareDocumentPosition(text) & 2).at(-1);
  if (before) before.data = before.data.replace(/[\s\u00a0]+$/, "");
  place.replaceWith(note);
}

function removeNote(note: Element): void {
  const list = note.parentElement;
  note.remove();
  if (list && /^[ou]l$/.test(tag(list)) && !list.children.length) list.remove();
}
