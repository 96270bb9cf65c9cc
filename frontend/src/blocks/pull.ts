// Pull quotes: each is tied to the block whose words it shows, and says so when those words are no longer there.
import type { Node as ProseNode, NodeType } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import type { EditorState, Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { spanOf } from "./commands.ts";

/** `tied` to words that are there, `stale` where they changed, `gone` with their block, `loose` without one. */
export type Tie = "tied" | "stale" | "gone" | "loose";

/** Shorter than this, words are found by chance. */
const TELLING = 12;

/** Makes a pull quote of the selected words, below the block that they are in. */
export function pullFromSelection(desk: Desk): boolean {
  const { state, view } = desk.editor;
  const { from, to, empty } = state.selection;
  const span = spanOf(state);
  const words = state.doc.textBetween(from, to, " ").trim();
  if (empty || !words || span.first !== span.last) return false;
  const type = state.schema.nodes.pullQuote as NodeType;
  const quote = type.create({ from: state.doc.child(span.first).attrs.id }, state.schema.text(words));
  const tr = state.tr.insert(span.to, quote);
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, span.to + 1 + quote.content.size)).scrollIntoView());
  view.focus();
  return true;
}

/** Returns what a pull quote's tie is worth. */
export function tieOf(doc: ProseNode, quote: ProseNode): Tie {
  if (!quote.attrs.from) return "loose";
  const source = sourceOf(doc, quote.attrs.from)?.node;
  if (!source) return "gone";
  return plain(source.textContent).includes(plain(quote.textContent)) ? "tied" : "stale";
}

/** Returns the sentences of a block that are most like those words. */
export function closest(source: string, words: string): string {
  const sentences = source.match(/[^.!?…]+(?:[.!?…]+["”’»)\]]*\s*|$)/g)?.map((found) => found.trim()).filter(Boolean) ?? [];
  const wanted = new Set(plain(words).split(" "));
  let best = "";
  let most = -1;
  for (let first = 0; first < sentences.length; first++) {
    for (let last = first; last < Math.min(first + 3, sentences.length); last++) {
      const candidate = sentences.slice(first, last + 1).join(" ");
      const has = new Set(plain(candidate).split(" "));
      const shared = [...has].filter((word) => wanted.has(word)).length;
      const likeness = (2 * shared) / (has.size + wanted.size);
      if (likeness > most) [best, most] = [candidate, likeness];
    }
  }
  return best;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[“”„«»"‘’']/g, "").replace(/\s+/g, " ").replace(/^[\s.,;:!?…]+|[\s.,;:!?…]+$/g, "");
}

function sourceOf(doc: ProseNode, id: string): { node: ProseNode; position: number } | null {
  let found: { node: ProseNode; position: number } | null = null;
  doc.forEach((node, position) => {
    if (node.attrs.id === id && node.type.name !== "pullQuote") found = { node, position };
  });
  return found;
}

/** Returns the pull quotes, which stand at the top or in answers. */
function quotes(doc: ProseNode): { node: ProseNode; position: number }[] {
  const found: { node: ProseNode; position: number }[] = [];
  doc.descendants((node, position) => {
    if (node.type.name === "pullQuote") found.push({ node, position });
    return node.type.name === "qa" || node.type.name === "qaAnswer";
  });
  return found;
}

const KEY = new PluginKey<DecorationSet>("ties");

export const ties = () => new Plugin<DecorationSet>({
  key: KEY,
  state: {
    init: (_, state) => drawn(state.doc),
    apply: (tr, set) => (tr.docChanged ? drawn(tr.doc) : set),
  },
  props: { decorations: (state) => KEY.getState(state) },
  appendTransaction: (transactions, _before, state) => (transactions.some((tr) => tr.docChanged) ? tied(state) : null),
});

function drawn(doc: ProseNode): DecorationSet {
  return DecorationSet.create(doc, quotes(doc).map(({ node, position }) => {
    const tie = tieOf(doc, node);
    return Decoration.node(position, position + node.nodeSize, { "data-tie": tie }, { tie });
  }));
}

/** Ties pull quotes without a block to the one that has their words. */
function tied(state: EditorState): Transaction | null {
  const tr = state.tr;
  for (const { node, position } of quotes(state.doc)) {
    const words = plain(node.textContent);
    if (node.attrs.from || words.length < TELLING) continue;
    state.doc.forEach((block) => {
      if (block.type.name === "pullQuote" || !block.attrs.id || !plain(block.textContent).includes(words)) return;
      if (block.type.name !== "qa" || !contains(state.doc, block, position)) tr.setNodeAttribute(position, "from", block.attrs.id);
    });
  }
  return tr.docChanged ? tr : null;
}

function contains(doc: ProseNode, block: ProseNode, position: number): boolean {
  const $pos = doc.resolve(position);
  return $pos.depth > 0 && $pos.node(1) === block;
}

const SAID: Record<Tie, string> = {
  tied: "", loose: "",
  stale: "The text that this quotes has changed.",
  gone: "The block that this quotes is gone.",
};

export const pullView = (desk: Desk): NodeViewConstructor => (node, view, getPos, decorations) => {
  let quote = node;
  const words = h("span", {});
  const button = (label: string, act: (position: number) => void) => h("button", {
    type: "button", class: "button button--small",
    click: () => {
      const position = getPos();
      if (position !== undefined) act(position);
      view.focus();
    },
  }, label);
  const update = button("Update from the text", (position) => {
    const source = sourceOf(view.state.doc, quote.attrs.from)?.node.textContent ?? "";
    const found = closest(source, quote.textContent);
    if (found) view.dispatch(view.state.tr.replaceWith(position + 1, position + 1 + quote.content.size, view.state.schema.text(found)));
  });
  const go = button("Go there", () => {
    const source = sourceOf(view.state.doc, quote.attrs.from);
    if (source) desk.editor.chain().setTextSelection(source.position + 1).scrollIntoView().run();
  });
  const loosen = button("Let it stand alone", (position) => view.dispatch(view.state.tr.setNodeAttribute(position, "from", null)));
  const warning = h("div", { class: "tie", role: "status", contenteditable: "false" }, words, update, go, loosen);
  const content = h("div", { class: "pull-quote__words" });
  const dom = h("aside", { class: "pull-quote" }, content, warning);
  const tell = (next: ProseNode, given: readonly Decoration[]) => {
    quote = next;
    const tie = (given.find((one) => one.spec.tie)?.spec.tie ?? "loose") as Tie;
    if (quote.attrs.id) dom.dataset.id = quote.attrs.id;
    warning.hidden = !SAID[tie];
    words.textContent = SAID[tie];
    update.hidden = go.hidden = tie !== "stale";
    loosen.hidden = tie !== "gone";
  };
  tell(node, decorations);
  return {
    dom,
    contentDOM: content,
    update: (next, given) => {
      if (next.type.name !== "pullQuote") return false;
      tell(next, given);
      return true;
    },
    stopEvent: (event) => warning.contains(event.target as Node),
    ignoreMutation: (mutation) => !content.contains(mutation.target),
  };
};
