// The galley beside the text: as it will be published, of what stands on the screen now.
import { register } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { later } from "./idle.ts";
import { goToBlock } from "./places.ts";

interface Player {
  refresh(fields: FormData, tab: string): Promise<boolean>;
}
type Script = { preview: (section: Element) => Player };

const PATIENCE = 1200; // milliseconds without a key

export function beside(desk: Desk): void {
  const place = desk.root.querySelector<HTMLElement>("[data-beside]");
  const template = place?.querySelector("template");
  const script = place?.dataset.script;
  if (!place || !template || !script) return;
  const openers = [...desk.root.querySelectorAll<HTMLElement>("[data-open=preview]")];
  let player: Player | null = null;
  let isOpen = false;
  let before: Element | null = null;

  const refresh = async () => {
    if (!isOpen || !player) return;
    await player.refresh(desk.fields(), tabOf(desk));
    lead();
  };
  /** A block of the galley leads to where it is written: the frame has no script, so it is listened to from here. */
  const lead = () => {
    for (const frame of place.querySelectorAll("iframe")) {
      const root = frame.contentDocument?.querySelector<HTMLElement>(":root"); // none yet of a page that is just coming
      if (!root || root.dataset.leads) continue;
      root.dataset.leads = "yes";
      root.addEventListener("click", (event) => {
        const block = (event.target as Element).closest<HTMLElement>("[data-id]");
        if (!block || (event.target as Element).closest("a, button, summary")) return;
        if (narrow()) close();
        goToBlock(desk, block.dataset.id ?? "");
      });
    }
  };
  const open = async () => {
    before = document.activeElement;
    isOpen = true;
    place.hidden = false;
    setAside(narrow());
    desk.root.toggleAttribute("data-preview", true);
    for (const opener of openers) opener.setAttribute("aria-expanded", "true");
    if (!place.querySelector(".preview")) {
      place.append(template.content.cloneNode(true));
      for (const frame of place.querySelectorAll("iframe")) frame.addEventListener("load", lead);
    }
    place.querySelector<HTMLElement>(".beside__close")?.focus({ preventScroll: true });
    const section = place.querySelector(".preview");
    if (!section) return;
    player ??= ((await import(script)) as Script).preview(section);
    await refresh();
  };
  const close = () => {
    isOpen = false;
    place.hidden = true;
    setAside(false);
    desk.root.toggleAttribute("data-preview", false);
    for (const opener of openers) opener.setAttribute("aria-expanded", "false");
    if (desk.editor.view.dom.contains(before)) desk.editor.view.focus();
    else if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  };
  /** On a narrow screen the galley lies over everything else, which then cannot be reached. */
  const setAside = (isAside: boolean) => {
    for (const part of [...desk.root.children, ...document.querySelectorAll("body > header")]) {
      if (part instanceof HTMLElement && part !== place) part.inert = isAside;
    }
  };
  const toggle = () => (isOpen ? close() : void open());

  place.prepend(h("button", { type: "button", class: "button button--quiet button--small beside__close", click: () => close() }, "Close the galley"));
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    close();
  });
  for (const opener of openers) {
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", (event) => {
      if (event instanceof MouseEvent && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      toggle();
    });
  }
  register({
    id: "preview", title: "The galley beside the text", group: "View", keys: "Mod-Alt-g", icon: "eye", isListening: true,
    words: "preview phone tablet desktop", run: toggle,
  });
  desk.on("changed", later(PATIENCE, () => void refresh()));
}

const narrow = () => !matchMedia("(width >= 64rem)").matches;

/** The name under which this open page keeps its copy; made by whoever keeps it, and by us where nobody does. */
function tabOf(desk: Desk): string {
  const kept = (desk as Desk & { tab?: string }).tab || desk.root.dataset.tab;
  if (kept) return kept;
  desk.root.dataset.tab = crypto.randomUUID().replaceAll("-", "") + "00000000";
  return desk.root.dataset.tab;
}
