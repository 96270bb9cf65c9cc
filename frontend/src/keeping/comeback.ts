// When the page opens: what this browser still has of this piece is put to the person, or finished where it was on its way.
import { Refusal } from "../api.ts";
import type { Desk } from "../desk.ts";
import type { Fields, SaveAnswer } from "./answers.ts";
import { difference } from "./differ.ts";
import { readFields } from "./fields.ts";
import type { Notes } from "./notes.ts";
import { recoveryPanel } from "./recovery.ts";
import { ASIDE, type Kept, type Store, keyOf } from "./store.ts";
import { living } from "./tab.ts";
import { takeUp } from "./text.ts";
import { clockTime } from "./words.ts";

const JUST_NOW = 60_000;

export interface Return {
  desk: Desk;
  notes: Notes;
  store: Store;
  user: string;
  /** The fields as the page came with them. */
  loaded: Fields;
  /** A save of the page before is through, and its text is what this page came with, or follows on it. */
  finished(answer: SaveAnswer): void;
  /** Settled when everything that was typed on this page is in a revision, or cannot be now. */
  typedIsSaved(): Promise<unknown>;
  /** Forget that record as soon as the server has the text here. */
  forgetLater(key: string): void;
}

/** Puts the record of this very tab aside, so that what is typed now does not overwrite it; returns all that are orphans. */
export async function orphans(store: Store, user: string, piece: string, tab: string): Promise<Kept[]> {
  const alive = await living();
  const found = await store.of(user, piece);
  const left: Kept[] = [];
  for (const kept of found) {
    const name = kept.key.slice(keyOf(user, piece, "").length);
    if (name === tab) {
      const moved = { ...kept, key: keyOf(user, piece, `${tab}-${kept.at}`) };
      await store.put(moved);
      await store.remove(kept.key);
      left.push(moved);
    } else if (!alive.has(name)) left.push(kept);
  }
  return left;
}

/** Goes through them, the newest first, until one needs a person's word. */
export async function giveBack(coming: Return, found: Kept[]): Promise<void> {
  const { desk, store, user } = coming;
  const aside = keyOf(user, desk.address, ASIDE);
  for (const [index, kept] of found.entries()) {
    if (kept.key === aside) {
      if (difference(readFields(desk), kept.fields)) tellOfAside(coming, kept);
      continue;
    }
    if ((await finish(coming, kept)) || !difference(readFields(desk), kept.fields)) {
      await store.remove(kept.key);
      continue;
    }
    return put(coming, kept, () => void giveBack(coming, found.slice(index + 1)));
  }
}

/** Tries the save again that the page had sent as it went, a moment ago; true where it is in a revision now.

 Whoever reloads in the middle of a sentence is asked nothing; what is older is theirs to decide. */
async function finish(coming: Return, kept: Kept): Promise<boolean> {
  const { desk } = coming;
  if (!kept.saveId || Date.now() - kept.at > JUST_NOW) return false;
  const tab = kept.key.slice(keyOf(coming.user, desk.address, "").length).split("-")[0] ?? "";
  const fields = new URLSearchParams({ ...kept.fields, tab, number: String(kept.number), save_id: kept.saveId, quiet: "1" });
  try {
    const answer = await desk.api.post<SaveAnswer>(`${desk.address}/save`, fields);
    const { tookTab, tookNumber } = desk.form.dataset;
    // Where the page came with a text of another tab's, that one is not to be overwritten with this one.
    const isEarlier = !coming.loaded.took || (tookTab === tab && Number(tookNumber) <= kept.number);
    // Where something was saved after it, the page came with that.
    if (answer.is_newest && (isEarlier || !difference(coming.loaded, kept.fields))) coming.finished(answer);
    return true;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return false;
  }
}

function put(coming: Return, kept: Kept, next: () => void): void {
  const { desk, notes, store, user } = coming;
  const differs = difference(readFields(desk), kept.fields);
  if (!differs) return next();
  let isOpen = true;
  const close = () => {
    isOpen = false;
    notes.close("recovery");
  };
  const panel = recoveryPanel(kept, differs, {
    takeUp: async () => {
      close();
      await coming.typedIsSaved(); // what was typed meanwhile is in the history, before this text takes its place
      takeUp(desk, kept.fields);
      coming.forgetLater(kept.key);
      desk.tell("changed", undefined);
      desk.editor.commands.focus("start");
      next();
    },
    keepSaved: () => {
      close();
      const aside = { ...kept, key: keyOf(user, desk.address, ASIDE) };
      void store.put(aside).then(() => (kept.key === aside.key ? undefined : store.remove(kept.key)));
      tellOfAside(coming, aside);
      desk.editor.commands.focus("start");
      next();
    },
  });
  desk.on("saved", () => {
    if (!isOpen || difference(readFields(desk), kept.fields)) return;
    close(); // what came in with a save was that very text
    panel.remove();
    void store.remove(kept.key);
    next();
  });
  desk.form.querySelector(".sheet")?.prepend(panel);
  if (window.scrollY > panel.offsetTop) {
    notes.say("recovery", "warn", `This browser has text of yours from ${clockTime(new Date(kept.at))} that was not saved.`, [
      { label: "Look at it", isMain: true, do: () => panel.querySelector("h2")?.focus() },
    ]);
  }
}

/** The text that was not taken up stays within reach, until another one takes its place. */
export function tellOfAside(coming: Return, kept: Kept): void {
  coming.notes.say("aside", "info", `Your other text, from ${clockTime(new Date(kept.at))}, stays in this browser.`, [
    {
      label: "Look at it again",
      do: () => {
        coming.notes.close("aside");
        put(coming, kept, () => {});
        coming.desk.form.querySelector<HTMLElement>(".recovery h2")?.focus();
      },
    },
  ]);
}
