// What a writer should know about a paste, said below the text, where nothing moves for it: what did not come along,
// and that it reads like an interview. It stays until it is answered or put away.
import type { Node as ProseNode } from "@tiptap/pm/model";
import type { Desk } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { later } from "../shell/idle.ts";
import type { Cleaned } from "./clean.ts";
import { recognise, type Interview } from "./interview.ts";

const COUNT = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];

function counted(number: number, one: string, many: string): string {
  return `${COUNT[number] ?? number} ${number === 1 ? one : many}`;
}

/** The place below the text where notices stand, made when there is something to say. */
function shelf(desk: Desk): HTMLElement {
  const there = desk.root.querySelector<HTMLElement>(".asides");
  if (there) return there;
  const made = h("div", { class: "asides", role: "region", "aria-label": "About what you pasted" });
  desk.root.querySelector("[data-desk-body]")?.after(made);
  return made;
}

/** Says something below the text. Returns what takes it away again. */
export function say(desk: Desk, kind: string, ...content: Node[]): () => void {
  const box = shelf(desk);
  const away = () => {
    const hadFocus = notice.contains(document.activeElement);
    notice.remove();
    if (!box.children.length) box.remove();
    if (hadFocus) desk.editor.view.focus();
  };
  const notice = h("div", { class: `notice notice--aside${kind ? ` notice--${kind}` : ""}`, "data-kind": kind }, h("span", {}, icon(kind === "bad" ? "stop" : kind ? "warn" : "question")),
    h("div", { class: "notice__words", role: "status" }, ...content),
    h("button", { type: "button", class: "button button--quiet button--small", click: away }, "Put away"));
  box.append(notice);
  return away;
}

/** Names what was left out. */
export function tellOfPaste(desk: Desk, { pictures, lostNotes, comments }: Cleaned): void {
  const left = pictures.filter(({ place }) => !place);
  const sentences: Node[] = [];
  if (left.length) sentences.push(...leftOut(left));
  if (lostNotes) sentences.push(h("p", {}, `${counted(lostNotes, "footnote sign", "footnote signs")} led to notes that were not copied along, and ${lostNotes === 1 ? "was" : "were"} left out.`));
  if (comments) sentences.push(h("p", {}, `${counted(comments, "comment", "comments")} of the document ${comments === 1 ? "was" : "were"} left out; notes on a piece are kept beside it here.`));
  if (sentences.length) say(desk, "warn", ...sentences);
}

function leftOut(left: readonly { src: string; alt: string; caption: string }[]): Node[] {
  const addresses = left.filter(({ src }) => /^https?:\/\//i.test(src));
  const [it, them] = left.length === 1 ? ["was", "it"] : ["were", "them"];
  const sentence = h("p", {}, h("b", {}, `${counted(left.length, "picture", "pictures")} ${it} left out.`), ` Save ${them} to your disk and drop ${them} here, if you may print ${them}.`);
  if (!addresses.length) return [sentence];
  return [sentence, h("ul", { class: "plain notice__list" }, ...addresses.map(({ src, alt, caption }) =>
    h("li", {}, h("a", { href: src, target: "_blank", rel: "noopener noreferrer" }, alt || caption || nameOf(src)))))];
}

function nameOf(address: string): string {
  const [path = ""] = address.split(/[?#]/);
  return decodeURI(path.split("/").at(-1) || address).slice(0, 80);
}

/** Where the pasted blocks read like an interview, offers to make them questions and answers. */
export function offerInterview(desk: Desk, ids: readonly string[]): void {
  const found = interviewOf(desk, ids);
  if (!found) return;
  const who = [found.asking && `asked by ${found.asking}`, found.answering.length && `answered by ${listed(found.answering)}`].filter(Boolean).join(", ");
  const take = h("button", { type: "button", class: "button button--small" }, "Make them questions and answers");
  // One offer at a time, and none for a text that is gone.
  desk.root.querySelector("[data-offer]")?.closest(".notice")?.querySelector<HTMLButtonElement>(":scope > button")?.click();
  const away = say(desk, "", h("p", { "data-offer": "" }, `This reads like an interview: ${counted(found.questions, "question", "questions").toLowerCase()}${who ? `, ${who}` : ""}.`), h("p", {}, take));
  take.addEventListener("click", () => {
    convert(desk, ids);
    away();
    desk.editor.view.focus();
  });
  desk.on("changed", later(500, () => interviewOf(desk, ids) || away()));
}

/** Reads the blocks as they are now: the writer may have gone on meanwhile. */
function interviewOf(desk: Desk, ids: readonly string[]): (Interview & { from: number; to: number }) | null {
  const { doc, schema } = desk.editor.state;
  const wanted = new Set(ids);
  const nodes: ProseNode[] = [];
  doc.forEach((node) => nodes.push(node));
  const [first, last] = [nodes.findIndex((node) => wanted.has(node.attrs.id)), nodes.findLastIndex((node) => wanted.has(node.attrs.id))];
  if (first < 0) return null;
  const size = (some: readonly ProseNode[]) => some.reduce((sum, node) => sum + node.nodeSize, 0);
  const held = nodes.slice(first, last + 1);
  const from = size(nodes.slice(0, first));
  const to = from + size(held);
  const found = recognise(held, schema, people(desk));
  return found && { ...found, from, to };
}

function convert(desk: Desk, ids: readonly string[]): void {
  const found = interviewOf(desk, ids);
  if (!found) return;
  const { view } = desk.editor;
  view.dispatch(view.state.tr.replaceWith(found.from, found.to, found.nodes).scrollIntoView());
}

/** The names that the piece credits: they are written as they should be. */
function people(desk: Desk): string[] {
  return [...desk.form.querySelectorAll<HTMLInputElement>("#credits input[name$=person]")].map((input) => input.value.trim()).filter(Boolean);
}

function listed(names: readonly string[]): string {
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : (names[0] ?? "");
}
