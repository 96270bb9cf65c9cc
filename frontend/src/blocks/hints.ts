// What to write where nothing is written yet, in the parts of blocks that would else be invisible.
import type { Node as ProseNode } from "@tiptap/pm/model";
import { Plugin } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

const HINTS: Record<string, string> = {
  heading: "Title", figcaption: "Caption", pullQuote: "A sentence of the piece", qaQuestion: "The question",
};
const INSIDE: Record<string, string> = {
  qaAnswer: "The answer; Enter on an empty line at its end asks the next question",
  callout: "What should not be missed",
  blockquote: "Somebody’s words",
  tableHeader: "Header",
};

export const hints = () => {
  let known: { doc: ProseNode; set: DecorationSet } | null = null;
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        if (known?.doc !== doc) known = { doc, set: hinted(doc) };
        return known.set;
      },
    },
  });
};

function hinted(doc: ProseNode): DecorationSet {
  const found: Decoration[] = [];
  doc.descendants((node, position, parent) => {
    if (!node.isBlock || node.isAtom) return false;
    const isAlone = node.type.name === "paragraph" && parent?.childCount === 1;
    const hint = HINTS[node.type.name] ?? (isAlone ? INSIDE[parent.type.name] : undefined);
    if (hint && node.content.size === 0) {
      found.push(Decoration.node(position, position + node.nodeSize, { class: "is-hinted", "data-hint": hint }));
    }
    return !node.isTextblock;
  });
  return DecorationSet.create(doc, found);
}
