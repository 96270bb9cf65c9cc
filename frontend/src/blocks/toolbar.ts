// The toolbar above the text: one stop of the Tab key, and Alt+F10 leads there from the text.
import type { Desk, Part } from "../desk.ts";
import { h, icon, keyName } from "../dom.ts";
import { openBlockMenu } from "./blockmenu.ts";
import { KINDS, type Kind } from "./catalogue.ts";
import { BOLD, CODE, FOOTNOTE, type Format, ITALIC, LINK, REDO, UNDO } from "./formats.ts";
import { rove } from "./roving.ts";
import { openSlash } from "./slash.ts";
import { turnInto } from "./turn.ts";

const kind = (name: string) => KINDS.find((found) => found.name === name) as Kind;

/** A button that makes the block at the caret one of that kind, and a paragraph again. */
function toggle(name: string): Format {
  const { title, icon: mark, key } = kind(name);
  return {
    name, title, icon: mark, key,
    isOn: ({ editor }) => editor.isActive(name.replace(/\d$/, ""), /\d$/.test(name) ? { level: Number(name.at(-1)) } : {}),
    press: (desk) => toggled(desk, kind(name)),
  };
}

/** Toggles the lines that are selected, as the toolkit has it; where it cannot, the whole block is turned. */
function toggled({ editor }: Desk, { name, target }: Kind): void {
  const chain = editor.chain().focus();
  const level = Number(/heading(\d)/.exec(name)?.[1] ?? 0) as 2 | 3 | 4;
  const done = level ? chain.toggleHeading({ level }).run()
    : name === "bulletList" ? chain.toggleBulletList().run()
    : name === "orderedList" ? chain.toggleOrderedList().run()
    : chain.toggleBlockquote().run();
  if (!done && target) turnInto(target)(editor.state, editor.view.dispatch);
}

/** A button that puts a block of that kind in. */
function adding(name: string): Format {
  const { title, icon: mark, key, insert } = kind(name);
  return { name, title, icon: mark, key, press: insert, can: ({ editor }) => editor.isEditable };
}

const ROW: (Format | null)[] = [
  UNDO, REDO, null,
  toggle("heading2"), BOLD, ITALIC, CODE, LINK, FOOTNOTE, null,
  toggle("bulletList"), toggle("orderedList"), toggle("blockquote"), adding("qa"), adding("callout"), adding("figure"),
  adding("table"), adding("codeBlock"),
  { name: "more", title: "All blocks", icon: "plus", key: "/", press: openSlash }, null,
  { name: "block", title: "This block", icon: "grip", key: "Mod-/", press: (desk) => openBlockMenu(desk) },
];

export const toolbar: Part = (desk) => {
  const place = desk.root.querySelector(".tools__marks");
  if (!place) return;
  const bar = h("div", { role: "toolbar", "aria-label": "Text", class: "marks", "aria-controls": "desk-text" });
  const pairs: [Format, HTMLButtonElement][] = [];
  for (const format of ROW) {
    if (format) pairs.push([format, bar.appendChild(formatButton(desk, format))]);
    else bar.append(h("hr", { "aria-hidden": "true" }));
  }
  place.append(bar);
  const roving = rove(bar, () => desk.editor.commands.focus());
  desk.editor.view.dom.id = "desk-text";
  desk.editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.altKey) return;
    event.preventDefault();
    roving.focus();
  });
  keepUp(desk, pairs);
};

export function formatButton(desk: Desk, format: Format): HTMLButtonElement {
  const key = keyName(format.key);
  return h("button", {
    type: "button", class: "button button--quiet button--icon", "aria-label": format.title, "data-format": format.name,
    title: key ? `${format.title} (${key})` : format.title, "aria-pressed": format.isOn ? "false" : null,
    click: () => format.press(desk),
  }, icon(format.icon));
}

/** Keeps the buttons telling what the selection is; once per frame, however fast somebody types. */
export function keepUp(desk: Desk, pairs: [Format, HTMLButtonElement][]): void {
  let isAsked = false;
  const tell = () => {
    isAsked = false;
    if (desk.editor.isDestroyed) return;
    for (const [format, button] of pairs) {
      if (format.isOn) button.setAttribute("aria-pressed", String(format.isOn(desk)));
      // Not `disabled`, which would take the focus away from whoever is on it.
      if (format.can) button.setAttribute("aria-disabled", String(!format.can(desk)));
    }
  };
  const ask = () => {
    if (!isAsked) requestAnimationFrame(tell);
    isAsked = true;
  };
  desk.editor.on("transaction", ask);
  tell();
}
