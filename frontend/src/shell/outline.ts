// The sections of the text beside it: always as they are now, with the mark at the one that is being read or written.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { register } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { eachFrame, later } from "./idle.ts";
import { goToBlock } from "./places.ts";

export interface Entry {
  /** Id of the block; of the opening it is the first one's. */
  id: string;
  title: string;
  level: number;
  index: number;
}

const OPENING = "Opening";

/** Returns the titles and questions of a document, and before them its opening where it has words of its own. */
export function outlineOf(doc: ProseNode): Entry[] {
  const entries: Entry[] = [];
  doc.forEach((node, _position, index) => {
    const named = node.type.name === "heading" ? node : node.type.name === "qa" ? node.firstChild : null;
    const title = named ? named.textBetween(0, named.content.size, " ", " ").replace(/\s+/g, " ").trim() : "";
    if (title) entries.push({ id: node.attrs.id ?? "", title, level: node.attrs.level ?? 2, index });
  });
  const first = entries[0];
  if (first && first.index > 0) entries.unshift({ id: doc.child(0).attrs.id ?? "", title: OPENING, level: 2, index: 0 });
  return entries;
}

export function outline(desk: Desk): void {
  const lists = [...desk.root.querySelectorAll<HTMLOListElement>("[data-outline]")];
  const counts = [...desk.root.querySelectorAll<HTMLElement>("[data-outline-count]")];
  const empty = [...desk.root.querySelectorAll<HTMLElement>("[data-outline-empty]")];
  const { editor } = desk;
  let entries: Entry[] = [];
  let elements: (Node | null)[] = [];
  let shown = "";
  let current = -1;
  let isWriting = false;

  const draw = () => {
    const { doc } = editor.state;
    entries = outlineOf(doc);
    elements = entries.map((entry) => editor.view.nodeDOM(positionOf(doc, entry.index)));
    const now = JSON.stringify(entries.map(({ id, title, level }) => [id, title, level]));
    if (now !== shown) {
      shown = now;
      current = -1;
      for (const list of lists) fill(list, entries);
      for (const note of empty) note.hidden = entries.length > 0;
      const sections = entries.filter(({ title, index }) => index > 0 || title !== OPENING).length;
      for (const count of counts) count.textContent = sections === 1 ? "1 section" : `${sections} sections`;
    }
    mark();
  };

  const mark = () => {
    const here = isWriting ? atCaret() : inSight();
    if (here === current) return;
    current = here;
    for (const list of lists) {
      list.querySelector("[aria-current]")?.removeAttribute("aria-current");
      const link = list.children[here]?.querySelector("a");
      link?.setAttribute("aria-current", "location");
      // Within the list alone: the page must stay where it is.
      const box = list.closest<HTMLElement>(".rail__stick");
      if (link && box) keepInSight(link, box);
    }
  };

  const atCaret = () => {
    const index = editor.state.selection.$head.index(0);
    return lastWhere(entries, (entry) => entry.index <= index);
  };

  const inSight = () => {
    const line = innerHeight / 3;
    return lastWhere(entries, (_entry, number) => {
      const element = elements[number];
      return !(element instanceof Element) || element.getBoundingClientRect().top <= line;
    });
  };

  const drawLater = later(150, draw);
  const markSoon = eachFrame(mark);
  editor.on("update", drawLater);
  editor.on("selectionUpdate", () => {
    isWriting = true;
    markSoon();
  });
  // Wheels and fingers move the eye away from the caret; a scroll that a key caused does not.
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => (isWriting = false), { passive: true });
  addEventListener("scroll", markSoon, { passive: true });

  for (const list of lists) {
    list.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a");
      if (!link) return;
      event.preventDefault();
      isWriting = true;
      list.closest("details")?.removeAttribute("open");
      goToBlock(desk, link.dataset.to ?? "");
    });
  }
  draw();
  sections(desk, () => entries);
}

function fill(list: HTMLOListElement, entries: Entry[]): void {
  list.replaceChildren(
    ...entries.map((entry) =>
      h("li", { "data-level": entry.level },
        h("a", { href: "#body", "data-to": entry.id }, entry.title)),
    ),
  );
}

/** Where the entries are in order, those that fit come first: the last of them is found without asking all. */
function lastWhere(entries: Entry[], fits: (entry: Entry, number: number) => boolean): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(entries[middle] as Entry, middle)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function positionOf(doc: ProseNode, index: number): number {
  let position = 0;
  for (let i = 0; i < index; i++) position += doc.child(i).nodeSize;
  return position;
}

function keepInSight(link: HTMLElement, box: HTMLElement): void {
  const top = link.offsetTop - box.offsetTop;
  if (top < box.scrollTop || top + link.offsetHeight > box.scrollTop + box.clientHeight) {
    box.scrollTo({ top: top - box.clientHeight / 3, behavior: "instant" });
  }
}

/** Sections are places to go to, so the palette knows them, too. */
let listed: () => Entry[] = () => [];
function sections(desk: Desk, entries: () => Entry[]): void {
  listed = entries;
  register({
    id: "outline", title: "Go to a section", group: "Go to", words: "outline contents heading question",
    when: () => entries().length > 0,
    run: () => desk.root.querySelector<HTMLElement>("[data-outline] a")?.focus(),
  });
}

/** Returns the sections as the palette lists them. */
export function sectionsNow(): Entry[] {
  return listed();
}
