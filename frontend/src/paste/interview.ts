// Tells an interview among pasted paragraphs, so that it can be offered as questions and answers. Nothing is forced.
import type { Node as ProseNode, Schema } from "@tiptap/pm/model";
import { Fragment } from "@tiptap/pm/model";

export interface Interview {
  /** What takes the place of the paragraphs. */
  nodes: ProseNode[];
  questions: number;
  /** Who asks and who answers, where the text says so. */
  asking: string;
  answering: string[];
}

interface Turn {
  speaker: string;
  isQuestion: boolean;
  blocks: ProseNode[];
}

const LABEL = /^\s*((?:[\p{Lu}][\p{L}\p{M}'’.-]*|\p{Lu}{1,4})(?:\s+(?:[\p{Lu}][\p{L}\p{M}'’.-]*|van|von|de|da|del|bin|al|der|den|la|le)){0,4}(?:\s+\([^()]{1,40}\))?)\s*[:：]\s*/u;
const BARE = /^(Q|A|Question|Answer|Frage|Antwort|F|Interviewer)$/i;

/** Returns the interview that the blocks are, or null. `people` are the names that the piece knows. */
export function recognise(blocks: readonly ProseNode[], schema: Schema, people: readonly string[] = []): Interview | null {
  return labelled(blocks, schema, people) ?? emphasised(blocks, schema);
}

/** "Name: What is it?" and "Other: It is that." */
function labelled(blocks: readonly ProseNode[], schema: Schema, people: readonly string[]): Interview | null {
  const labels = blocks.map((block) => (block.type.name === "paragraph" ? labelOf(block) : null));
  const names = new Resolver(labels.filter((label): label is string => label !== null), people);
  const spoken = labels.map((label) => (label === null ? null : names.of(label)));
  const distinct = new Set(spoken.filter((name) => name !== null));
  const asker = askerOf(blocks, spoken);
  if (distinct.size < 2 || distinct.size > 8 || asker === null) return null;
  const turns: Turn[] = [];
  blocks.forEach((block, index) => {
    const speaker = spoken[index];
    if (speaker !== null && speaker !== undefined) turns.push({ speaker, isQuestion: speaker === asker, blocks: [unlabelled(block, schema)] });
    else if (block.type.name === "heading" || !turns.length) turns.push({ speaker: "", isQuestion: false, blocks: [block] });
    else (turns.at(-1) as Turn).blocks.push(block);
  });
  const nodes = pair(turns, schema);
  const questions = nodes.filter((node) => node.type.name === "qa").length;
  const answering = [...distinct].filter((name) => name !== asker && !BARE.test(name as string)) as string[];
  return questions >= 2 ? { nodes, questions, asking: BARE.test(asker) ? "" : asker, answering } : null;
}

/** Bold lines or headings that ask, and text between them. */
function emphasised(blocks: readonly ProseNode[], schema: Schema): Interview | null {
  const asks = blocks.map((block) => isAsking(block));
  const heads = blocks.filter((block, index) => block.type.name === "heading" && !asks[index]).length;
  const questions = asks.filter((ask, index) => ask && !asks[index + 1] && index + 1 < blocks.length).length;
  if (questions < 2 || heads > questions) return null;
  const nodes: ProseNode[] = [];
  for (let at = 0; at < blocks.length;) {
    const block = blocks[at] as ProseNode;
    let end = at + 1;
    while (end < blocks.length && !asks[end] && (blocks[end] as ProseNode).type.name !== "heading") end++;
    if (asks[at] && end > at + 1) nodes.push(qa(schema, "", plain(block, schema), "", blocks.slice(at + 1, end)));
    else nodes.push(...blocks.slice(at, end));
    at = end;
  }
  return { nodes, questions, asking: "", answering: [] };
}

function labelOf(block: ProseNode): string | null {
  const match = LABEL.exec(block.textContent.slice(0, 120));
  if (!match) return null;
  const label = (match[1] as string).trim();
  // A bold beginning, or a short name: "Note: the bridge" would be one too, so one of its kind is not enough elsewhere.
  return label.length <= 60 ? label : null;
}

/** Who of them asks: whose turns end with a question mark most often. */
function askerOf(blocks: readonly ProseNode[], spoken: readonly (string | null)[]): string | null {
  const marks = new Map<string, { asked: number; turns: number }>();
  spoken.forEach((speaker, index) => {
    if (speaker === null) return;
    const found = marks.get(speaker) ?? { asked: 0, turns: 0 };
    found.turns++;
    if (/\?["”»]?\s*$/.test((blocks[index] as ProseNode).textContent)) found.asked++;
    marks.set(speaker, found);
  });
  const ranked = [...marks].filter(([, { turns }]) => turns >= 2).sort(([, one], [, other]) => other.asked / other.turns - one.asked / one.turns || other.turns - one.turns);
  const [first] = ranked;
  return first && first[1].asked >= 1 && first[1].asked >= first[1].turns / 3 ? first[0] : null;
}

function pair(turns: readonly Turn[], schema: Schema): ProseNode[] {
  const nodes: ProseNode[] = [];
  for (let at = 0; at < turns.length;) {
    const turn = turns[at] as Turn;
    const isPlain = turn.blocks.every((block) => block.type.name === "paragraph");
    if (!turn.isQuestion || !isPlain) {
      nodes.push(...(turn.speaker ? named(turn, schema) : turn.blocks));
      at++;
      continue;
    }
    const answers: ProseNode[] = [];
    let who = "";
    let end = at + 1;
    for (; end < turns.length && !(turns[end] as Turn).isQuestion && (turns[end] as Turn).speaker; end++) {
      const next = turns[end] as Turn;
      who ||= next.speaker;
      answers.push(...(next.speaker === who ? next.blocks : named(next, schema)));
    }
    // The last word of whoever asked is no question.
    if (!answers.length) nodes.push(...named(turn, schema));
    else nodes.push(qa(schema, turn.speaker, joined(turn.blocks, schema), who, answers));
    at = end;
  }
  return nodes;
}

/** A second voice in one answer keeps its name before its words. */
function named(turn: Turn, schema: Schema): ProseNode[] {
  const [first, ...rest] = turn.blocks as [ProseNode, ...ProseNode[]];
  const name = schema.text(`${turn.speaker}:`, [schema.mark("bold")]);
  return [first.copy(Fragment.from([name, schema.text(" ")]).append(first.content)), ...rest];
}

function qa(schema: Schema, asker: string, question: Fragment, answerer: string, answers: readonly ProseNode[]): ProseNode {
  const speaker = (name: string) => ({ speaker: BARE.test(name) ? "" : name });
  const held = answers.length ? [...answers] : [schema.node("paragraph")];
  return schema.node("qa", null, [schema.node("qaQuestion", speaker(asker), question), schema.node("qaAnswer", speaker(answerer), held)]);
}

function joined(blocks: readonly ProseNode[], schema: Schema): Fragment {
  return blocks.reduce((sum, block, index) => {
    const gap = index ? Fragment.from(schema.nodes.hardBreak?.create()) : Fragment.empty;
    return sum.append(gap).append(withoutBold(block.content, schema));
  }, Fragment.empty as Fragment);
}

function withoutBold(content: Fragment, schema: Schema): Fragment {
  const isAll = everyText(content, (node) => node.marks.some((mark) => mark.type === schema.marks.bold));
  if (!isAll) return content;
  const nodes: ProseNode[] = [];
  content.forEach((node) => nodes.push(node.mark(node.marks.filter((mark) => mark.type !== schema.marks.bold))));
  return Fragment.from(nodes);
}

function everyText(content: Fragment, test: (node: ProseNode) => boolean): boolean {
  let found = content.size > 0;
  content.forEach((node) => {
    if (node.isText && node.text?.trim() && !test(node)) found = false;
  });
  return found;
}

function isAsking(block: ProseNode): boolean {
  const text = block.textContent.trim();
  if (!/\?["”»]?$/.test(text) || text.length > 600) return false;
  if (block.type.name === "heading") return true;
  return block.type.name === "paragraph" && everyText(block.content, (node) => node.marks.some((mark) => mark.type.name === "bold"));
}

function plain(block: ProseNode, schema: Schema): Fragment {
  return withoutBold(block.content, schema);
}

/** Takes the name off the head of a paragraph. */
function unlabelled(block: ProseNode, schema: Schema): ProseNode {
  const length = LABEL.exec(block.textContent.slice(0, 120))?.[0].length ?? 0;
  return block.copy(withoutBold(cut(block, length), schema));
}

/** Returns the content behind so many characters; other things in it count as none. */
function cut(block: ProseNode, length: number): Fragment {
  let left = length;
  const nodes: ProseNode[] = [];
  block.content.forEach((node) => {
    if (!node.isText || left <= 0) nodes.push(node);
    else if ((node.text ?? "").length > left) {
      nodes.push(node.cut(left));
      left = 0;
    } else left -= (node.text ?? "").length;
  });
  return Fragment.from(nodes);
}

/** Names as the piece has them: "FSM" and "Frederico" are Frederico Muñoz, where somebody of that name is known. */
class Resolver {
  private readonly known: Map<string, string> = new Map();

  constructor(labels: readonly string[], people: readonly string[]) {
    // Those that say two names at once come first: they tell who the short one is.
    for (const label of [...labels].sort((one, other) => Number(other.includes("(")) - Number(one.includes("(")))) {
      if (this.known.has(label)) continue;
      const [, name = label, short] = /^(.*?)\s*\(([^()]+)\)$/.exec(label) ?? [];
      const full = this.person(name, people);
      this.known.set(label, full);
      if (short && /^\p{Lu}[\p{L}.]{0,5}$/u.test(short)) this.known.set(short, full);
      if (!this.known.has(name)) this.known.set(name, full);
    }
    const fulls = [...new Set([...people, ...labels.filter((label) => label.includes(" ")).map((label) => this.of(label))])];
    for (const label of labels) if (this.of(label) === label && !label.includes(" ")) this.known.set(label, this.person(label, fulls));
  }

  of(label: string): string {
    return this.known.get(label) ?? label;
  }

  private person(name: string, people: readonly string[]): string {
    if (BARE.test(name)) return name;
    const fits = people.filter((person) => {
      const parts = person.split(/[\s-]+/);
      const initials = parts.map((part) => part[0]).join("");
      return person === name || parts.includes(name) || (name.length > 1 && initials.toLowerCase() === name.replace(/\./g, "").toLowerCase());
    });
    return fits.length === 1 ? (fits[0] as string) : name;
  }
}
