// What the page itself offers as commands: its buttons, its panels, its ways.
import { register, type Command } from "../commands.ts";
import type { Desk } from "../desk.ts";
import { panels } from "./places.ts";

export function pages(desk: Desk): void {
  const button = (value: string) => desk.form.querySelector<HTMLButtonElement>(`button[name=do][value=${value}]`);
  const isThere = (value: string) => () => button(value)?.disabled === false;
  register(
    { id: "save", title: "Save", group: "Piece", keys: "Mod-s", icon: "check", when: isThere("save"), run: () => button("save")?.click() },
    { id: "submit", title: "Save and submit", group: "Piece", words: "review hand in send", when: isThere("submit"), run: () => button("submit")?.click() },
  );
  register(...["headline", "dek", "kicker"].map((name): Command => ({
    id: `field.${name}`, title: `Go to the ${name === "dek" ? "standfirst" : name}`, group: "Go to", run: () => desk.field(name)?.focus(),
  })));
  register({ id: "text", title: "Go to the text", group: "Go to", run: () => desk.editor.view.focus() });
  // The tabs are made by the newsroom's own script, which may come after this one.
  const open = () => {
    register(...panels(desk).map((tab): Command => ({
      id: `panel.${tab.getAttribute("aria-controls")}`, title: `Open ${nameOf(tab)}`, group: "Panels", words: "panel side tab",
      run: () => {
        tab.click();
        tab.focus();
      },
    })));
    register(...[...desk.root.querySelectorAll<HTMLAnchorElement>(".ways a:not([aria-current])")].map((way): Command => ({
      id: `way.${way.textContent}`, title: `Go to the page “${way.textContent?.trim()}”`, group: "Pages", run: () => way.click(),
    })));
  };
  if (document.readyState === "complete") open();
  else addEventListener("load", open, { once: true });
}

function nameOf(tab: HTMLElement): string {
  return (tab.firstChild?.textContent ?? tab.textContent ?? "").trim();
}
