// Shows live what a copy suggests: the words that came are marked, those that went stand in their place, and so do blocks.
// The document is the plain copy all the while; what is shown is drawn over it, against the text that is stored.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import type { Desk } from "./desk.ts";
import { h } from "./dom.ts";
import { read } from "./html.ts";
import { later } from "./shell/idle.ts";

/** A word, a sign or a space of a block, with where it stands in the document. */
interface Token {
  text: string;
  from: number;
  to: number;
}

/** What became of a stretch of words: those before are gone, and those from `from` to `to` came. */
export interface Edit {
  before: string;
  from: number;
  to: number;
}

const TOKEN = /\s+|[\p{L}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*|[^\p{L}\p{N}\s]/gu;
/** Above this product of lengths only the ends of a block are compared. */
const MANY = 1_000_000;
const PAUSE = 250; // milliseconds without a key
const key = new PluginKey<DecorationSet>("suggesting");

export function suggesting(desk: Desk): void {
  const kept = desk.root.querySelector<HTMLTemplateElement>("[data-base]");
  if (!kept || !desk.isSuggesting) return;
  const { editor } = desk;
  const base = read(editor.schema, kept.innerHTML);
  editor.registerPlugin(new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (change, drawn) => (change.getMeta(key) as DecorationSet | undefined) ?? drawn.map(change.mapping, change.doc),
    },
    props: { decorations: (state) => key.getState(state) },
  }));
  const draw = () => {
    if (editor.isDestroyed) return;
    const drawn = DecorationSet.create(editor.state.doc, decorations(base, editor.state.doc));
    editor.view.dispatch(editor.state.tr.setMeta(key, drawn).setMeta("addToHistory", false));
  };
  const soon = later(PAUSE, draw);
  editor.on("update", soon);
  draw();
}

function decorations(base: ProseNode, doc: ProseNode): Decoration[] {
  const before = new Map<string, ProseNode>();
  base.forEach((node) => void before.set(node.attrs.id, node));
  const here = new Set<string>();
  doc.forEach((node) => void here.add(node.attrs.id));
  const found: Decoration[] = [];
  doc.forEach((node, position) => {
    const was = before.get(node.attrs.id);
    if (!was) {
      if (node.textContent) found.push(Decoration.node(position, position + node.nodeSize, { class: "is-suggested" }));
      return;
    }
    if (was.type !== node.type) found.push(Decoration.node(position, position + node.nodeSize, { class: "is-suggested" }));
    for (const edit of editsOf(was, node, position)) {
      if (edit.to > edit.from) found.push(Decoration.inline(edit.from, edit.to, { class: "ins" }));
      if (edit.before) found.push(Decoration.widget(edit.from, () => h("del", { class: "del" }, edit.before), { side: -1, key: `del-${edit.before}` }));
    }
  });
  let place = 0;
  base.forEach((node) => {
    if (here.has(node.attrs.id)) {
      doc.forEach((other, position) => {
        if (other.attrs.id === node.attrs.id) place = position + other.nodeSize;
      });
      return;
    }
    const words = node.textContent;
    found.push(Decoration.widget(place, () => h("del", { class: "del is-cut", contenteditable: "false" }, words || "A block"), { side: -1, key: `cut-${node.attrs.id}` }));
  });
  return found;
}

/** Returns what became of the words of a block, at the positions where they stand now. */
export function editsOf(was: ProseNode, node: ProseNode, position: number): Edit[] {
  if (was.eq(node)) return [];
  const [old, now] = [tokens(was, 0), tokens(node, position)];
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (const [a, b] of [...common(old, now), [old.length, now.length] as const]) {
    if (i < a || j < b) {
      const at = now[j]?.from ?? (now[j - 1]?.to ?? position + 1);
      edits.push({ before: old.slice(i, a).map(({ text }) => text).join(""), from: at, to: b > j ? (now[b - 1] as Token).to : at });
    }
    [i, j] = [a + 1, b + 1];
  }
  return joined(edits, now);
}

/** What is parted by nothing but a space is one edit. */
function joined(edits: Edit[], now: Token[]): Edit[] {
  const found: Edit[] = [];
  for (const edit of edits) {
    const last = found.at(-1);
    const between = last && now.filter(({ from, to }) => from >= last.to && to <= edit.from);
    if (last && between?.length === 1 && !between[0]?.text.trim()) {
      last.before += ` ${edit.before}`;
      last.to = edit.to;
    } else found.push({ ...edit });
  }
  return found;
}

function tokens(node: ProseNode, position: number): Token[] {
  const found: Token[] = [];
  node.descendants((inner, at) => {
    for (const match of (inner.text ?? "").matchAll(TOKEN)) {
      const from = position + 1 + at + match.index;
      found.push({ text: match[0], from, to: from + match[0].length });
    }
  });
  return found;
}

/** Returns a longest row of tokens that both have, as pairs of their numbers. */
function common(old: Token[], now: Token[]): [number, number][] {
  let head = 0;
  while (head < old.length && head < now.length && old[head]?.text === now[head]?.text) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail)?.text === now.at(-1 - tail)?.text) tail++;
  const [a, b] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const pairs: [number, number][] = Array.from({ length: head }, (_, index) => [index, index]);
  if (a.length * b.length <= MANY) {
    const width = b.length + 1;
    const best = new Uint16Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        best[i * width + j] = a[i]!.text === b[j]!.text ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
      }
    }
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i]!.text === b[j]!.text) pairs.push([head + i++, head + j++]);
      else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i++;
      else j++;
    }
  }
  for (let index = tail; index > 0; index--) pairs.push([old.length - index, now.length - index]);
  return pairs;
}
