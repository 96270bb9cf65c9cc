// What is said beside the text: its threads in a panel, as the server writes them, their words drawn over the text, and
// a way to say something about what is chosen. The text itself knows nothing of it.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { Refusal } from "./api.ts";
import { register } from "./commands.ts";
import type { Desk } from "./desk.ts";
import { h } from "./dom.ts";
import { blockAt, blockById, goToBlock, openPanelOf } from "./shell/places.ts";

interface Answer {
  html: string;
  thread?: number;
  /** The text that is stored was changed by it. */
  is_changed?: boolean;
}

/** What a thread is about: a block, and where `quote` is not empty some words of it. */
export interface Quoted {
  block: string;
  quote: string;
  before: string;
  after: string;
}

const AROUND = 60;
const KEYS = "Mod-Alt-m";
const key = new PluginKey<DecorationSet>("talk");

/** Returns where some words stand in the document, or null; spaces count for nothing, as on the server. */
export function whereIs(doc: ProseNode, about: Quoted): { from: number; to: number } | null {
  const block = blockById(doc, about.block);
  if (!block) return null;
  const start = block.position;
  if (!about.quote) return { from: start, to: start + block.node.nodeSize };
  let text = "";
  const places: number[] = [];
  block.node.descendants((node, position) => {
    for (const [index, letter] of [...(node.text ?? "")].entries()) {
      if (/\s/.test(letter)) continue;
      text += letter;
      places.push(start + 1 + position + index);
    }
  });
  const [quote, before, after] = [about.quote, about.before, about.after].map((words) => words.replace(/\s+/g, "")) as [string, string, string];
  let best: { at: number; score: number } | null = null;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const score = shared([...text.slice(0, at)].reverse(), [...before].reverse()) + shared([...text.slice(at + quote.length)], [...after]);
    if (!best || score > best.score) best = { at, score };
  }
  return best && { from: places[best.at]!, to: places[best.at + quote.length - 1]! + 1 };
}

function shared(one: string[], other: string[]): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return count;
}

/** Returns what is chosen in the text, within one block; with nothing chosen, the block itself. */
export function chosen(doc: ProseNode, from: number, to: number): Quoted | null {
  const block = blockAt(doc, from);
  if (!block?.id) return null;
  const [start, end] = [block.position, block.position + block.node.nodeSize];
  const last = Math.min(to, end - 1);
  const words = (a: number, b: number) => doc.textBetween(a, Math.max(a, b), " ", " ");
  return { block: block.id, quote: words(from, last).trim(), before: words(start, from).slice(-AROUND), after: words(last, end).slice(0, AROUND) };
}

export function talking(desk: Desk): void {
  const panel = desk.root.querySelector<HTMLElement>("[data-talk]");
  if (!panel) return;
  const { editor, api } = desk;
  const address = desk.address.replace(/\/suggest$/, "");
  editor.registerPlugin(new Plugin<DecorationSet>({
    key,
    state: {
      init: () => DecorationSet.empty,
      apply: (change, drawn) => (change.getMeta(key) as DecorationSet | undefined) ?? drawn.map(change.mapping, change.doc),
    },
    props: {
      decorations: (state) => key.getState(state),
      handleClick: (_view, _position, event) => {
        const mark = (event.target as Element).closest<HTMLElement>(".anchor[data-said]");
        if (mark) show(mark.dataset.said ?? "");
        return false;
      },
    },
  }));

  const quotedBy = (card: HTMLElement): Quoted => {
    const { block = "", quote = "", before = "", after = "" } = card.dataset;
    return { block, quote, before, after };
  };
  const draw = () => {
    const { doc } = editor.state;
    const drawn = [...panel.querySelectorAll<HTMLElement>(".card[data-block]")].flatMap((card) => {
      const place = whereIs(doc, quotedBy(card));
      if (!place) return [];
      return card.dataset.quote
        ? [Decoration.inline(place.from, place.to, { class: "anchor", "data-said": card.id })]
        : [Decoration.node(place.from, place.to, { "data-said": card.id })];
    });
    editor.view.dispatch(editor.state.tr.setMeta(key, DecorationSet.create(doc, drawn)).setMeta("addToHistory", false));
  };
  const count = () => {
    const button = document.getElementById(panel.getAttribute("aria-labelledby") ?? "");
    const open = panel.querySelectorAll(".card:not(.card--settled)").length;
    button?.querySelector(".count")?.remove();
    if (open) button?.append(h("span", { class: "count" }, String(open)));
  };
  const put = ({ html }: Answer) => {
    const areas = [...panel.querySelectorAll<HTMLTextAreaElement>("textarea")];
    const opened = areas.filter((area) => area.closest("details")?.open).map((area) => ({ id: area.id, words: area.value }));
    const focused = areas.find((area) => area === document.activeElement);
    const caret = focused && ([focused.selectionStart, focused.selectionEnd] as const);
    const page = new DOMParser().parseFromString(html, "text/html");
    // No form can be in the form of the piece: the parts that are sent are told by their address alone.
    for (const form of page.querySelectorAll("form")) {
      const part = h("div", { role: "group", "data-action": form.getAttribute("action") });
      part.append(...form.childNodes);
      form.replaceWith(part);
    }
    for (const control of page.querySelectorAll("input, textarea, select, button")) control.setAttribute("form", "none");
    panel.replaceChildren(...page.body.childNodes);
    // Whoever is about to say something goes on where they were.
    for (const { id, words } of opened) {
      const area = document.getElementById(id);
      if (!(area instanceof HTMLTextAreaElement)) continue;
      area.value = words;
      area.closest("details")?.setAttribute("open", "");
      if (!caret || focused?.id !== id) continue;
      area.focus({ preventScroll: true });
      area.setSelectionRange(...caret);
    }
    draw();
    count();
  };
  const load = () => void api.get<Answer>(`${address}/comments`).then(put, () => {}); // asked again with the next save
  const show = (id: string) => {
    const card = document.getElementById(id.split(" ")[0] ?? "");
    if (!card) return;
    openPanelOf(panel);
    for (const other of panel.querySelectorAll(".card[aria-current]")) other.removeAttribute("aria-current");
    card.setAttribute("aria-current", "true");
    card.scrollIntoView({ block: "nearest" });
  };

  const send = async (button: HTMLButtonElement) => {
    const part = button.closest<HTMLElement>("[data-action]");
    if (!part) return;
    const fields = new URLSearchParams();
    for (const control of part.querySelectorAll<HTMLInputElement>("[name]:not(button)")) {
      if (control.type !== "checkbox" || control.checked) fields.append(control.name, control.value);
    }
    button.setAttribute("aria-busy", "true");
    part.querySelector(".field__error")?.remove();
    try {
      if (fields.has("about") && !desk.isSuggesting) await desk.save(); // what is quoted has to be in the text that the server knows
      const answer = await api.post<Answer>(button.getAttribute("formaction") ?? part.dataset.action ?? "", fields);
      part.closest("details")?.removeAttribute("open");
      put(answer);
      desk.tell("talked", undefined);
      if (answer.is_changed) desk.join();
      else show(`thread-${answer.thread}`);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      button.before(h("p", { class: "field__error", role: "alert" }, refusal.message));
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
  panel.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest<HTMLButtonElement>("[data-action] button[type=submit]");
    if (button) return void send(button);
    const link = target.closest<HTMLAnchorElement>(".card__place a");
    const card = link?.closest<HTMLElement>(".card[data-block]");
    const place = card && whereIs(editor.state.doc, quotedBy(card));
    if (!card || !place) return;
    event.preventDefault();
    goToBlock(desk, card.dataset.block ?? "");
    if (card.dataset.quote) editor.commands.setTextSelection(place);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.target as Element).closest("[data-action]")?.querySelector<HTMLButtonElement>("button[type=submit]")?.click();
  });

  const quote = () => {
    const { doc, selection } = editor.state;
    const about = chosen(doc, selection.from, selection instanceof TextSelection ? selection.to : selection.from);
    if (!about) return;
    openPanelOf(panel);
    document.dispatchEvent(new CustomEvent("galley:quote", { detail: about }));
  };
  register({
    id: "comment", title: "Comment on this", group: "Review", keys: KEYS, words: "say thread note ask", icon: "comment", isListening: true, run: quote,
  });
  desk.on("saved", load);
  window.addEventListener("focus", load);
  load();
}
