// Never losing a word: what is typed goes into the browser at once, to the server soon, and into a revision when somebody
// says so or rests. What stands in the way is said, and the text waits until it is over.
import type { Desk } from "../desk.ts";
import type { CopyAnswer, Fields, SaveAnswer } from "./answers.ts";
import { type Return, giveBack, orphans, tellOfAside } from "./comeback.ts";
import { Company } from "./company.ts";
import { putField, readFields } from "./fields.ts";
import { leaveWith } from "./leaving.ts";
import { keepListed } from "./listed.ts";
import { Local } from "./local.ts";
import { Notes } from "./notes.ts";
import { type Order, Queue, type Standing } from "./queue.ts";
import { type Ground, hearRefusal, seenOf, takeIn } from "./saving.ts";
import { SignIn } from "./signin.ts";
import { ASIDE, keyOf, openStore } from "./store.ts";
import { press } from "./submitting.ts";
import { Tab, randomId } from "./tab.ts";
import { type Text, bring } from "./text.ts";
import { Sign, clockTime, said } from "./words.ts";

const CLOCK = {
  now: () => Date.now(),
  later: (pause: number, job: () => void) => {
    const timer = window.setTimeout(job, pause);
    return () => window.clearTimeout(timer);
  },
};

export function keeping(desk: Desk): void {
  const { user = "", userName = "" } = desk.root.dataset;
  const tab = new Tab();
  desk.tab = tab.id;
  const settled = tab.settle().then(() => void (desk.tab = tab.id));
  const notes = new Notes(desk.form);
  const sign = new Sign(desk.form);
  const store = openStore();
  const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("galley-desk");
  const forgetLater = new Map<string, number>();
  let savedWords = desk.form.querySelector(".saved")?.textContent?.replace(/\s+/g, " ").trim() || "Saved";
  let isQuiet = false;

  const takeText = (): Text => {
    return { edits: queue.edits, fields: readFields(desk), doc: desk.editor.state.doc, number: tab.last };
  };
  const send = (place: string, fields: Fields, more: Record<string, string>, keepalive = false) =>
    desk.api.post(`${desk.address}/${place}`, new URLSearchParams({ ...fields, ...more }), { keepalive });
  const sendSave = (order: Order<Text>, keepalive = false) => {
    const { fields, number } = order.snapshot as Text;
    const note = order.isQuiet ? "" : (fields.note ?? "");
    return send("save", { ...fields, note }, { tab: tab.id, number: String(number), save_id: order.id, quiet: order.isQuiet ? "1" : "0" }, keepalive) as Promise<SaveAnswer>;
  };

  const queue: Queue<Text> = new Queue<Text>(
    CLOCK,
    {
      take: takeText,
      copy: async (text, number) => {
        await settled;
        return send("copy", text.fields, { tab: tab.id, number: String(number) }) as Promise<CopyAnswer>;
      },
      save: async (order) => {
        await settled;
        return sendSave(order);
      },
      renew: async () => signIn.isSame(await desk.api.renew()),
      rename: () => {
        tab.rename();
        desk.tab = tab.id;
      },
      newId: randomId,
      nextNumber: () => tab.next(),
    },
    {
      standing: (standing) => {
        show(standing);
        signIn.hear(standing);
      },
      kept: (answer, edits) => {
        savedWords = `Saved ${clockTime(new Date(answer.kept_at))}`;
        isSafe(edits);
        desk.tell("kept", { at: answer.kept_at, words: answer.words, minutes: answer.minutes, isNewest: edits === queue.edits });
        desk.tell("checked", answer);
      },
      saved: (answer, order) => {
        savedWords = wordsOf(answer);
        const sent = order.snapshot as Text;
        isSafe(sent.edits);
        takeIn(ground, answer, sent, order.isQuiet);
        others?.postMessage({ piece: desk.address, user, revision: answer.revision.id });
      },
      refused: (refusal, order) => {
        if (refusal.facts.kept || refusal.status === 409) isSafe(order?.snapshot?.edits ?? queue.kept);
        hearRefusal(ground, refusal, order);
      },
    },
  );

  const loaded = takeText();
  const foundEarlier = settled.then(() => orphans(store, user, desk.address, tab.id));
  const local = new Local(
    CLOCK, store, () => keyOf(user, desk.address, tab.id),
    () => {
      const { fields, edits, number } = takeText();
      const saveId = queue.order?.snapshot?.edits === edits ? queue.order.id : "";
      return { edits, kept: { key: keyOf(user, desk.address, tab.id), at: Date.now(), seen: fields.seen ?? "", took: fields.took ?? "", fields, saveId, number } };
    },
    foundEarlier.then(() => {}, () => {}),
    () => show(queue.standing),
  );
  const wordsOf = ({ revision }: SaveAnswer) =>
    `${desk.isSuggesting ? "Suggested" : `Revision ${revision.number}`}, ${clockTime(new Date(revision.made_at))}`;
  const isSafe = (edits: number) => {
    local.clear(edits);
    for (const [key, at] of forgetLater) {
      if (at > edits) continue;
      forgetLater.delete(key);
      void store.remove(key).catch(() => {});
    }
  };
  const show = (standing: Standing) => sign.show(said(standing, savedWords, !local.isBroken));
  /** The save that the page before had sent as it went is through: this page goes on from that one. */
  const finished = (answer: SaveAnswer) => {
    ground.quietly(() => bring(desk, loaded, answer));
    putField(desk.form, "seen", String(answer.revision.id));
    putField(desk.form, "took", "");
    desk.form.querySelector("[data-took-note]")?.remove();
    savedWords = wordsOf(answer);
    queue.has(asLoaded);
    show(queue.standing);
  };
  const signIn = new SignIn(notes, { id: user, name: userName }, queue);
  const comeback: Return = {
    desk, notes, store, user,
    loaded: loaded.fields,
    forgetLater: (key) => forgetLater.set(key, queue.edits),
    typedIsSaved: () => (queue.edits > Math.max(queue.saved, asLoaded) ? queue.settled(queue.save(true)) : Promise.resolve()),
    finished,
  };
  const cameBack = foundEarlier.then((found) => giveBack(comeback, found), () => {}); // a browser that keeps nothing has nothing to give back
  const company = new Company(desk, notes, {
    ready: cameBack,
    hasUnsaved: () => queue.edits > queue.saved,
    // Whoever suggests is in nobody's way, and nobody in theirs.
    isStopped: () => desk.isSuggesting || queue.standing === "signedOut" || queue.standing === "stranger",
    doubt: (status) => void queue.doubt(status),
    saveQuietly: () => (queue.isAsking ? Promise.resolve() : queue.save(true)),
    isBehind: (head) => head.id > seenOf(desk),
  });
  const ground: Ground = {
    desk, notes, queue, ownName: userName, hasAccepted: false,
    lastToSave: () => company.head,
    putAside: (fields) => {
      const kept = { key: keyOf(user, desk.address, ASIDE), at: Date.now(), seen: fields.seen ?? "", took: "", fields, saveId: "", number: 0 };
      void store.put(kept).then(() => tellOfAside(comeback, kept), () => {});
    },
    quietly: (change) => {
      isQuiet = true;
      try {
        change();
      } finally {
        isQuiet = false;
      }
    },
  };

  desk.on("changed", () => {
    if (isQuiet) return;
    queue.change();
    local.change(queue.edits);
    company.typed();
  });
  others?.addEventListener("message", ({ data }) => {
    const isOurs = data.piece === desk.address && data.user === user && data.revision > seenOf(desk);
    if (!isOurs || company.isShut) return;
    if (queue.edits === queue.saved && !queue.isAsking) void queue.save(true);
    else notes.say("other-tab", "info", "You saved this piece in another tab. Your next save here joins the two.");
  });
  desk.save = () => (queue.edits > queue.saved ? queue.settled(queue.save(true)) : Promise.resolve(true));
  desk.join = () => {
    ground.hasAccepted = true;
    void queue.save(true).catch(() => {});
  };
  keepListed(desk);
  press(desk, queue, notes);
  leaveWith({ desk, queue, local, company, send: sendSave });
  window.addEventListener("online", () => queue.wake());
  window.addEventListener("offline", () => queue.lose());
  if (!navigator.onLine) queue.lose();
  if (desk.form.querySelector<HTMLElement>("[data-saved]")?.dataset.saved === "no") desk.tell("changed", undefined);
  const asLoaded = queue.edits;
}
