// Says in a few words how two texts differ: how many words each has, and the first lines that are not the same.
import type { Fields } from "./answers.ts";
import { differing } from "./fields.ts";
import { plain } from "./prose.ts";

/** One line that differs: what is the same at both ends, and what stands between, here and there. */
export interface Line {
  label: string;
  before: string;
  here: string;
  there: string;
  after: string;
}

export interface Difference {
  wordsHere: number;
  wordsThere: number;
  lines: Line[];
  more: number;
}

const SHOWN = 3;
const AROUND = 60;
const LABELS: Record<string, string> = {
  headline: "Headline", kicker: "Kicker", dek: "Standfirst", section_id: "Section", topics: "Topics", credits: "Credits", slug: "Address",
  hero_id: "Picture", hero_alt: "Alternative text", hero_caption: "Caption", hero_credit: "Credit line", seo_title: "Search title",
  seo_description: "Search description", kind: "Kind", language: "Language",
};

/** Compares what is here with what is there; null where nothing differs. */
export function difference(here: Fields, there: Fields): Difference | null {
  const names = differing(here, there);
  if (!names.length) return null;
  const lines: Line[] = [];
  for (const name of names) {
    if (name !== "body") lines.push(line(LABELS[name] ?? name, words(here, name), words(there, name)));
  }
  if (names.includes("body")) lines.push(...blocks(here.body ?? "", there.body ?? ""));
  return {
    wordsHere: count(plain(here.body ?? "")), wordsThere: count(plain(there.body ?? "")),
    lines: lines.slice(0, SHOWN), more: Math.max(0, lines.length - SHOWN),
  };
}

export function count(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

function words(fields: Fields, name: string): string {
  if (name !== "credits") return (fields[name] ?? "").trim();
  return Object.entries(fields).filter(([key, text]) => /^credits-\d+-person$/.test(key) && text.trim()).map(([, text]) => text.trim()).join(", ");
}

function blocks(here: string, there: string): Line[] {
  const [mine, other] = [byId(here), byId(there)];
  const found: Line[] = [];
  for (const [id, html] of other) {
    if (mine.get(id) !== html) found.push(line("Text", plain(mine.get(id) ?? ""), plain(html)));
  }
  for (const [id, html] of mine) {
    if (!other.has(id)) found.push(line("Text", plain(html), ""));
  }
  return found;
}

function byId(body: string): Map<string, string> {
  const page = new DOMParser().parseFromString(body, "text/html");
  return new Map([...page.body.children].map((block, index) => [block.getAttribute("data-id") ?? `${index}`, block.outerHTML]));
}

/** Finds what is the same at both ends, at whole words. */
export function line(label: string, here: string, there: string): Line {
  const [a, b] = [here.split(/(?<=\s)|(?=\s)/), there.split(/(?<=\s)|(?=\s)/)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const before = a.slice(0, head).join("");
  const after = a.slice(a.length - tail).join("");
  return {
    label,
    before: before.length > AROUND ? `… ${before.slice(-AROUND).replace(/^\S*\s/, "")}` : before,
    here: a.slice(head, a.length - tail).join(""),
    there: b.slice(head, b.length - tail).join(""),
    after: after.length > AROUND ? `${after.slice(0, AROUND).replace(/\s\S*$/, "")} …` : after,
  };
}
