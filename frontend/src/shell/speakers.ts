// Who speaks in questions and answers, by the names in the text.
import type { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";

/** Returns in how many questions and answers a name speaks. */
export function speaksAs(doc: ProseNode, name: string): number {
  let places = 0;
  spoken(doc, name, () => places++);
  return places;
}

/** Lets somebody speak under another name, everywhere, in one step. */
export function renameSpeaker(editor: Editor, before: string, now: string): void {
  const change = editor.state.tr;
  spoken(editor.state.doc, before, (position) => change.setNodeAttribute(position, "speaker", now));
  if (change.docChanged) editor.view.dispatch(change);
}

function spoken(doc: ProseNode, name: string, tell: (position: number) => void): void {
  doc.forEach((node, position) => {
    if (node.type.name !== "qa") return;
    node.forEach((part, offset) => {
      if (part.attrs.speaker === name) tell(position + 1 + offset);
    });
  });
}
