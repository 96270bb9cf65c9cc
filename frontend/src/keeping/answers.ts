// What the server answers while somebody writes (the newsroom's writing.py says the same in Python).
import type { Checked } from "../desk.ts";

/** The form's fields by name, as they were typed; `body` among them. */
export type Fields = Record<string, string>;

export interface CopyAnswer extends Checked {
  kept_at: string;
  number: number;
  words: number;
  minutes: number;
}

export interface SaveAnswer {
  revision: { id: number; number: number; hash: string; made_at: string };
  is_new: boolean;
  /** Nothing was saved after it. */
  is_newest: boolean;
  body: string;
  fields: Fields;
  brought_in: string[];
  added: string[];
  dropped: string[];
  /** Who saved what came in, where the server says so. */
  who?: string;
}

/** One place that two people changed: HTML for a block, words for a field. */
export interface Clash {
  field: string;
  label: string;
  block: string;
  base: string;
  mine: string;
  theirs: string;
  marks: string;
  values?: { mine?: Fields; theirs?: Fields };
}

export interface ClashAnswer {
  error: string;
  who: string;
  revision: { id: number; number: number };
  fields: Fields;
  brought_in: string[];
  clashes: Clash[];
}

export interface Other {
  name: string;
  initials: string;
  place: string;
  label: string;
  since: string;
  holds: boolean;
}

export interface Company {
  others: Other[];
  holder: { name: string; since: string; me: boolean } | null;
  taken_by: { name: string; at: string } | null;
  head: { id: number; number: number; by: string; at: string };
  state: string;
  is_open: boolean;
}
