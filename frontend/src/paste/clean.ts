// What a paste goes through on its way in: HTML as any program copies it becomes blocks as a body has them.
import { build } from "./build.ts";
import { gatherCode } from "./code.ts";
import { mendLinks } from "./links.ts";
import { mendLists, typedLists, wordLists } from "./lists.ts";
import { gatherNotes } from "./notes.ts";
import { levelHeadings, nameOfficeBlocks } from "./office.ts";
import { liftPictures, type Pasted } from "./pictures.ts";
import { readText } from "./plain.ts";
import { strip } from "./strip.ts";
import { mendTables } from "./tables.ts";
import { parse } from "./tree.ts";

export interface Cleaned {
  body: HTMLElement;
  /** Pictures that came along, in the order of the text. */
  pictures: Pasted[];
  /** Signs of footnotes whose words were not copied along. */
  lostNotes: number;
  /** Remarks of colleagues that were left out. */
  comments: number;
}

/** Where it is pasted, and how many files of pictures are in the other half of the clipboard. */
export interface Circumstances {
  origin?: string;
  files?: number;
}

/** Cleans pasted HTML. The order counts: lists before notes, since notes are items; pictures last, since they split blocks. */
export function clean(html: string, { origin = "", files = 0 }: Circumstances = {}): Cleaned {
  const page = parse(html);
  const comments = strip(page);
  wordLists(page);
  mendLists(page);
  nameOfficeBlocks(page);
  const lostNotes = gatherNotes(page);
  const withMono = gatherCode(page);
  typedLists(page);
  return { ...written(page, withMono, { origin, files }), lostNotes, comments };
}

/** Cleans a pasted text, which may be Markdown. */
export function cleanText(text: string, circumstances: Circumstances = {}): Cleaned {
  return { ...written(readText(text), true, circumstances), lostNotes: 0, comments: 0 };
}

/** Cleans a page that was read from a file. */
export function cleanPage(page: HTMLElement, circumstances: Circumstances): Cleaned {
  strip(page);
  nameOfficeBlocks(page);
  return { ...written(page, gatherCode(page), circumstances), lostNotes: 0, comments: 0 };
}

function written(page: HTMLElement, withMono: boolean, { origin = "", files = 0 }: Circumstances): { body: HTMLElement; pictures: Pasted[] } {
  mendTables(page);
  mendLinks(page, origin);
  const pictures = liftPictures(page, files);
  const body = build(page, withMono);
  levelHeadings(body);
  return { body, pictures };
}

/** Tells whether it was copied in an editor of ours: then it holds our blocks and nothing else. */
export function isOwn(html: string): boolean {
  if (!html.includes("data-pm-slice")) return false;
  const page = parse(html);
  return [...page.querySelectorAll("*")].every((element) => OWN.has(element.localName) && !element.hasAttribute("data-style") && [...element.classList].every((name) => OWN_CLASS.test(name)));
}
const OWN = new Set(("p h2 h3 h4 ul ol li blockquote hr pre code figure img figcaption div table tbody tr th td section aside "
  + "strong em s a sub sup kbd br span").split(" "));
const OWN_CLASS = /^(qa|qa-question|qa-answer|pull-quote|callout|embed|footnote|figure__caption|language-[\w+#.-]+)$/;
