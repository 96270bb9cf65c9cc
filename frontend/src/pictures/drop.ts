// Files that are dragged onto the text: a line shows between which blocks they would come.
import type { NodeType } from "@tiptap/pm/model";
import type { EditorView } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { boundary } from "./insert.ts";

export function carriesFiles(event: DragEvent): boolean {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

/** Hands files that are dropped onto the text to `take`, with the place that the line showed. */
export function catchFiles(desk: Desk, take: (files: File[], position: number) => void): void {
  const place = desk.root.querySelector<HTMLElement>("[data-desk-body]");
  if (!place) return;
  const { view } = desk.editor;
  const line = h("div", { class: "drop-line", "aria-hidden": "true" });
  const positionOf = (event: DragEvent): number => placeAt(view, event.clientX, event.clientY);
  // In the way down, so that the editor's own idea of a drop, a caret within words, never shows.
  place.addEventListener("dragover", (event) => {
    if (!carriesFiles(event) || view.dragging) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    show(line, desk, place, positionOf(event));
  }, true);
  place.addEventListener("dragleave", (event) => {
    if (!place.contains(event.relatedTarget as Node | null)) line.remove();
  });
  place.addEventListener("drop", (event) => {
    line.remove();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length || view.dragging) return;
    event.preventDefault();
    event.stopPropagation();
    take(files, positionOf(event));
  }, true);
  // A file that misses would be opened instead of the page, with everything that is on it.
  for (const name of ["dragover", "drop"] as const) {
    document.addEventListener(name, (event) => {
      if (event.defaultPrevented || !carriesFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "none";
    });
  }
}

/** Returns the place between blocks that is nearest to a point: above the block that is there, or below it. */
function placeAt(view: EditorView, x: number, y: number): number {
  const { doc } = view.state;
  const found = view.posAtCoords({ left: x, top: y });
  if (!found) return boundary(doc, doc.content.size);
  const $at = doc.resolve(found.inside >= 0 && doc.nodeAt(found.inside)?.isAtom ? found.inside : found.pos);
  for (let depth = $at.depth + 1; depth > 0; depth--) {
    const parent = $at.node(depth - 1);
    const start = depth > $at.depth ? $at.pos : $at.before(depth);
    const block = doc.nodeAt(start);
    const shown = view.nodeDOM(start);
    const index = $at.index(depth - 1);
    if (!block || !(shown instanceof HTMLElement) || !parent.canReplaceWith(index, index, doc.type.schema.nodes.figure as NodeType)) continue;
    const { top, bottom } = shown.getBoundingClientRect();
    return y < (top + bottom) / 2 ? start : start + block.nodeSize;
  }
  return boundary(doc, found.pos);
}

function show(line: HTMLElement, desk: Desk, place: HTMLElement, position: number): void {
  const { view } = desk.editor;
  const $at = view.state.doc.resolve(position);
  const [before, after] = [$at.nodeBefore, $at.nodeAfter].map((node, index) =>
    node ? (view.nodeDOM(index ? position : position - node.nodeSize) as HTMLElement | null) : null);
  const [above, below] = [before?.getBoundingClientRect?.(), after?.getBoundingClientRect?.()];
  const y = above && below ? (above.bottom + below.top) / 2 : (above?.bottom ?? below?.top ?? view.dom.getBoundingClientRect().top);
  line.style.setProperty("top", `${Math.round(y - place.getBoundingClientRect().top)}px`);
  if (!line.isConnected) place.append(line);
}
