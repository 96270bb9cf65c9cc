// Embeds: the address of a film, a pen or a post becomes a card. Nothing is loaded from its provider while it is written.
import type { NodeType } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import type { Desk } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { addressOf, embedded, nameOf } from "../embeds.ts";
import { put } from "./commands.ts";
import { float, selectionRect } from "./float.ts";

/** Asks for an address, and puts in what it leads to. */
export function askForEmbed(desk: Desk): void {
  let isOver = false;
  const input = h("input", { class: "field__input", type: "url", "aria-label": "Address of a film, a pen or a post",
    placeholder: "https://", spellcheck: "false", autocomplete: "off", "aria-describedby": "embed-problem" });
  const problem = h("p", { class: "panel-float__problem", role: "status", id: "embed-problem" });
  const finish = () => {
    if (isOver) return;
    isOver = true;
    floating.close();
    desk.editor.view.focus();
  };
  const set = () => {
    if (embed(desk, input.value)) return finish();
    problem.textContent = "Nothing we can embed is there. YouTube, Vimeo, PeerTube, CodePen and Mastodon can be; anything else can be linked.";
    floating.settle();
  };
  const panel = h("div", { class: "panel-float", role: "dialog", "aria-label": "Embed" },
    h("div", { class: "panel-float__row" }, input, h("button", { type: "button", class: "button button--small", click: set }, "Embed")), problem);
  const floating = float(desk, panel, { at: () => selectionRect(desk), onLeave: finish });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") {
      event.preventDefault();
      set();
    } else if (event.key === "Escape") {
      event.preventDefault();
      finish();
    }
  });
  input.focus();
}

/** Puts in what the address leads to; false where that is nobody's whom we know. */
export function embed(desk: Desk, address: string): boolean {
  const found = embedded(address);
  const { state, view } = desk.editor;
  const type = (name: string) => state.schema.nodes[name] as NodeType;
  const tr = found && put(state, type("embed").create({ ...found }, type("figcaption").create()));
  if (!tr) return false;
  view.dispatch(tr);
  return true;
}

/** An address that is pasted alone, on an empty line, becomes a card; any other stays a link. */
export const embedPaste = (desk: Desk) => new Plugin({
  props: {
    handlePaste: (view, event) => {
      const { $from, empty } = view.state.selection;
      const text = event.clipboardData?.getData("text/plain").trim() ?? "";
      if (!empty || $from.parent.type.name !== "paragraph" || $from.parent.content.size || /\s/.test(text)) return false;
      return embed(desk, text);
    },
  },
});

export const embedView: NodeViewConstructor = (node) => {
  const content = h("div", { class: "figure__caption" });
  const { provider, key } = node.attrs;
  const address = addressOf(provider, key);
  const dom = h("figure", { class: "embed", "data-id": node.attrs.id },
    h("div", { class: "embed__card", contenteditable: "false" }, icon("embed"),
      h("span", {}, h("b", {}, nameOf(provider)), h("small", {}, address ?? key)),
      address ? h("a", { class: "button button--small button--quiet", href: address, target: "_blank", rel: "noopener" }, "Look at it") : null),
    content);
  return {
    dom,
    contentDOM: content,
    update: (next) => next.type.name === "embed" && next.attrs.provider === provider && next.attrs.key === key,
    ignoreMutation: (mutation) => !content.contains(mutation.target),
  };
};
