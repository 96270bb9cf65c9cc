// The handle at the margin of a block: add one below, drag it elsewhere, open its menu. On narrow screens there is no
// margin; there the same menu hangs on the toolbar.
import { NodeSelection } from "@tiptap/pm/state";
import type { Desk, Part } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { openBlockMenu } from "./blockmenu.ts";
import { moveTo, spanned, spanOf } from "./commands.ts";
import { openSlash } from "./slash.ts";

/** A press that moves by less is a click. */
const STILL = 5;

export const handle: Part = (desk) => {
  const { view } = desk.editor;
  const text = view.dom as HTMLElement;
  const place = text.parentElement as HTMLElement;
  const add = h("button", { type: "button", class: "handle__add", tabindex: -1, "aria-label": "Add a block below", title: "Add a block below" }, icon("plus"));
  const grip = h("button", { type: "button", class: "handle__grip", tabindex: -1, "aria-label": "Move this block, or open its menu",
    "aria-haspopup": "menu", title: "Drag to move, press for the menu (Ctrl+/)" }, icon("grip"));
  const element = h("div", { class: "handle", "data-handle": true }, add, grip);
  const line = h("div", { class: "handle__line", hidden: true });
  place.append(element, line);
  let at = -1;

  const show = (index: number) => {
    at = index;
    const block = blockAt(desk, index);
    if (!block) return element.removeAttribute("data-shown");
    const box = block.getBoundingClientRect();
    const first = parseFloat(getComputedStyle(block).lineHeight) || 28;
    element.style.setProperty("top", `${box.top - place.getBoundingClientRect().top + Math.min(box.height, first) / 2}px`);
    element.dataset.shown = "";
  };
  let isAsked = false;
  const follow = () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      if (!desk.editor.isDestroyed && (view.hasFocus() || at >= desk.editor.state.doc.childCount)) show(spanOf(desk.editor.state).first);
    });
  };
  desk.editor.on("transaction", follow);
  desk.editor.on("focus", follow);
  window.addEventListener("resize", follow);
  place.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" || event.buttons || element.contains(event.target as Node)) return;
    show(indexAt(desk, event.clientY));
  });
  add.addEventListener("mousedown", (event) => event.preventDefault());
  add.addEventListener("click", () => {
    choose(desk, at);
    openSlash(desk);
  });
  drag(desk, grip, line, () => at);
};

function choose(desk: Desk, index: number): void {
  const { state, view } = desk.editor;
  const span = spanOf(state);
  if (index < 0 || (index >= span.first && index <= span.last)) return;
  const { from } = spanned(state.doc, index, index);
  view.dispatch(state.tr.setSelection(NodeSelection.create(state.doc, from)));
}

function drag(desk: Desk, grip: HTMLElement, line: HTMLElement, current: () => number): void {
  grip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    choose(desk, current());
    const begun = event.clientY;
    let place = -1;
    const move = ({ clientY }: PointerEvent) => {
      if (place < 0 && Math.abs(clientY - begun) < STILL) return;
      grip.dataset.dragging = "";
      place = gapAt(desk, clientY);
      draw(desk, line, place);
      scrollAt(clientY);
    };
    const end = (ended: PointerEvent) => {
      grip.removeEventListener("pointermove", move);
      grip.removeEventListener("pointerup", end);
      grip.removeEventListener("pointercancel", end);
      delete grip.dataset.dragging;
      line.hidden = true;
      const { state, view } = desk.editor;
      if (place >= 0 && ended.type === "pointerup") moveTo(place)(state, view.dispatch);
      view.focus();
      if (place < 0 && ended.type === "pointerup") openBlockMenu(desk, { at: () => grip.getBoundingClientRect() });
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("pointerup", end);
    grip.addEventListener("pointercancel", end);
  });
  // Enter and the clicks of a screen reader bring no pointer along.
  grip.addEventListener("click", (event) => {
    if (event.detail === 0) openBlockMenu(desk, { at: () => grip.getBoundingClientRect() });
  });
}

function scrollAt(y: number): void {
  const edge = 80;
  if (y < edge * 2) window.scrollBy(0, -14);
  else if (y > window.innerHeight - edge) window.scrollBy(0, 14);
}

function draw(desk: Desk, line: HTMLElement, place: number): void {
  const host = (desk.editor.view.dom.parentElement as HTMLElement).getBoundingClientRect();
  const above = blockAt(desk, place - 1)?.getBoundingClientRect();
  const below = blockAt(desk, place)?.getBoundingClientRect();
  const y = above && below ? (above.bottom + below.top) / 2 : (above?.bottom ?? below?.top ?? 0);
  line.hidden = false;
  line.style.setProperty("top", `${y - host.top}px`);
}

function blockAt(desk: Desk, index: number): HTMLElement | null {
  const { doc } = desk.editor.state;
  if (index < 0 || index >= doc.childCount) return null;
  const found = desk.editor.view.nodeDOM(spanned(doc, index, index).from);
  return found instanceof HTMLElement ? found : null;
}

/** Returns the number of the block at that height: found by halves, since a long piece has a thousand of them. */
function indexAt(desk: Desk, y: number): number {
  let low = 0;
  let high = desk.editor.state.doc.childCount - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const box = blockAt(desk, middle)?.getBoundingClientRect();
    if (box && box.bottom < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

function gapAt(desk: Desk, y: number): number {
  const index = indexAt(desk, y);
  const box = blockAt(desk, index)?.getBoundingClientRect();
  return box && y > (box.top + box.bottom) / 2 ? index + 1 : index;
}
