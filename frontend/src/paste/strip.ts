// The first step: what was never part of the words, such as an office program's settings or a page's buttons, goes.
import { all, isElement, styled, tag, unwrap, words } from "./tree.ts";

const NEVER = "style, script, template, link, meta, title, base, xml, noscript, svg, canvas, object, audio, video, button, "
  + "select, textarea, datalist, colgroup, col, map, dialog, [hidden], input:not([type=checkbox])";
// Marks beside headings, labels for screen readers that stand for something seen, a wiki's "edit".
const BESIDE = ".sr-only, .visually-hidden, .screen-reader-text, .mw-editsection, a.anchor, a.headerlink, "
  + ".heading-anchor, .zeroclipboard-container, .msocomoff";
const COMMENTED = "[data-style*='mso-element:comment'], [data-style*='mso-comment'], .MsoCommentReference";

/** Takes out everything that is not the text. Returns how many comments of colleagues were among it. */
export function strip(root: HTMLElement): number {
  const comments = all(root, "[data-style*='mso-comment-reference']").length;
  for (const element of all(root, `${COMMENTED}, ${BESIDE}, ${NEVER}`)) element.remove();
  for (const element of all(root, "*")) {
    if (isHidden(element) || isListOfContents(element) || isSign(element)) element.remove();
  }
  dropComments(root);
  unwrapOffice(root);
  trackedChanges(root);
  for (const node of all(root, "br.Apple-interchange-newline, br[data-style*='page-break']")) node.remove();
  return comments;
}

function isHidden(element: HTMLElement): boolean {
  return styled(element, "display") === "none" || styled(element, "mso-hide") === "all"
    || (element.getAttribute("aria-hidden") === "true" && !element.querySelector("img") && tag(element) !== "img");
}

function isListOfContents(element: HTMLElement): boolean {
  return /^p|^h\d/.test(tag(element)) && /^Mso(Toc(\d|Heading)|Header|Footer)$/i.test(element.className);
}

/** A heading's own address, as documentation puts it behind or before the words. */
function isSign(element: HTMLElement): boolean {
  return tag(element) === "a" && /^[#¶§🔗]?$/u.test(words(element)) && /^#|#/.test(element.getAttribute("href") ?? "")
    && /^h[1-6]$/.test(tag(element.parentElement)) && !element.querySelector("img");
}

function dropComments(root: HTMLElement): void {
  const visit = (node: Node) => {
    for (const child of [...node.childNodes]) {
      if (child.nodeType === 8 || child.nodeType === 7) child.remove();
      else visit(child);
    }
  };
  visit(root);
}

/** `o:p`, `v:shape`, `st1:place`: an office program's own elements, and wrappers that say nothing. */
function unwrapOffice(root: HTMLElement): void {
  for (const element of all(root, "*")) {
    if (/^(m|v|w):/.test(tag(element)) && !element.querySelector("img")) element.remove();
    else if (tag(element).includes(":") || tag(element) === "google-sheets-html-origin" || tag(element) === "font-face") unwrap(element);
  }
}

/** Word keeps both sides of a change: what was taken out goes, what was put in stays. */
function trackedChanges(root: HTMLElement): void {
  const isOffice = root.querySelector("[class^=Mso], [data-style*=mso-]") !== null;
  for (const element of all(root, "del, .msoDel, .TrackChangeDelete")) {
    if (element.hasAttribute("cite") || element.hasAttribute("datetime") || isOffice) element.remove();
  }
  for (const element of all(root, "ins")) if (isElement(element)) unwrap(element);
}
