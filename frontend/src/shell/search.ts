// Finding in the text: where the words are, drawn over it. Nothing is looked for while the search is closed.
import { Fragment, type Mark, type Node as ProseNode, type Schema } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

export interface Query {
  words: string;
  isCase: boolean;
  isWhole: boolean;
  isPattern: boolean;
}

export interface Match {
  from: number;
  to: number;
  /** Positions of the groups of a pattern, the whole match first. */
  groups: ([number, number] | undefined)[];
}

interface Shown {
  marks: DecorationSet;
  current: Match | null;
}

/** So many are marked; more would only colour everything, and take long. All are counted and replaced. */
const MOST_MARKED = 1500;
export const searchKey = new PluginKey<Shown>("search");

/** Returns what a query looks for; throws SyntaxError with the reason where a pattern is none. */
export function patternOf(query: Query): RegExp {
  const source = query.isPattern ? query.words : query.words.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const whole = query.isWhole ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  return new RegExp(whole, query.isCase ? "gdu" : "gdiu");
}

/** Returns every place of a pattern, in the order of the text. Matches end with their paragraph. */
export function findAll(doc: ProseNode, pattern: RegExp): Match[] {
  const found: Match[] = [];
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const start = position + 1;
    for (const match of node.textBetween(0, node.content.size, undefined, "\ufffc").matchAll(pattern)) {
      if (!match[0]) continue;
      const groups = match.indices?.map((pair) => pair && ([start + pair[0], start + pair[1]] as [number, number])) ?? [];
      found.push({ from: start + match.index, to: start + match.index + match[0].length, groups });
    }
    return false;
  });
  return found;
}

/** Returns the number of the first match at or after a position, or of the first of all. */
export function matchFrom(matches: Match[], position: number): number {
  const number = matches.findIndex((match) => match.from >= position);
  return number < 0 ? 0 : number;
}

/** Puts words in the place of a match; with a pattern, $1 and $& stand for what was found, with its marks. */
export function replaceMatch(change: Transaction, match: Match, words: string, isPattern: boolean): void {
  const { doc } = change;
  const marks = sharedMarks(doc, match);
  const content = isPattern ? expanded(doc, match, words, marks) : literal(doc.type.schema, words, marks);
  if (content.size) change.replaceWith(match.from, match.to, content);
  else change.delete(match.from, match.to);
}

/** What all of the replaced words are, their replacement is, too. */
function sharedMarks(doc: ProseNode, { from, to }: Match): readonly Mark[] {
  let marks: readonly Mark[] | null = null;
  doc.nodesBetween(from, to, (node) => {
    if (node.isInline) marks = marks ? marks.filter((mark) => mark.isInSet(node.marks)) : node.marks;
  });
  return marks ?? [];
}

function literal(schema: Schema, words: string, marks: readonly Mark[]): Fragment {
  return words ? Fragment.from(schema.text(words, marks)) : Fragment.empty;
}

function expanded(doc: ProseNode, match: Match, words: string, marks: readonly Mark[]): Fragment {
  let content = Fragment.empty;
  for (const part of words.split(/(\$(?:\$|&|\d))/)) {
    const group = /^\$(&|\d)$/.exec(part)?.[1];
    if (group === undefined) content = content.append(literal(doc.type.schema, part === "$$" ? "$" : part, marks));
    else {
      const place = match.groups[group === "&" ? 0 : Number(group)];
      if (place) content = content.append(doc.slice(place[0], place[1]).content);
    }
  }
  return content;
}

/** Draws the matches; they move with the text until they are looked for again. */
export function searchPlugin(): Plugin<Shown> {
  return new Plugin<Shown>({
    key: searchKey,
    state: {
      init: () => ({ marks: DecorationSet.empty, current: null }),
      apply(change, shown) {
        const set: { matches: Match[]; current: Match | null } | undefined = change.getMeta(searchKey);
        if (set) return { marks: drawn(change.doc, set.matches, set.current), current: set.current };
        if (!change.docChanged || shown.marks === DecorationSet.empty) return shown;
        return { ...shown, marks: shown.marks.map(change.mapping, change.doc) };
      },
    },
    props: { decorations: (state: EditorState) => searchKey.getState(state)?.marks },
  });
}

function drawn(doc: ProseNode, matches: Match[], current: Match | null): DecorationSet {
  const marked = matches.slice(0, MOST_MARKED).filter((match) => match !== current);
  const marks = marked.map(({ from, to }) => Decoration.inline(from, to, { class: "is-match" }));
  if (current) marks.push(Decoration.inline(current.from, current.to, { class: "is-match is-match--here" }));
  return marks.length ? DecorationSet.create(doc, marks) : DecorationSet.empty;
}
