// Pictures on their way: each keeps its place in the text by a decoration, so that a save meanwhile stores nothing half done.
import { Plugin, PluginKey } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";
import { Refusal } from "../api.ts";
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { askForWords, boundary, placeFigure } from "./insert.ts";
import { send, type Sending, type Taken } from "./send.ts";

/** A picture that comes in with pasted words, and the id of the rule that keeps its place until then. */
export interface Expected {
  place: string;
  /** Its file; where that is not known yet, `src` is read in this page. */
  file: File | null;
  src: string;
  alt: string;
  caption: string;
}

interface Job {
  id: string;
  /** The order in which they came. */
  number: number;
  file: File | null;
  src: string;
  words: Record<string, string>;
  box: HTMLElement;
  sending: Sending | null;
  /** How much had been typed when it began: who writes on is not called away. */
  typed: number;
}

interface Place {
  id: string;
  number: number;
  at: number;
  box: HTMLElement;
}
type Step = { add: Place[]; remove?: string[] };
const KEY = new PluginKey<DecorationSet>("waitingPictures");
/** As many as the server looks at at once. */
const AT_ONCE = 2;

interface Yard {
  expected: Map<string, Expected>;
  line: Job[];
  running: number;
  typed: number;
  spoken: HTMLElement;
}
const yards = new WeakMap<Desk, Yard>();

function yardOf(desk: Desk): Yard {
  let yard = yards.get(desk);
  if (!yard) {
    yard = { expected: new Map(), line: [], running: 0, typed: 0, spoken: h("p", { class: "unseen", role: "status" }) };
    desk.root.append(yard.spoken);
    yards.set(desk, yard);
  }
  return yard;
}

/** Says something to whoever cannot see what happened. */
export function announce(desk: Desk, sentence: string): void {
  yardOf(desk).spoken.textContent = sentence;
}

/** Tells whether anything is still on its way. */
export function isWaiting(desk: Desk): boolean {
  return (KEY.getState(desk.editor.state)?.find().length ?? 0) > 0;
}

/** Keeps the places of pictures, and fills them. */
export function waitingPlugin(desk: Desk): Plugin {
  const yard = yardOf(desk);
  return new Plugin<DecorationSet>({
    key: KEY,
    state: {
      init: () => DecorationSet.empty,
      apply: (tr, set) => {
        const step = tr.getMeta(KEY) as Step | undefined;
        const mapped = set.map(tr.mapping, tr.doc);
        if (!step) return mapped;
        const kept = mapped.remove(mapped.find(undefined, undefined, (spec) => step.remove?.includes(spec.id) ?? false));
        // Several at one place stand in the order in which they came, all of them before the block that follows.
        return kept.add(tr.doc, step.add.map(({ id, number, at, box }) =>
          Decoration.widget(at, box, { id, number, box, key: id, side: number - 1e6, stopEvent: () => true, ignoreSelection: true })));
      },
    },
    // Rules that stand for a picture give way to its decoration within the same step, so undoing the paste undoes both.
    appendTransaction: (transactions, _before, state) => {
      if (!yard.expected.size || !transactions.some((tr) => tr.docChanged)) return null;
      const found: { at: number; expected: Expected }[] = [];
      state.doc.descendants((node, at) => {
        const expected = node.type.name === "horizontalRule" ? yard.expected.get(node.attrs.id) : undefined;
        if (expected) found.push({ at, expected });
        return !node.isTextblock;
      });
      if (!found.length) return null;
      const tr = state.tr;
      const add = found.map(({ at, expected }) => {
        yard.expected.delete(expected.place);
        const here = tr.mapping.map(at);
        const isAlone = tr.doc.resolve(here).parent.childCount === 1;
        if (isAlone) tr.replaceWith(here, here + 1, state.schema.node("paragraph"));
        else tr.delete(here, here + 1);
        const { file, src, alt, caption } = expected;
        return { job: begin(desk, file, src, { alt, caption }), here, steps: tr.steps.length };
      });
      const places = add.map(({ job, here, steps }) => ({ id: job.id, number: job.number, at: tr.mapping.slice(steps).map(here, -1), box: job.box }));
      return tr.setMeta(KEY, { add: places } satisfies Step);
    },
    props: {
      decorations: (state) => KEY.getState(state),
      handleDOMEvents: {
        keydown: () => {
          yard.typed++;
          return false;
        },
      },
    },
  });
}

/** Hears of pictures that are about to be pasted. */
export function expectPictures(desk: Desk, pictures: readonly Expected[]): void {
  const yard = yardOf(desk);
  for (const picture of pictures) yard.expected.set(picture.place, picture);
}

/** Takes files in at a place in the text. */
export function takeFiles(desk: Desk, files: readonly File[], position: number): void {
  const { state, view } = desk.editor;
  const at = boundary(state.doc, position);
  const add = files.map((file) => {
    const job = begin(desk, file, "", {});
    return { id: job.id, number: job.number, at, box: job.box };
  });
  view.dispatch(state.tr.setMeta(KEY, { add } satisfies Step).setMeta("addToHistory", false));
  announce(desk, files.length === 1 ? `Sending ${files[0]?.name}.` : `Sending ${files.length} pictures.`);
}

let count = 0;

function begin(desk: Desk, file: File | null, src: string, words: Record<string, string>): Job {
  const yard = yardOf(desk);
  const box = h("div", { class: "waiting", contenteditable: "false", role: "group", "aria-label": file ? `Picture ${file.name}` : "Picture" });
  const number = ++count;
  const job: Job = { id: `waiting-${number}`, number, file, src, words, box, sending: null, typed: yard.typed };
  draw(desk, job, "waits");
  yard.line.push(job);
  // Not within the step that puts it there: what it does next is a step of its own.
  queueMicrotask(() => next(desk));
  return job;
}

function next(desk: Desk): void {
  const yard = yardOf(desk);
  while (yard.running < AT_ONCE && yard.line.length) {
    const job = yard.line.shift() as Job;
    yard.running++;
    void go(desk, job).finally(() => {
      yard.running--;
      next(desk);
    });
  }
}

async function go(desk: Desk, job: Job): Promise<void> {
  try {
    job.file ??= await read(job.src);
    draw(desk, job, "goes");
    const bar = job.box.querySelector("progress");
    const said = job.box.querySelector(".waiting__said");
    job.sending = send(desk, job.file, job.words, (part) => {
      if (bar) bar.value = part;
      if (said) said.textContent = part < 1 ? `${Math.round(part * 100)} percent sent` : "Being looked at";
    });
    arrive(desk, job, await job.sending.done);
  } catch (error) {
    if (placeOf(desk, job) === null) return;
    draw(desk, job, "bad", error instanceof Refusal ? error.message : "That picture cannot be read out of the clipboard. Save it to your disk and drop it here.");
    announce(desk, `${job.file?.name ?? "A picture"} was not taken in. ${job.box.querySelector(".waiting__said")?.textContent ?? ""}`);
  } finally {
    job.sending = null;
  }
}

function placeOf(desk: Desk, job: Job): number | null {
  return KEY.getState(desk.editor.state)?.find(undefined, undefined, (spec) => spec.id === job.id)[0]?.from ?? null;
}

function arrive(desk: Desk, job: Job, { picture, known, notes }: Taken): void {
  const at = placeOf(desk, job);
  // Undone or taken out meanwhile: then it is in the library, and not in the text.
  if (at === null) return;
  const { view, state } = desk.editor;
  const later = KEY.getState(state)?.find(at, at, (spec) => spec.number > job.number) ?? [];
  const tr = state.tr;
  const caption = picture.caption || (job.words.caption ?? "");
  const place = placeFigure(tr, { ...picture, caption, alt: picture.alt || (job.words.alt ?? "") }, at);
  const below = place + (tr.doc.nodeAt(place)?.nodeSize ?? 0);
  const add = later.map(({ spec }) => ({ id: spec.id, number: spec.number, box: spec.box, at: below }));
  const hadFocus = job.box.contains(document.activeElement);
  view.dispatch(tr.setMeta(KEY, { add, remove: [job.id, ...add.map(({ id }) => id)] } satisfies Step));
  const lacks = !(picture.alt || job.words.alt);
  const said = [known ? "It was in the library already: its words came with it." : "", ...notes.filter((note) => !/library already/.test(note)), lacks ? "Say what it shows." : ""];
  announce(desk, `${picture.file_name} is in the text. ${said.filter(Boolean).join(" ")}`);
  if (known || notes.length) remark(desk, place, known, notes);
  if (hadFocus || isIdle(desk, job)) askForWords(desk, place);
}

/** Whoever writes on, in the text or in a field, is not called away. */
function isIdle(desk: Desk, job: Job): boolean {
  const here = document.activeElement;
  return yardOf(desk).typed === job.typed && (here === document.body || here === desk.editor.view.dom);
}

/** What the library says of a file, below its picture, until the writer goes on. */
function remark(desk: Desk, position: number, known: boolean, notes: readonly string[]): void {
  const figure = desk.editor.view.nodeDOM(position);
  const place = figure instanceof HTMLElement ? figure.querySelector(".figure__words") : null;
  const words = [known ? "In the library already: its words came with it." : "", ...notes.filter((note) => !/library already/.test(note))].filter(Boolean).join(" ");
  place?.append(h("p", { class: "figure__remark" }, words));
}

function draw(desk: Desk, job: Job, state: "waits" | "goes" | "bad", sentence = ""): void {
  const { box, file } = job;
  const name = file?.name ?? "A picture of the page";
  const shown = box.querySelector<HTMLImageElement>(".waiting__plate") ?? h("img", { class: "waiting__plate", alt: "" });
  if (file && !shown.src) {
    shown.src = URL.createObjectURL(file);
    shown.addEventListener("load", () => URL.revokeObjectURL(shown.src), { once: true });
    shown.addEventListener("error", () => shown.removeAttribute("src"), { once: true });
  }
  box.dataset.state = state;
  const bar = h("progress", { max: 1, value: 0, "aria-label": `How much of ${name} is sent` });
  const again = h("button", { type: "button", class: "button button--small", click: () => {
    draw(desk, job, "waits");
    yardOf(desk).line.push(job);
    next(desk);
  } }, "Try again");
  const away = h("button", { type: "button", class: "button button--small button--quiet", click: () => remove(desk, job) }, state === "bad" ? "Remove" : "Stop");
  again.append(h("span", { class: "unseen" }, ` to send ${name}`));
  away.append(h("span", { class: "unseen" }, ` ${name}`));
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(shown, h("div", { class: "waiting__about" },
    h("p", { class: "waiting__name" }, name, file ? h("span", { class: "meta num" }, size(file.size)) : null),
    state === "goes" ? bar : null, h("p", { class: "waiting__said" }, sentence || (state === "waits" ? "Waits its turn" : "0 percent sent"))),
    h("div", { class: "waiting__do" }, state === "bad" ? again : null, away));
  if (hadFocus) box.querySelector("button")?.focus();
}

function remove(desk: Desk, job: Job): void {
  const { view, state } = desk.editor;
  const yard = yardOf(desk);
  yard.line = yard.line.filter((one) => one !== job);
  view.dispatch(state.tr.setMeta(KEY, { add: [], remove: [job.id] } satisfies Step).setMeta("addToHistory", false));
  job.sending?.stop();
  view.focus();
}

export function size(bytes: number): string {
  return bytes > 99_999 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1000))} kB`;
}

/** Reads a picture that this page holds in memory; one of another page cannot be read, and is refused. */
async function read(src: string): Promise<File> {
  const image = new Image();
  image.src = src;
  await image.decode();
  const canvas = h("canvas", { width: image.naturalWidth, height: image.naturalHeight });
  canvas.getContext("2d")?.drawImage(image, 0, 0);
  const blob = await new Promise<Blob | null>((take) => canvas.toBlob(take, "image/png"));
  if (!blob) throw new Error("no picture");
  return new File([blob], "pasted.png", { type: "image/png" });
}

