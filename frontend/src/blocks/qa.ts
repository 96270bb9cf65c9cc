// Question and answer: who speaks is chosen among the people of the piece, and stays chosen for the next pair.
import type { Node as ProseNode, NodeType } from "@tiptap/pm/model";
import { Selection, TextSelection } from "@tiptap/pm/state";
import type { Command, EditorState } from "@tiptap/pm/state";
import type { NodeViewConstructor } from "@tiptap/pm/view";
import * as clean from "../clean.ts";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { chooser, offer } from "./chooser.ts";
import { leave, paragraph, spanOf } from "./commands.ts";

interface Speakers {
  question: string;
  answer: string;
}

/** Begins a pair where the caret is, with the speakers of the pair before it. */
export function newPair(desk: Desk): void {
  const { state, view } = desk.editor;
  view.focus();
  pairBelow(speakersFor(desk, state))(state, view.dispatch);
}

/** Who speaks in a new pair: as in the last one above, else whom the credits name as interviewer and as guest. */
function speakersFor(desk: Desk, state: EditorState): Speakers {
  const last = pairs(state.doc, spanOf(state).last + 1).at(-1) ?? pairs(state.doc).at(-1);
  if (last) return speakersOf(last);
  const credits = credited(desk.form);
  const first = (role: string) => credits.find((credit) => credit.role === role)?.name ?? "";
  return { question: first("interviewer") || first("author"), answer: first("interviewee") };
}

function speakersOf(pair: ProseNode): Speakers {
  return { question: pair.child(0).attrs.speaker, answer: pair.child(1).attrs.speaker };
}

function pairs(doc: ProseNode, before = doc.childCount): ProseNode[] {
  const found: ProseNode[] = [];
  for (let index = 0; index < Math.min(before, doc.childCount); index++) {
    if (doc.child(index).type.name === "qa") found.push(doc.child(index));
  }
  return found;
}

/** Puts an empty pair below the block of the caret, or in place of an empty paragraph; with the caret in its question. */
const pairBelow = (speakers: Speakers, emptied?: { from: number; to: number }): Command => (state, dispatch) => {
  if (!dispatch) return true;
  const type = (name: string) => state.schema.nodes[name] as NodeType;
  const pair = type("qa").create(null, [
    type("qaQuestion").create({ speaker: speakers.question }),
    type("qaAnswer").create({ speaker: speakers.answer }, paragraph(state)),
  ]);
  const { from, to } = spanOf(state);
  const here = state.doc.nodeAt(from) as ProseNode;
  const isEmpty = here.type.name === "paragraph" && here.content.size === 0;
  const tr = state.tr;
  if (isEmpty) tr.replaceWith(from, to, pair);
  else tr.insert(to, pair);
  if (emptied) tr.delete(emptied.from, emptied.to);
  const place = tr.mapping.map(isEmpty ? from : to, -1);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, place + 2)).scrollIntoView());
  return true;
};

/** Enter: from the question to its answer; on an empty line at the end of an answer to the next pair, or, where nothing was asked, out of it. */
export const enter: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty) return false;
  if ($from.parent.type.name === "qaQuestion") {
    const pair = $from.node(-1);
    if (!pair.textContent && !hasMore(pair)) return out(state, dispatch);
    if ($from.parentOffset < $from.parent.content.size) return splitQuestion(state, dispatch);
    const answer = $from.after() + 1;
    dispatch?.(state.tr.setSelection(Selection.near(state.doc.resolve(answer), 1)).scrollIntoView());
    return true;
  }
  const answer = $from.node(-1);
  if (answer?.type.name !== "qaAnswer" || $from.parent.type.name !== "paragraph" || $from.parent.content.size) return false;
  if ($from.index(-1) !== answer.childCount - 1 || answer.childCount === 1) return false;
  return pairBelow(speakersOf($from.node(-2)), { from: $from.before(), to: $from.after() })(state, dispatch);
};

/** Tells whether there is anything in a pair beside text: a picture, a table. */
function hasMore(pair: ProseNode): boolean {
  const answer = pair.child(1);
  return answer.childCount > 1 || answer.firstChild?.type.name !== "paragraph" || answer.firstChild.content.size > 0;
}

/** What stands behind the caret in a question goes to the beginning of the answer. */
const splitQuestion: Command = (state, dispatch) => {
  if (!dispatch) return true;
  const { $from } = state.selection;
  const rest = $from.parent.content.cut($from.parentOffset);
  const answer = $from.after() + 1;
  const line = (state.schema.nodes.paragraph as NodeType).create(null, rest);
  const first = state.doc.nodeAt(answer);
  const isEmpty = first?.type.name === "paragraph" && first.content.size === 0;
  const tr = state.tr.replaceWith(answer, isEmpty ? answer + first.nodeSize : answer, line).delete($from.pos, $from.end());
  const place = tr.mapping.map($from.end(), -1) + 3;
  dispatch(tr.setSelection(TextSelection.create(tr.doc, place)).scrollIntoView());
  return true;
};

/** An empty pair becomes an empty paragraph: the conversation is over. */
const out: Command = (state, dispatch) => {
  if (!dispatch) return true;
  const { from, to } = spanOf(state);
  const tr = state.tr.replaceWith(from, to, paragraph(state));
  dispatch(tr.setSelection(TextSelection.create(tr.doc, from + 1)).scrollIntoView());
  return true;
};

/** Backspace: an empty pair goes; from the beginning of an answer the caret goes to the question, and nothing is joined. */
export const backspace: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0) return false;
  if ($from.parent.type.name === "qaQuestion") {
    const pair = $from.node(-1);
    return !pair.textContent && !hasMore(pair) ? out(state, dispatch) : false;
  }
  const answer = $from.node(-1);
  if (answer?.type.name !== "qaAnswer" || $from.index(-1) > 0 || $from.parent.type.name !== "paragraph") return false;
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, $from.before(-1) - 1)).scrollIntoView());
  return true;
};

/** Tab and Shift+Tab lead from part to part of the pairs. */
export const tab = (by: 1 | -1): Command => (state, dispatch) => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const name = $from.node(depth).type.name;
    if (/^(listItem|codeBlock|tableCell|tableHeader)$/.test(name)) return false;
    if (name !== "qaQuestion" && name !== "qaAnswer") continue;
    const to = by > 0 ? (name === "qaQuestion" ? $from.after(depth) + 1 : $from.after(depth - 1))
      : name === "qaAnswer" ? $from.before(depth) - 1 : $from.before(depth - 1);
    if (by > 0 && name === "qaAnswer" && to >= state.doc.content.size) return leave(state, dispatch);
    dispatch?.(state.tr.setSelection(Selection.near(state.doc.resolve(to), by)).scrollIntoView());
    return true;
  }
  return false;
};

export interface Credit {
  name: string;
  role: string;
}

/** Returns the people whom the form credits as it stands, saved or not. */
export function credited(form: HTMLFormElement): Credit[] {
  const found: Credit[] = [];
  for (const field of form.querySelectorAll<HTMLInputElement>('input[name^="credits-"][name$="-person"]')) {
    const role = form.elements.namedItem(field.name.replace(/person$/, "role")) as HTMLSelectElement | null;
    const name = clean.words(field.value, clean.MAX_SPEAKER);
    if (name) found.push({ name, role: role?.value ?? "" });
  }
  return found;
}

/** No name has a line end. */
const OTHER = "\n";

/** Shows who speaks above the words. */
export const spokenView = (desk: Desk): NodeViewConstructor => (node, view, getPos) => {
  const isQuestion = node.type.name === "qaQuestion";
  const label = isQuestion ? "Who asks" : "Who answers";
  let speaker: string = node.attrs.speaker;
  const select = chooser(view, label, (chosen) => {
    if (chosen !== OTHER) return set(chosen);
    select.hidden = true;
    other.hidden = false;
    other.value = "";
    other.focus();
  });
  select.classList.add("speaker");
  const other = h("input", { class: "field__input speaker__other", tabindex: -1, "aria-label": `${label}: another name`, placeholder: "Name", hidden: true });
  const content = h(isQuestion ? "p" : "div", { class: isQuestion ? "qa-question" : "qa-answer" });
  const dom = h("div", { class: "spoken" }, h("div", { class: "spoken__who", contenteditable: "false" }, select, other), content);

  const fill = () => {
    const names = new Set([speaker, ...credited(desk.form).map(({ name }) => name), ...spoken(view.state.doc)].filter(Boolean));
    offer(select, [["", isQuestion ? "Nobody named asks" : "Nobody named answers"], ...[...names].map((name) => [name, name] as const),
      [OTHER, "Another name…"]], speaker);
  };
  const set = (name: string) => {
    const position = getPos();
    if (position === undefined) return;
    const change = view.state.tr.setNodeAttribute(position, "speaker", name);
    // Where nobody was named yet, whoever is named now speaks in all the others as well: most interviews have two people.
    if (!speaker && name) {
      view.state.doc.descendants((part, at) => {
        if (part.type === node.type && !part.attrs.speaker) change.setNodeAttribute(at, "speaker", name);
        return !part.isTextblock && part.type !== node.type;
      });
    }
    view.dispatch(change);
  };
  const settle = () => {
    if (other.hidden) return;
    other.hidden = true;
    select.hidden = false;
    const name = clean.words(other.value, clean.MAX_SPEAKER);
    if (name) set(name);
    else fill();
  };
  select.addEventListener("pointerdown", fill);
  select.addEventListener("focus", fill);
  const onCredit = ({ target }: Event) => {
    if (target instanceof HTMLInputElement && target.name.startsWith("credits-")) fill(); // whoever is credited now can speak
  };
  desk.form.addEventListener("change", onCredit);
  other.addEventListener("blur", settle);
  other.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Escape") other.value = "";
    settle();
    view.focus();
  });
  fill();
  return {
    dom,
    contentDOM: content,
    update: (next) => {
      if (next.type.name !== node.type.name) return false;
      if (next.attrs.speaker !== speaker) {
        speaker = next.attrs.speaker;
        fill();
      }
      return true;
    },
    stopEvent: (event) => select.contains(event.target as Node) || other.contains(event.target as Node),
    ignoreMutation: (mutation) => !content.contains(mutation.target),
    destroy: () => desk.form.removeEventListener("change", onCredit),
  };
};

function spoken(doc: ProseNode): string[] {
  return pairs(doc).flatMap((pair) => Object.values(speakersOf(pair)) as string[]);
}
