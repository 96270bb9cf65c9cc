// Leads to places of the piece: a block by its id, a field by its name. Whoever was led there sees it for a moment.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { Plugin, PluginKey, Selection } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";

const SHOWN = 1800; // milliseconds
const key = new PluginKey<DecorationSet>("foundPlace");
let timer: ReturnType<typeof setTimeout> | undefined;

export interface Block {
  id: string;
  index: number;
  position: number;
  node: ProseNode;
}

/** Returns the block with an id, or null where no block has it (any more). */
export function blockById(doc: ProseNode, id: string): Block | null {
  let found: Block | null = null;
  doc.forEach((node, position, index) => {
    if (node.attrs.id === id) found ??= { id, index, position, node };
  });
  return found;
}

/** Returns the block in which a position is. */
export function blockAt(doc: ProseNode, position: number): Block | null {
  const index = doc.resolve(Math.min(position, doc.content.size)).index(0);
  if (index >= doc.childCount) return null;
  const node = doc.child(index);
  return { id: node.attrs.id ?? "", index, position: doc.resolve(position).posAtIndex(index, 0), node };
}

export function places(desk: Desk): void {
  desk.editor.registerPlugin(
    new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply(change, shown) {
          const block: { from: number; to: number } | null | undefined = change.getMeta(key);
          if (block === null) return DecorationSet.empty;
          if (block) return DecorationSet.create(change.doc, [Decoration.node(block.from, block.to, { class: "is-found" })]);
          return shown.map(change.mapping, change.doc);
        },
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  );
  // Links of the page that name a block: reasons of a refusal, checks that the server wrote.
  desk.root.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-block]");
    if (!link || !goToBlock(desk, link.dataset.block ?? "")) return;
    event.preventDefault();
  });
}

/** Moves the caret to the block with an id and brings it into sight; false where there is no such block. */
export function goToBlock(desk: Desk, id: string): boolean {
  const { view, state } = desk.editor;
  const block = blockById(state.doc, id);
  if (!block) return false;
  const end = block.position + block.node.nodeSize;
  view.dispatch(
    state.tr
      .setSelection(Selection.near(state.doc.resolve(block.position + 1)))
      .setMeta(key, { from: block.position, to: end })
      .setMeta("addToHistory", false),
  );
  view.focus();
  const element = view.nodeDOM(block.position);
  if (element instanceof HTMLElement) {
    const isLong = element.offsetHeight > innerHeight / 2 || block.node.type.name === "heading";
    element.scrollIntoView({ block: isLong ? "start" : "center" });
  }
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!desk.editor.isDestroyed) view.dispatch(view.state.tr.setMeta(key, null).setMeta("addToHistory", false));
  }, SHOWN);
  return true;
}

/** Opens the panel that a field is in, and moves the focus to it. */
export function goToField(desk: Desk, name: string): boolean {
  if (name === "body") {
    desk.editor.view.focus();
    return true;
  }
  const element = document.getElementById(name) ?? desk.form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`);
  if (!element) return false;
  openPanelOf(element);
  const target = element.matches("[hidden], [type=hidden]") ? element.parentElement?.querySelector<HTMLElement>("input:not([type=hidden])") : element;
  target?.focus({ preventScroll: true });
  const seen = target?.closest<HTMLElement>(".field") ?? target;
  seen?.scrollIntoView({ block: "center" });
  seen?.classList.add("is-found");
  setTimeout(() => seen?.classList.remove("is-found"), SHOWN);
  return true;
}

/** Returns the panels beside the text: their names, and the buttons that open them. */
export function panels(desk: Desk): HTMLElement[] {
  return [...desk.root.querySelectorAll<HTMLElement>("[role=tab][aria-controls]")];
}

export function openPanelOf(element: HTMLElement): void {
  const panel = element.closest("[role=tabpanel]");
  if (panel) document.getElementById(panel.getAttribute("aria-labelledby") ?? "")?.click();
}
