// Pasting: everything that comes by the clipboard passes here, as do words dragged in from elsewhere.
import { closeHistory } from "@tiptap/pm/history";
import type { Node as ProseNode, ResolvedPos } from "@tiptap/pm/model";
import { DOMParser, Fragment, Slice } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import type { EditorView } from "@tiptap/pm/view";
import type { Desk, Part } from "../desk.ts";
import { expectPictures } from "../pictures/waiting.ts";
import { newId } from "../schema/ids.ts";
import { clean, cleanText, isOwn, type Cleaned } from "./clean.ts";
import { languageName } from "./code.ts";
import { offerInterview, tellOfPaste } from "./notice.ts";
import { isMarkdown } from "./markdown.ts";
import { readPlain } from "./plain.ts";
import { dataPicture, rtfPictures } from "./rtf.ts";
import { make, parse } from "./tree.ts";

/** Where one line of words can be and nothing else. */
const LINES = new Set(["figcaption", "pullQuote", "qaQuestion"]);

export const pasting: Part = (desk) => {
  desk.editor.registerPlugin(plugin(desk));
};

/** What the clipboard had besides the words, and what was found in them; for one paste at a time. */
interface Now {
  cleaned: Cleaned | null;
  rtf: string;
  isPlain: boolean;
}

function plugin(desk: Desk): Plugin {
  let now: Now = { cleaned: null, rtf: "", isPlain: false };
  const isRouted = new WeakSet<Event>();
  return new Plugin({
    key: new PluginKey("pasting"),
    props: {
      handleDOMEvents: {
        paste: (view, event) => {
          now = { cleaned: null, rtf: event.clipboardData?.getData("text/rtf") ?? "", isPlain: false };
          if (isRouted.has(event)) return false;
          isRouted.add(event);
          return route(view, event);
        },
        drop: () => {
          now = { cleaned: null, rtf: "", isPlain: false };
          return false;
        },
      },
      transformPastedHTML: (html) => {
        if (isOwn(html)) return html;
        now.cleaned = clean(html, { origin: window.location.origin, files: filesBeside(html, now.rtf) });
        return now.cleaned.body.innerHTML;
      },
      clipboardTextParser: (text, $context, isPlain, view) => {
        now.isPlain = isPlain;
        if (isPlain) return sliceOf(readPlain(text), view.state, $context);
        now.cleaned = cleanText(text, { origin: window.location.origin });
        return sliceOf(now.cleaned.body, view.state, $context);
      },
      transformPasted: (slice, view) => (view.dragging?.move ? slice : withFreshIds(slice, view.state.doc)),
      handlePaste: (view, _event, slice) => {
        const found = now.cleaned;
        if (found) expectPictures(desk, sendable(found, now.rtf ? rtfPictures(now.rtf) : []));
        const tr = LINES.has(view.state.selection.$from.parent.type.name) ? pasteLine(view.state, slice) : pasteBlocks(view.state, slice);
        const before = view.state.selection.from;
        // A step of its own: undoing it leaves what was typed just before.
        view.dispatch(closeHistory(tr).scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"));
        if (found) tellOfPaste(desk, found);
        if (!now.isPlain) offerInterview(desk, blocksBetween(view.state.doc, before, view.state.selection.to));
        return true;
      },
    },
  });
}

/** Some clipboards say in another way what they hold. True where the paste is done with. */
function route(view: EditorView, event: ClipboardEvent): boolean {
  const data = event.clipboardData;
  if (!data || isPlainKey(view) || view.state.selection.$from.parent.type.spec.code) return false;
  const [html, text] = [data.getData("text/html"), data.getData("text/plain")];
  if (!text.trim()) return false;
  const mode = editorMode(data.getData("vscode-editor-data"));
  if (mode === "markdown") return done(event, view.pasteText(text, event));
  // One line out of an editor is words, or a name; several are a listing.
  if (mode && languageName(mode) !== "text" && text.trim().includes("\n")) return done(event, view.pasteHTML(listing(text, languageName(mode)), event));
  if (mode || (html && isBare(html) && isMarkdown(text))) return done(event, view.pasteText(text, event));
  return false;
}

function done(event: Event, isPasted: boolean): boolean {
  if (isPasted) event.preventDefault();
  return isPasted;
}

/** With Shift people paste plain words; the editor's library keeps to itself that it was down. */
function isPlainKey(view: EditorView): boolean {
  const { input } = view as unknown as { input: { shiftKey: boolean; lastKeyCode: number } };
  return input.shiftKey && input.lastKeyCode !== 45;
}

function editorMode(data: string): string {
  try {
    return data ? String(JSON.parse(data).mode ?? "") : "";
  } catch {
    return "";
  }
}

function listing(text: string, language: string): string {
  const page = parse("");
  const code = make(page, "code", text.replace(/\r\n?/g, "\n"));
  if (language) code.className = `language-${language}`;
  page.append(make(page, "pre", code));
  return page.innerHTML;
}

/** Tells whether HTML says nothing that its words do not. */
function isBare(html: string): boolean {
  const page = parse(html);
  for (const element of page.querySelectorAll("style, script, meta, title")) element.remove();
  return ![...page.querySelectorAll("*")].some((element) => !/^(span|div|p|br|pre|font|code)$/.test(element.localName))
    && !/font-weight:\s*(bold|[6-9]00)|font-style:\s*italic/i.test(html);
}

/** How many of its pictures the other half of the clipboard has; unless it has them all, none can be told from another. */
function filesBeside(html: string, rtf: string): number {
  const named = [...parse(html).querySelectorAll("img[src^='file:']")].length;
  return named && rtf && rtfPictures(rtf).filter(Boolean).length === named ? named : 0;
}

/** The pictures that can be sent, each with the file that it is. */
function sendable({ pictures }: Cleaned, files: readonly (File | null)[]) {
  let next = 0;
  return pictures.filter(({ place }) => place).map(({ place, src, alt, caption }, index) => {
    const file = /^file:/i.test(src) ? (files[next++] ?? null) : dataPicture(src, `pasted-${index + 1}`);
    return { place, file, src, alt, caption };
  });
}

function sliceOf(body: HTMLElement, state: EditorState, $context: ResolvedPos): Slice {
  const parsed = DOMParser.fromSchema(state.schema).parseSlice(body, { preserveWhitespace: true, context: $context });
  return Slice.maxOpen(parsed.content);
}

/** Puts in what was read from a file, at a place between blocks, as one step. */
export function insertCleaned(desk: Desk, found: Cleaned, files: readonly (File | null)[], position: number): void {
  const { state, view } = desk.editor;
  const held = DOMParser.fromSchema(state.schema).parse(found.body, { preserveWhitespace: true }).content;
  expectPictures(desk, sendable(found, files));
  view.dispatch(closeHistory(state.tr).insert(position, held).setMeta("uiEvent", "paste"));
  tellOfPaste(desk, found);
  offerInterview(desk, blocksBetween(view.state.doc, position, position + held.size));
}

/** What is pasted beside its original is a block of its own; what was cut comes back as what it was. */
export function withFreshIds(slice: Slice, doc: ProseNode): Slice {
  const taken = new Set<string>();
  doc.descendants((node) => {
    if (node.attrs.id) taken.add(node.attrs.id);
    return true;
  });
  const fresh = (fragment: Fragment): Fragment => {
    const nodes: ProseNode[] = [];
    fragment.forEach((node) => {
      const { id } = node.attrs;
      const attrs = id && taken.has(id) ? { ...node.attrs, id: newId() } : node.attrs;
      if (id) taken.add(attrs.id);
      nodes.push(node.isText ? node : node.type.create(attrs, fresh(node.content), node.marks));
    });
    return Fragment.from(nodes);
  };
  return new Slice(fresh(slice.content), slice.openStart, slice.openEnd);
}

function pasteBlocks(state: EditorState, slice: Slice): Transaction {
  const single = slice.openStart === 0 && slice.openEnd === 0 && slice.content.childCount === 1 ? slice.content.firstChild : null;
  return single ? state.tr.replaceSelectionWith(single, false) : state.tr.replaceSelection(slice);
}

/** In a line there is room for words alone; what else was pasted into a question goes on as its answer. */
function pasteLine(state: EditorState, slice: Slice): Transaction {
  const { $from, $to } = state.selection;
  const isQuestion = $from.parent.type.name === "qaQuestion" && $from.sameParent($to);
  const [first, ...rest] = children(slice.content);
  if (isQuestion && first?.isTextblock && rest.length) {
    const answer = $from.after();
    const allowed = rest.filter((node) => state.schema.nodes.qaAnswer?.contentMatch.matchType(node.type));
    const next = state.doc.nodeAt(answer);
    const isEmpty = next?.childCount === 1 && next.firstChild?.isTextblock && next.firstChild.content.size === 0;
    const tr = state.tr.replaceWith(answer + 1, answer + 1 + (isEmpty ? (next?.firstChild?.nodeSize ?? 0) : 0), allowed);
    return tr.replaceWith($from.pos, $to.pos, first.content);
  }
  const line = inline(slice.content, state);
  return state.tr.replaceSelection(new Slice(line, 0, 0));
}

function children(fragment: Fragment): ProseNode[] {
  const nodes: ProseNode[] = [];
  fragment.forEach((node) => nodes.push(node));
  return nodes;
}

/** Returns all words of the blocks as one line. */
function inline(content: Fragment, state: EditorState): Fragment {
  const pieces: ProseNode[] = [];
  const visit = (node: ProseNode) => {
    if (!node.isInline && pieces.length && node.isTextblock) pieces.push(state.schema.text(" "));
    if (node.isText || (node.isInline && node.type.name !== "hardBreak")) pieces.push(node);
    else if (node.isInline) pieces.push(state.schema.text(" "));
    else node.forEach(visit);
  };
  content.forEach(visit);
  return Fragment.from(pieces);
}

/** Returns the ids of the blocks that stand between two places. */
function blocksBetween(doc: ProseNode, from: number, to: number): string[] {
  const found: string[] = [];
  doc.forEach((node, position) => {
    if (position + node.nodeSize > from && position < to && node.attrs.id) found.push(node.attrs.id);
  });
  return found;
}

