// Pictures in what was pasted: each is taken out of the words around it, to be sent to the library and put back, or to be named.
import { newId } from "../schema/ids.ts";
import { all, isBlank, isElement, make, rename, tag, unwrap, words } from "./tree.ts";

/** A picture that came along; where its file is not within reach, its address says where it was. */
export interface Pasted {
  /** The id of the rule that keeps its place until it is sent; "" for one that cannot be. */
  place: string;
  src: string;
  alt: string;
  caption: string;
}

const LINK = /^https?:\/\//i;
const SIGNS = "img.emoji, img.wp-smiley, img[src*='twemoji'], img[src*='/emoji/'], img[src*='mathjax'], img.mwe-math-fallback-image-inline, img.mwe-math-fallback-image-display";

/** Lifts every picture out to where a block can stand, as a rule that keeps its place. Returns what was found. */
export function liftPictures(root: HTMLElement, files = 0): Pasted[] {
  words4pictures(root);
  const found: Pasted[] = [];
  let behind = files;
  for (const image of all(root, "img, image")) {
    if (!image.isConnected) continue;
    const src = sourceOf(image);
    const alt = (image.getAttribute("alt") ?? "").replace(/\s+/g, " ").trim();
    const frame = frameOf(image);
    if (isNothing(image, src)) {
      drop(image);
      continue;
    }
    // Word and its kin name a file of the machine; its content may be in the other half of the clipboard, in this order.
    const isFile = /^(file|cid|webkit-fake-url):/i.test(src);
    const isHere = /^(data:image\/|blob:)/i.test(src) || (isFile && behind-- > 0);
    const isOwn = image.hasAttribute("data-asset") && src.startsWith("/media/");
    if (isOwn) {
      keep(image, frame);
      continue;
    }
    const caption = frame.caption ? words(frame.caption) : "";
    const place = isHere ? newId() : "";
    found.push({ place, src, alt: isFileName(alt) ? "" : alt, caption });
    if (isHere) {
      frame.caption?.remove();
      const rule = make(image, "hr");
      rule.setAttribute("data-id", place);
      lift(image, rule, frame.box);
    } else drop(image);
    if (frame.box.isConnected && tag(frame.box) === "figure") unwrapFigure(frame.box);
  }
  for (const figure of all(root, "figure")) if (!figure.hasAttribute("data-kept")) unwrapFigure(figure);
  return found;
}

/** A picture of a sign or a formula is that sign, or the formula as code. */
function words4pictures(root: HTMLElement): void {
  for (const image of all(root, SIGNS)) {
    const alt = image.getAttribute("alt") ?? "";
    const formula = /^\s*[{$\\]/.test(alt);
    image.replaceWith(formula ? make(image, "code", alt.replace(/^\{\\(?:displaystyle|textstyle)\s*(.*)\}$/s, "$1").trim()) : alt);
  }
  for (const formula of all(root, "math")) {
    const tex = formula.querySelector("annotation[encoding='application/x-tex']")?.textContent;
    if (tex) formula.replaceWith(make(root, "code", tex.trim()));
  }
}

function sourceOf(image: HTMLElement): string {
  const given = ["data-src", "data-lazy-src", "data-original"].map((name) => image.getAttribute(name)).find((value) => value && LINK.test(value));
  const src = image.getAttribute("src") ?? "";
  if (LINK.test(src) || (/^data:/.test(src) && !given)) return src;
  return given ?? src;
}

/** A counting pixel, a spacer, the icon of a list. */
function isNothing(image: HTMLElement, src: string): boolean {
  const [width, height] = [image.getAttribute("width"), image.getAttribute("height")].map((value) => parseInt(value ?? "", 10));
  if (!src || (width ?? 99) <= 3 || (height ?? 99) <= 3) return true;
  return /^data:image\/gif;base64,R0lGOD/.test(src) && src.length < 150;
}

function isFileName(alt: string): boolean {
  return /^[^\s]+\.(png|jpe?g|gif|webp|svg|avif|heic|tiff?)$/i.test(alt) || /^(image|img|bild|picture|photo|foto)\s?\d*$/i.test(alt)
    || /Automatisch generierte Beschreibung|Description automatically generated/.test(alt);
}

interface Frame {
  box: HTMLElement;
  caption: HTMLElement | null;
}

/** What holds a picture and the words below it. */
function frameOf(image: HTMLElement): Frame {
  const box = image.closest<HTMLElement>("figure, .wp-caption, .thumb, .caption-box, [class*=image-caption]");
  const caption = box?.querySelector<HTMLElement>("figcaption, .wp-caption-text, .thumbcaption, [class*=caption-text]") ?? null;
  if (box && caption && !caption.contains(image)) return { box, caption };
  let line: HTMLElement = image;
  while (line.parentElement && !/^(p|div|td|li|h\d)$/.test(tag(line)) && tag(line.parentElement) !== "body") line = line.parentElement;
  const next = line.nextElementSibling as HTMLElement | null;
  const isCaption = next !== null && (/^(MsoCaption|caption|image-caption|wp-caption-text)$/i.test(next.className) || tag(next) === "figcaption");
  return { box: box ?? line, caption: isCaption && isBlank(withoutImages(line)) ? next : null };
}

function withoutImages(element: HTMLElement): HTMLElement {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const image of all(copy, "img, image")) image.remove();
  return copy;
}

/** Puts the rule where a figure may stand: between paragraphs, behind the list or table that the picture was in. */
function lift(image: HTMLElement, rule: HTMLElement, box: HTMLElement): void {
  const outer = outermost(image);
  if (outer) {
    // Several of one list keep their order.
    let after: Element = outer;
    while (tag(after.nextElementSibling) === "hr" && after.nextElementSibling?.hasAttribute("data-id")) after = after.nextElementSibling as Element;
    after.after(rule);
    image.remove();
    return;
  }
  let inside: HTMLElement = image;
  const stop = box.contains(image) && tag(box) === "figure" ? box : null;
  while (inside.parentElement && inside.parentElement !== stop && /^(p|span|a|b|strong|i|em|u|font|h[1-6]|picture|center)$/.test(tag(inside.parentElement))) {
    inside = split(inside);
  }
  inside.replaceWith(rule);
}

function outermost(image: HTMLElement): HTMLElement | null {
  let found: HTMLElement | null = null;
  for (let next = image.parentElement?.closest<HTMLElement>("ul, ol, table, dl") ?? null; next; next = next.parentElement?.closest<HTMLElement>("ul, ol, table, dl") ?? null) found = next;
  return found;
}

/** Parts the parent around its child, and returns the child, which now stands beside the two halves. */
function split(child: HTMLElement): HTMLElement {
  const parent = child.parentElement as HTMLElement;
  const before = parent.cloneNode(false) as HTMLElement;
  while (parent.firstChild && parent.firstChild !== child) before.append(parent.firstChild);
  parent.before(...(isBlank(before) ? [] : [before]), child);
  if (isBlank(parent)) parent.remove();
  return child;
}

function drop(image: HTMLElement): void {
  const parent = image.parentElement;
  image.remove();
  if (parent && tag(parent) === "picture") parent.remove();
}

/** A picture of our own library, copied from one of our pages, stays what it is. */
function keep(image: HTMLElement, { box, caption }: Frame): void {
  const figure = tag(box) === "figure" ? box : make(image, "figure");
  if (figure !== box) {
    lift(image, figure, box);
    figure.append(image);
  } else figure.replaceChildren(image);
  if (caption) figure.append(tag(caption) === "figcaption" ? caption : rename(caption, "figcaption"));
  figure.setAttribute("data-kept", "");
}

/** A frame without a picture of ours is what is in it; its caption stays as a paragraph, since words are not thrown away. */
function unwrapFigure(figure: HTMLElement): void {
  for (const caption of all(figure, "figcaption")) {
    if (isBlank(caption)) caption.remove();
    else if ([...caption.children].some((child) => isElement(child) && /^(p|div)$/.test(tag(child)))) unwrap(caption);
    else rename(caption, "p");
  }
  unwrap(figure);
}
