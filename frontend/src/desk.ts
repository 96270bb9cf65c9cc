// What the parts of the writing desk share: the editor, the form around it, the way to the server, and what happens.
import type { Editor } from "@tiptap/core";
import type { Node as ProseNode } from "@tiptap/pm/model";
import type { Api } from "./api.ts";
import { write } from "./html.ts";

/** What happens at the desk, and what is told with it. */
export interface Happenings {
  /** The text or a field was changed by the person. */
  changed: undefined;
  /** The server has the working copy, as the text is now or as it was before what came since. */
  kept: { at: string; words: number; minutes: number; isNewest: boolean };
  /** A revision was cut. */
  saved: { id: number; number: number; isQuiet: boolean };
  /** Text of somebody else was joined into ours. */
  joined: { sentences: string[] };
  /** Whether the text may be written in here now, or waits for somebody else. */
  locked: boolean;
  /** Something beside the text was said or settled. */
  talked: undefined;
  /** What the checks found, wherever it came from. */
  checked: Checked;
  /** Somebody asks for a picture: for a new figure at that position, or for the figure that stands there. */
  pictureWanted: { position: number; replaces: boolean };
  /** Somebody asks what the library says about the picture of the figure at that position. */
  pictureMeant: { position: number };
  /** Somebody asks for all that can be pressed. */
  keysWanted: undefined;
}

/** What the server says of a text; `clear` is a sentence where nothing stops its approval. */
export interface Checked {
  findings: Finding[];
  clear: string;
}

export interface Finding {
  rule: string;
  level: "block" | "last" | "warn" | "shown";
  text: string;
  hint: string;
  place: string;
  field: string;
  /** Where it is looked after on another page: its name and its address. */
  name?: string;
  href?: string;
}

export interface Picture {
  id: number;
  src: string;
  srcset: string;
  width: number;
  height: number;
  alt: string;
  caption: string;
  credit: string;
  rights: string;
  focal_x: number;
  focal_y: number;
  file_name: string;
  media_type: string;
}

/** One part of the desk: it is handed the desk once, when all is there, and attaches itself. */
export type Part = (desk: Desk) => void;

export class Desk {
  readonly root: HTMLElement;
  readonly form: HTMLFormElement;
  readonly editor: Editor;
  readonly api: Api;
  /** Begins all addresses of this piece: `/newsroom/articles/12`. */
  readonly address: string;
  /** The name of this open editor, by which the server knows its working copy. */
  tab = "";
  /** Brings what was typed into a revision, where it is in none; tells whether it is in one. */
  save: () => Promise<boolean> = () => Promise.resolve(true);
  /** Brings in what was stored meanwhile. */
  join: () => void = () => {};
  /** Whether what is written here is suggested, beside a text that stays as it is. */
  readonly isSuggesting: boolean;
  private readonly listeners = new EventTarget();
  private written: { doc: ProseNode; body: string } | null = null;

  constructor(root: HTMLElement, form: HTMLFormElement, editor: Editor, api: Api) {
    this.root = root;
    this.form = form;
    this.editor = editor;
    this.api = api;
    this.address = root.dataset.address ?? "";
    this.isSuggesting = this.address.endsWith("/suggest");
  }

  on<K extends keyof Happenings>(name: K, listener: (told: Happenings[K]) => void): void {
    this.listeners.addEventListener(name, (event) => listener((event as CustomEvent<Happenings[K]>).detail));
  }

  tell<K extends keyof Happenings>(name: K, told: Happenings[K]): void {
    this.listeners.dispatchEvent(new CustomEvent(name, { detail: told }));
  }

  /** The body as it would be stored now. */
  body(): string {
    const { doc } = this.editor.state;
    if (this.written?.doc !== doc) this.written = { doc, body: write(doc) };
    return this.written.body;
  }

  /** A field of the form, by its name. */
  field<T extends HTMLElement = HTMLInputElement>(name: string): T | null {
    return this.form.elements.namedItem(name) as T | null;
  }

  /** Brings the form's own text field up to date, so that whoever sends the form sends what is on the screen. */
  fill(): void {
    (this.field<HTMLTextAreaElement>("body") as HTMLTextAreaElement).value = this.body();
  }

  /** Everything the form would send, with the text as it is on the screen. */
  fields(): FormData {
    this.fill();
    return new FormData(this.form);
  }
}
