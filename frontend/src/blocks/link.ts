// Links: an address, typed or found among our own published pieces.
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import * as clean from "../clean.ts";
import { float, selectionRect } from "./float.ts";
import { type Choice, ChoiceList } from "./list.ts";

interface Found {
  title: string;
  url: string;
  kind: string;
  section: string;
  published_at: string;
}

/** How long somebody may pause between two letters before the search asks. */
const PAUSE = 180;

/** Opens the link of the selection, or the words that the caret is in. */
export function editLink(desk: Desk): void {
  const { editor } = desk;
  if (editor.isActive("codeBlock")) return;
  const before = String(editor.getAttributes("link").href ?? "");
  if (before) editor.commands.extendMarkRange("link");
  const { from, to } = editor.state.selection;
  let isOver = false;

  const finish = (change?: () => void) => {
    if (isOver) return;
    isOver = true;
    floating.close();
    if (change) change();
    else editor.chain().setTextSelection({ from, to }).focus().run();
  };
  const set = (address: string, words: string) => {
    const href = clean.link(asAddress(address));
    if (!href) return void (problem.textContent = "That is no address. A link begins with https://, mailto: or /.");
    finish(() => {
      const chain = editor.chain().focus();
      if (from === to) {
        chain.insertContentAt(from, { type: "text", text: words || href, marks: [{ type: "link", attrs: { href } }] }).run();
      } else chain.setTextSelection({ from, to }).setMark("link", { href }).setTextSelection(to).run();
    });
  };
  const list = new ChoiceList("Our own pieces", (active) => {
    if (active) input.setAttribute("aria-activedescendant", active);
    else input.removeAttribute("aria-activedescendant");
  });
  const input = h("input", { class: "field__input", type: "text", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list",
    "aria-controls": list.id, "aria-label": "Address, or words of a piece of ours", placeholder: "Address, or words of a piece of ours",
    value: before, spellcheck: "false", autocomplete: "off" });
  const problem = h("p", { class: "panel-float__problem", role: "status" });
  const button = (label: string, act: () => void) => h("button", { type: "button", class: "button button--small", click: act }, label);
  const panel = h("div", { class: "panel-float panel-float--link", role: "dialog", "aria-label": "Link" },
    h("div", { class: "panel-float__row" }, input, button("Set", () => set(input.value, "")),
      before ? button("Open", () => void window.open(before, "_blank", "noopener")) : null,
      before ? button("Unlink", () => finish(() => editor.chain().focus().setTextSelection({ from, to }).unsetMark("link").setTextSelection(to).run())) : null),
    problem, list.element);
  list.element.classList.add("menu--plain");
  list.box.tabIndex = -1;
  list.show([], "");
  const floating = float(desk, panel, { at: () => selectionRect(desk), onLeave: () => finish() });
  const search = searching(desk, input, (found, query) => {
    if (isOver) return;
    list.show(found.map((piece) => choice(piece, set)), found.length || !query ? "" : `No piece of ours has these words: ${query}`);
    input.setAttribute("aria-expanded", String(found.length > 0));
    floating.settle();
  });
  input.addEventListener("input", () => {
    problem.textContent = "";
    search();
  });
  let isChoosing = false;
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      return finish();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      // The first press leads from the field into the list.
      if (isChoosing) list.onKey(event);
      isChoosing = true;
    } else if (event.key === "Enter") {
      event.preventDefault();
      const looksLikeWords = !clean.link(asAddress(input.value)) || !/[/.:@]/.test(input.value);
      if (!((isChoosing || looksLikeWords) && list.take())) set(input.value, "");
    } else isChoosing = false;
  });
  input.focus();
  input.select();
}

function choice({ title, url, section, kind }: Found, set: (address: string, words: string) => void): Choice {
  return { id: url, title, about: [section, kind].filter(Boolean).join(", "), group: "Our own pieces", pick: () => set(url, title) };
}

function searching(desk: Desk, input: HTMLInputElement, show: (found: Found[], query: string) => void): () => void {
  let timer = 0;
  let asked = 0;
  return () => {
    window.clearTimeout(timer);
    const query = input.value.trim();
    const number = ++asked;
    if (query.length < 2 || /^([a-z]+:|\/|#)/i.test(query)) return show([], "");
    timer = window.setTimeout(async () => {
      const answer = await desk.api.get<{ results: Found[] }>(`/newsroom/links?q=${encodeURIComponent(query)}`).catch(() => null);
      if (number === asked) show(answer?.results ?? [], answer ? query : "");
    }, PAUSE);
  };
}

/** Returns what somebody means who types a link: `example.org/x` is an address, and our own need no machine in front. */
export function asAddress(typed: string): string {
  const address = typed.trim();
  const own = `${window.location.origin}/`;
  if (address.startsWith(own) && !address.startsWith(`${own}newsroom/`)) return address.slice(own.length - 1);
  if (/^[^\s@/:]+@[^\s@/:]+\.[a-z]{2,}$/i.test(address)) return `mailto:${address}`;
  if (/^(?!mailto:)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:\d+)?([/?#].*)?$/i.test(address)) return `https://${address}`;
  return address;
}
