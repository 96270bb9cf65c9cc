// Makes elements, never out of strings: nothing that people wrote can become markup.

type Value = string | number | boolean | null | undefined | ((event: never) => void);
export type Child = Node | string | null | undefined | false;

/** Returns a new element; attributes that are null or false are left out, functions listen to the event of their name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, Value> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Returns one mark from the sprite, whose address is that of the marks that are on the page. */
export function icon(name: string): SVGSVGElement {
  const sheet = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "/static/img/icons.svg";
  const mark = document.createElementNS(SVG, "svg");
  mark.setAttribute("class", "icon");
  mark.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sheet}#${name}`);
  mark.append(use);
  return mark;
}

const APPLE = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform ?? "");
const NAMES: Record<string, string> = APPLE
  ? { Mod: "⌘", Alt: "⌥", Shift: "⇧", ArrowUp: "↑", ArrowDown: "↓", Enter: "↩", Backspace: "⌫" }
  : { Mod: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫" };

/** Returns a key as it is written on this machine's keyboard: `Mod-Shift-d` is `Ctrl+Shift+D`. */
export function keyName(key: string): string {
  if (!key) return "";
  const parts = key.split(/-(?=.)/).map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part));
  return parts.join(APPLE ? "" : "+");
}
