// The blocks that have one thing to choose at their head: the language of a listing, the kind of a callout. And the
// frame in which a wide table scrolls.
import type { NodeViewConstructor } from "@tiptap/pm/view";
import { h } from "../dom.ts";
import { LANGUAGES } from "../schema/languages.ts";

export const codeView: NodeViewConstructor = (node, view, getPos) => {
  let name: string | null = node.attrs.language;
  const known = new Set(LANGUAGES.map(([language]) => language));
  const select = h("select", { class: "chooser", "aria-label": "Language of this code" },
    h("option", { value: "" }, "No language"), ...LANGUAGES.map(([value, label]) => h("option", { value }, label)));
  const code = h("code", { spellcheck: "false" });
  const dom = h("div", { class: "listing" }, h("div", { class: "choice-row", contenteditable: "false" }, select), h("pre", {}, code));
  const tell = (id: string | null) => {
    if (id) dom.dataset.id = id;
    if (name && !known.has(name)) {
      known.add(name);
      select.append(h("option", { value: name }, name));
    }
    select.value = name ?? "";
    dom.toggleAttribute("data-lacks-language", !name);
  };
  select.addEventListener("change", () => {
    const position = getPos();
    if (position !== undefined) view.dispatch(view.state.tr.setNodeAttribute(position, "language", select.value || null));
    view.focus();
  });
  tell(node.attrs.id);
  return {
    dom,
    contentDOM: code,
    update: (next) => {
      if (next.type.name !== "codeBlock") return false;
      name = next.attrs.language;
      tell(next.attrs.id);
      return true;
    },
    stopEvent: (event) => select.contains(event.target as Node),
    ignoreMutation: (mutation) => !code.contains(mutation.target),
  };
};

const KINDS = [["note", "Note"], ["tip", "Tip"], ["warning", "Warning"]] as const;

export const calloutView: NodeViewConstructor = (node, view, getPos) => {
  const select = h("select", { class: "chooser", "aria-label": "Kind of callout" },
    ...KINDS.map(([value, label]) => h("option", { value }, label)));
  const content = h("div", { class: "callout__words" });
  const dom = h("aside", { class: "callout", "aria-label": "Callout" }, h("div", { class: "choice-row", contenteditable: "false" }, select), content);
  const tell = ({ kind, id }: Record<string, string>) => {
    if (id) dom.dataset.id = id;
    dom.dataset.kind = kind;
    select.value = kind ?? "note";
  };
  select.addEventListener("change", () => {
    const position = getPos();
    if (position !== undefined) view.dispatch(view.state.tr.setNodeAttribute(position, "kind", select.value));
    view.focus();
  });
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
