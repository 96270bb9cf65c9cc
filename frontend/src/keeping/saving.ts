// What comes of a save: the new revision and what came in with it, a clash to decide, or a reason why not.
import type { Refusal } from "../api.ts";
import type { Desk } from "../desk.ts";
import { read } from "../html.ts";
import { newId } from "../schema/ids.ts";
import { goToField } from "../shell/places.ts";
import type { Clash, ClashAnswer, Fields, SaveAnswer } from "./answers.ts";
import { type Decision, clashPanel } from "./clash.ts";
import type { Notes } from "./notes.ts";
import { putField } from "./fields.ts";
import type { Order, Queue } from "./queue.ts";
import { type Text, bring } from "./text.ts";
import { counted } from "./words.ts";

const MOST_SAID = 4;

export interface Ground {
  desk: Desk;
  notes: Notes;
  queue: Queue<Text>;
  /** Whoever saved the newest revision that this page has heard of. */
  lastToSave(): { id: number; by: string } | null;
  /** One's own name: a clash with it is one with another tab. */
  ownName: string;
  /** A suggestion was accepted here: the next that comes in from oneself is that. */
  hasAccepted: boolean;
  /** Keeps a text in the browser, to be looked at again. */
  putAside(fields: Fields): void;
  /** Changes the text without counting it as something that the person typed. */
  quietly(change: () => void): void;
}

export function seenOf(desk: Desk): number {
  return Number(desk.field("seen")?.value);
}

/** The server has a revision: the page starts from that one now, and has in it what came in. */
export function takeIn(ground: Ground, answer: SaveAnswer, sent: Text, isQuiet: boolean): void {
  const { desk, notes, queue } = ground;
  const before = seenOf(desk);
  putField(desk.form, "seen", String(answer.revision.id));
  putField(desk.form, "took", "");
  if (!isQuiet && desk.field("note")?.value === sent.fields.note) putField(desk.form, "note", "");
  ground.quietly(() => {
    const { isDoubled, both } = bring(desk, sent, answer);
    if (isDoubled || both.length) queue.change();
    tellOf(ground, answer, before, isDoubled || both.length > 0);
  });
  ground.hasAccepted = false;
  for (const name of ["refused", "clash", "not-gone"]) notes.close(name);
  desk.form.querySelector("[data-took-note]")?.remove();
  desk.form.querySelector(".clashes--here")?.remove();
  queue.isAsking = false;
  desk.tell("saved", { id: answer.revision.id, number: answer.revision.number, isQuiet });
}

function tellOf(ground: Ground, answer: SaveAnswer, before: number, isDoubled: boolean): void {
  const { desk, notes } = ground;
  if (answer.brought_in.length) {
    const last = ground.lastToSave();
    const who = answer.who ?? (last && last.id !== before ? last.by : "Somebody");
    const said = answer.brought_in.slice(0, MOST_SAID).join(" ");
    const more = answer.brought_in.length - MOST_SAID;
    const both = isDoubled ? " You both changed one place at the same moment: both versions are in the text." : "";
    const name = who !== ground.ownName ? `${who} saved while you wrote, and it` : ground.hasAccepted ? "What you accepted" : "You saved in another tab while you wrote, and it";
    notes.say("came-in", "info", `${name} is in your text now: ${said}${more > 0 ? ` And ${counted(more, "more change")}.` : ""}${both}`);
    desk.tell("joined", { sentences: answer.brought_in });
  }
  if (answer.added.length) notes.say("added", "info", `New here, and added: ${answer.added.map((name) => `“${name}”`).join(", ")}.`);
  if (answer.dropped.length) notes.say("dropped", "warn", `Cleaned on the way in: ${answer.dropped.join(" ")}`);
}

/** The server said no: the sentence is shown, and its field; a clash is put to the person. */
export function hearRefusal(ground: Ground, refusal: Refusal, order: Order<Text> | null): void {
  const { desk, notes } = ground;
  if (refusal.status === 409 && order?.snapshot && Array.isArray(refusal.facts.clashes)) {
    return ask(ground, refusal.facts as unknown as ClashAnswer, order.snapshot, order.isQuiet);
  }
  if (order?.isQuiet && refusal.status === 422) return; // half a headline is no mistake before somebody saves it
  if (refusal.facts.kept) {
    notes.say("refused", "warn", `${refusal.message} What you wrote is kept beside the piece.`);
    return;
  }
  notes.say("refused", "bad", `Not saved: ${refusal.message}`);
  if (order && typeof refusal.facts.field === "string" && refusal.facts.field) goToField(desk, refusal.facts.field);
}

/** Says that two people changed the same place; whoever asked for the save gets the choice at once. */
function ask(ground: Ground, answer: ClashAnswer, sent: Text, isQuiet: boolean): void {
  const { desk, notes, queue } = ground;
  queue.isAsking = true;
  const who = answer.who === ground.ownName ? "Your other tab" : answer.who;
  desk.form.querySelector(".clashes--here")?.remove();
  const panel = clashPanel(answer, who, {
    save: (decisions) => {
      panel.remove();
      notes.close("clash");
      if (decisions.includes("theirs")) ground.putAside(sent.fields);
      decide(ground, answer, sent, decisions);
      queue.isAsking = false;
      void queue.save().catch(() => {});
      desk.editor.commands.focus();
    },
    later: () => {
      panel.remove();
      notes.say("clash", "warn", `${who} changed the same place as you. Your text is kept beside the piece, and is not saved yet.`, [{ label: "Look at both", isMain: true, do: open }], false);
      desk.editor.commands.focus();
    },
  });
  const open = () => {
    notes.close("clash");
    desk.form.querySelector(".sheet")?.prepend(panel);
    panel.scrollIntoView({ block: "start" });
    panel.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  };
  if (!isQuiet) return open();
  notes.say("clash", "warn", `${who} changed the same place as you. Nothing is lost; one of you has to choose.`, [{ label: "Look at both", isMain: true, do: open }], false);
}

/** Brings in what did not clash, then what was chosen; from now on the page starts from the newest revision. */
export function decide(ground: Ground, answer: ClashAnswer, sent: Text, decisions: Decision[]): void {
  const { desk } = ground;
  ground.quietly(() => bring(desk, sent, { fields: answer.fields, body: answer.fields.body ?? "" }));
  for (const [index, clash] of answer.clashes.entries()) {
    const decision = decisions[index] ?? "mine";
    if (clash.block) decideBlock(desk, clash, decision);
    else if (decision === "theirs") decideField(desk, clash);
  }
  putField(desk.form, "seen", String(answer.revision.id));
  desk.tell("changed", undefined);
}

function decideBlock(desk: Desk, clash: Clash, decision: Decision): void {
  const { state, view, schema } = desk.editor;
  let position = -1;
  state.doc.forEach((node, at) => {
    if (node.attrs.id === clash.block) position = at;
  });
  const here = position < 0 ? null : state.doc.nodeAt(position);
  const isLeftOut = (decision === "mine" && !clash.mine) || (decision === "theirs" && !clash.theirs);
  if (isLeftOut && here) {
    const rest = state.doc.childCount > 1 ? [] : [schema.nodes.paragraph!.create()];
    view.dispatch(state.tr.replaceWith(position, position + here.nodeSize, rest));
  }
  if (isLeftOut || decision === "mine") return;
  const theirs = read(schema, clash.theirs).firstChild;
  if (!theirs) return;
  const size = here?.nodeSize ?? 0;
  const at = here ? position : state.doc.content.size;
  if (decision === "theirs") view.dispatch(state.tr.replaceWith(at, at + size, theirs));
  else view.dispatch(state.tr.insert(at + size, theirs.type.create({ ...theirs.attrs, id: newId() }, theirs.content)));
}

function decideField(desk: Desk, clash: Clash): void {
  const values: Fields = clash.values?.theirs ?? { [clash.field]: clash.theirs };
  if (clash.field === "credits") {
    for (const field of desk.form.querySelectorAll<HTMLInputElement>("#credits input")) field.value = "";
  }
  for (const [name, value] of Object.entries(values)) putField(desk.form, name, value);
}
