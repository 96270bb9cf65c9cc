// The blocks that have one thing to choose at their head: the language of a listing, the kind of a callout. And the
// frame in which a wide table scrolls.
import type { NodeViewConstructor } from "@tiptap/pm/view";
import { h } from "../dom.ts";
import { LANGUAGES } from "../schema/languages.ts";
import { chooser, offer, type Option } from "./chooser.ts";

export const codeView: NodeViewConstructor = (node, view, getPos) => {
  let name: string | null = node.attrs.language;
  const select = chooser(view, "Language of this code", (chosen) => {
    const position = getPos();
    if (position !== undefined) view.dispatch(view.state.tr.setNodeAttribute(position, "language", chosen || null));
  });
  const code = h("code", { spellcheck: "false" });
  const dom = h("div", { class: "listing" }, h("div", { class: "choice-row", contenteditable: "false" }, select), h("pre", {}, code));
  const tell = (id: string | null) => {
    if (id) dom.dataset.id = id;
    const known: Option[] = [["", "No language"], ...LANGUAGES];
    if (name && !LANGUAGES.some(([language]) => language === name)) known.push([name, name]);
    offer(select, known, name ?? "");
    dom.toggleAttribute("data-lacks-language", !name);
  };
  tell(node.attrs.id);
  return {
    dom,
    contentDOM: code,
    update: (next) => {
      if (next.type.name !== "codeBlock") return false;
      const isNew = next.attrs.language !== name || next.attrs.id !== dom.dataset.id;
      name = next.attrs.language;
      if (isNew) tell(next.attrs.id);
      return true;
    },
    stopEvent: (event) => select.contains(event.target as Node),
    ignoreMutation: (mutation) => !code.contains(mutation.target),
  };
};

const KINDS = [["note", "Note"], ["tip", "Tip"], ["warning", "Warning"]] as const;

export const calloutView: NodeViewConstructor = (node, view, getPos) => {
  const select = chooser(view, "Kind of callout", (kind) => {
    const position = getPos();
    if (position !== undefined) view.dispatch(view.state.tr.setNodeAttribute(position, "kind", kind));
  });
  offer(select, KINDS, node.attrs.kind);
  const content = h("div", { class: "callout__words" });
  const dom = h("aside", { class: "callout", "aria-label": "Callout" }, h("div", { class: "choice-row", contenteditable: "false" }, select), content);
  const tell = ({ kind, id }: Record<string, string>) => {
    if (id) dom.dataset.id = id;
    dom.dataset.kind = kind;
    select.value = kind ?? "note";
  };
  tell(node.attrs);
  return {
    dom,
    contentDOM: content,
    update: (next) => {
      if (next.type.name !== "callout") return false;
      tell(next.attrs);
      return true;
    },
    stopEvent: (event) => select.contains(event.target as Node),
    ignoreMutation: (mutation) => !content.contains(mutation.target),
  };
};

export const tableView: NodeViewConstructor = (node) => {
  const body = h("tbody", {});
  const dom = h("div", { class: "scroll" }, h("table", {}, body));
  const tell = (id: string | null) => {
    if (id) dom.dataset.id = id;
  };
  tell(node.attrs.id);
  return {
    dom,
    contentDOM: body,
    update: (next) => {
      if (next.type.name !== "table") return false;
      tell(next.attrs.id);
      return true;
    },
    ignoreMutation: (mutation) => !body.contains(mutation.target),
  };
};
