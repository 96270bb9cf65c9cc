// Where in the piece somebody is: the block of the caret, and the section that it stands in.
import type { EditorState } from "@tiptap/pm/state";

export interface Place {
  block: string;
  label: string;
}

export function placeOf(state: EditorState): Place {
  const { $head } = state.selection;
  const index = $head.index(0);
  let label = "";
  let block = "";
  state.doc.forEach((node, _position, at) => {
    if (at > index) return;
    if (node.type.name === "heading" && node.textContent.trim()) label = node.textContent.trim();
    if (at === index) block = node.attrs.id ?? "";
  });
  return { block, label };
}
