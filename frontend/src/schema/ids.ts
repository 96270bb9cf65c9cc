// Gives every top-level block an id that stays with it: what notes, merges and comparisons find it again by.
import { Extension } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import { Plugin, PluginKey } from "@tiptap/pm/state";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Returns a new id in the form in which the server makes them: `b` and seven letters of base 32. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(7));
  return "b" + Array.from(bytes, (byte) => ALPHABET[byte % 32]).join("");
}

/** Returns the positions of blocks that need an id of their own, because they have none or another's. */
function withoutId(doc: ProseNode): number[] {
  const first = new Map<string, { position: number; node: ProseNode }>();
  const lacking: number[] = [];
  doc.forEach((node, position) => {
    const id: string | null = node.attrs.id;
    const other = id ? first.get(id) : undefined;
    if (!id) lacking.push(position);
    else if (!other) first.set(id, { position, node });
    else if (other.node.content.size === 0 && node.content.size > 0) {
      // Split at its very beginning: the words went on to the second half, and so does their id.
      lacking.push(other.position);
      first.set(id, { position, node });
    } else lacking.push(position);
  });
  return lacking;
}

export const BlockIds = Extension.create({
  name: "blockIds",

  addGlobalAttributes() {
    const types = ["paragraph", "heading", "bulletList", "orderedList", "blockquote", "horizontalRule", "codeBlock",
      "figure", "table", "qa", "pullQuote", "callout", "embed"];
    return [
      {
        types,
        attributes: {
          id: {
            default: null,
            keepOnSplit: true,
            parseHTML: (element: HTMLElement) => element.getAttribute("data-id"),
            renderHTML: ({ id }) => (id ? { "data-id": id } : {}),
          },
        },
      },
    ];
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        key: new PluginKey("blockIds"),
        appendTransaction(transactions, _before, state) {
          if (!transactions.some((transaction) => transaction.docChanged)) return null;
          const lacking = withoutId(state.doc);
          if (!lacking.length) return null;
          const change = state.tr;
          for (const position of lacking) change.setNodeAttribute(position, "id", newId());
          return change.setMeta("addToHistory", false);
        },
      }),
    ];
  },
});
