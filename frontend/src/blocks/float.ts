// Things that float over the page: where they stand, and how they go away.
import type { Desk } from "../desk.ts";

const GAP = 6;

export interface Floating {
  /** Puts it beside its place again. */
  settle(): void;
  close(): void;
}

interface Options {
  /** The place beside which it stands; asked anew whenever something moved. */
  at: () => DOMRect | null;
  above?: boolean;
  /** Called when somebody pressed outside of it, or Escape within it. */
  onLeave?: (byKey: boolean) => void;
}

/** Floats a panel over the desk until it is closed. */
export function float(desk: Desk, panel: HTMLElement, { at, above = false, onLeave }: Options): Floating {
  const host = desk.root.closest("main") ?? desk.root;
  panel.classList.add("floats");
  host.append(panel);
  const settle = () => place(panel, at(), above);
  const outside = (event: Event) => {
    if (!panel.contains(event.target as Node)) onLeave?.(false);
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onLeave?.(true);
  };
  panel.addEventListener("keydown", escape);
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("scroll", settle, { capture: true, passive: true });
  window.addEventListener("resize", settle);
  settle();
  return {
    settle,
    close: () => {
      panel.removeEventListener("keydown", escape);
      document.removeEventListener("pointerdown", outside, true);
      window.removeEventListener("scroll", settle, true);
      window.removeEventListener("resize", settle);
      panel.remove();
    },
  };
}

function place(panel: HTMLElement, at: DOMRect | null, above: boolean): void {
  if (!at) return;
  const { offsetWidth: width, offsetHeight: height } = panel;
  const top = roof();
  const roomBelow = window.innerHeight - at.bottom - GAP;
  const roomAbove = at.top - top - GAP;
  const isAbove = above ? roomAbove >= height || roomAbove > roomBelow : roomBelow < height && roomAbove > roomBelow;
  const y = isAbove ? at.top - height - GAP : at.bottom + GAP;
  const x = Math.max(GAP, Math.min(at.left, document.documentElement.clientWidth - width - GAP));
  panel.style.setProperty("left", `${Math.round(x)}px`);
  panel.style.setProperty("top", `${Math.round(Math.max(top + GAP, Math.min(y, window.innerHeight - height - GAP)))}px`);
}

/** Where the page begins to be seen: below the bar with the tools, which stays. */
function roof(): number {
  return Math.max(0, document.querySelector(".tools")?.getBoundingClientRect().bottom ?? 0);
}

/** Returns where the caret or the selection is on the screen. */
export function selectionRect(desk: Desk): DOMRect {
  const { view, state } = desk.editor;
  const { from, to } = state.selection;
  const [start, end] = [view.coordsAtPos(from, 1), view.coordsAtPos(to, -1)];
  const isOneLine = Math.abs(start.top - end.top) < 4;
  const left = isOneLine ? start.left : view.dom.getBoundingClientRect().left;
  return new DOMRect(left, Math.min(start.top, end.top), Math.max(1, end.left - start.left), Math.abs(end.bottom - start.top));
}
