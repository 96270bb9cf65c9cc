// How long a text is, by the rules of the server (cms/articles/document/reading.py); frontend/test/reading.json holds
// both to the same answers.
import type { Node as ProseNode } from "@tiptap/pm/model";

const WORDS_A_MINUTE = 230;
// Scripts without spaces are counted by character.
const WORD =
  /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])[\p{L}\p{N}])+(?:['\u2019.,-][\p{L}\p{N}]+)*/gu;

const counted = new WeakMap<ProseNode, number>();

/** Returns how many words a string has. */
export function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

/** Returns how many words a reader reads in a document or a part of it. What did not change is not counted again. */
export function wordsOf(node: ProseNode): number {
  const known = counted.get(node);
  if (known !== undefined) return known;
  let words = 0;
  if (node.isTextblock) words = countWords(node.textBetween(0, node.content.size, "\n", breaks));
  else {
    node.forEach((child) => {
      words += wordsOf(child);
    });
  }
  counted.set(node, words);
  return words;
}

/** Returns how many words stand between two positions. */
export function wordsBetween(doc: ProseNode, from: number, to: number): number {
  return countWords(doc.textBetween(from, to, "\n", breaks));
}

/** Returns the minutes a reader needs, at least one; a half goes to the even neighbour, as on the server. */
export function minutesFor(words: number): number {
  const exact = words / WORDS_A_MINUTE;
  const down = Math.floor(exact);
  const isHalf = exact - down === 0.5;
  return Math.max(1, isHalf ? down + (down % 2) : Math.round(exact));
}

function breaks(leaf: ProseNode): string {
  return leaf.type.name === "hardBreak" ? "\n" : "";
}
