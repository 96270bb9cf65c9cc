// Pictures at the desk: dropped, pasted or chosen, sent in with their progress, and asked for their words in place.
import { NodeSelection, Plugin, PluginKey } from "@tiptap/pm/state";
import { Refusal } from "../api.ts";
import { insertFigure, replaceFigure } from "../blocks/figure.ts";
import type { Desk, Part, Picture } from "../desk.ts";
import { h } from "../dom.ts";
import { say } from "../paste/notice.ts";
import { parse, words } from "../paste/tree.ts";
import { isWordFile, takeWordFile } from "../paste/word.ts";
import { describe } from "./about.ts";
import { catchFiles } from "./drop.ts";
import { hero } from "./hero.ts";
import { askForWords, figureOf } from "./insert.ts";
import { choose } from "./library.ts";
import { isPicture, send } from "./send.ts";
import { announce, isWaiting, takeFiles, waitingPlugin } from "./waiting.ts";

export const pictures: Part = (desk) => {
  desk.editor.registerPlugin(waitingPlugin(desk));
  desk.editor.registerPlugin(pastedFiles(desk), (plugin, plugins) => [plugin, ...plugins]);
  catchFiles(desk, (files, position) => take(desk, files, position));
  desk.on("pictureWanted", ({ position, replaces }) => void (replaces ? replace(desk, position) : add(desk, position)));
  desk.on("pictureMeant", ({ position }) => void about(desk, position));
  window.addEventListener("beforeunload", (event) => {
    if (isWaiting(desk)) event.preventDefault();
  });
  hero(desk);
};

/** Takes files in; of those that are no pictures it is said at once. */
export function take(desk: Desk, files: readonly File[], position: number): void {
  const good = files.filter(isPicture);
  for (const file of files.filter(isWordFile)) void takeWordFile(desk, file, position);
  const others = files.filter((file) => !isPicture(file) && !isWordFile(file));
  if (good.length) takeFiles(desk, good, position);
  if (!others.length) return;
  const names = others.map((file) => file.name).join(", ");
  say(desk, "bad", h("p", {}, `${names} ${others.length === 1 ? "is no picture" : "are no pictures"} that the library takes. It takes JPEG, PNG, WebP and GIF, and the text takes Word files.`));
}

/** A clipboard with words has pictures only as a second form of them, so files count where there are no words. */
function pastedFiles(desk: Desk): Plugin {
  return new Plugin({
    key: new PluginKey("pastedFiles"),
    props: {
      handleDOMEvents: {
        paste: (view, event) => {
          const files = [...(event.clipboardData?.files ?? [])];
          const html = event.clipboardData?.getData("text/html") ?? "";
          if (!files.length || hasWords(html) || event.clipboardData?.getData("text/plain").trim()) return false;
          event.preventDefault();
          take(desk, files, view.state.selection.to);
          return true;
        },
      },
    },
  });
}

function hasWords(html: string): boolean {
  return Boolean(words(parse(html)));
}

/** Puts in what is chosen, where it was asked for, though the text may have grown meanwhile. */
async function add(desk: Desk, position: number): Promise<void> {
  const mark = follow(desk, position);
  const choice = await choose(desk, { title: "Choose pictures", isMany: true, verb: (count) => (count > 1 ? `Put ${count} in` : "Put it in") });
  const at = mark();
  if (!choice) return desk.editor.view.focus();
  if ("files" in choice) {
    desk.editor.view.focus();
    return take(desk, choice.files, at);
  }
  const [first, ...rest] = choice.pictures as [Picture, ...Picture[]];
  insertFigure(desk, first, at);
  const place = figureAtCaret(desk);
  // Each further one below the one before.
  rest.reduce((below, picture) => {
    const node = desk.editor.state.doc.nodeAt(below);
    const next = below + (node?.nodeSize ?? 0);
    desk.editor.view.dispatch(desk.editor.state.tr.insert(next, figureOf(desk.editor.schema, picture)));
    return next;
  }, place);
  announce(desk, choice.pictures.length === 1 ? "The picture is in the text." : `${choice.pictures.length} pictures are in the text.`);
  askForWords(desk, place);
}


async function replace(desk: Desk, position: number): Promise<void> {
  const mark = follow(desk, position);
  const choice = await choose(desk, { title: "Choose another picture", isMany: false, verb: () => "Take this one" });
  const at = mark();
  if (!choice || desk.editor.state.doc.nodeAt(at)?.type.name !== "figure") return desk.editor.view.focus();
  try {
    const picture = "pictures" in choice ? (choice.pictures[0] as Picture) : (await send(desk, choice.files[0] as File, {}, () => announce(desk, "Sending the picture.")).done).picture;
    replaceFigure(desk, at, picture);
    announce(desk, "The picture was replaced; its caption stayed.");
    if (!askForWords(desk, at)) desk.editor.view.focus();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(desk, "bad", h("p", {}, error.message));
  }
}

/** Opens what the library says about the picture of a figure. */
async function about(desk: Desk, position: number): Promise<void> {
  const mark = follow(desk, position);
  const id = Number(desk.editor.state.doc.nodeAt(position)?.attrs.asset ?? 0);
  try {
    const picture = id ? await describe(desk, id) : null;
    const at = mark();
    const figure = desk.editor.state.doc.nodeAt(at);
    if (picture && figure?.type.name === "figure" && !figure.attrs.alt) desk.editor.view.dispatch(desk.editor.state.tr.setNodeAttribute(at, "alt", picture.alt));
    const shown = desk.editor.view.nodeDOM(at);
    if (shown instanceof HTMLElement) shown.querySelector<HTMLElement>("[data-about]")?.focus();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(desk, "bad", h("p", {}, error.message));
  }
}

/** Keeps a position through whatever happens to the text; what is returned ends that, and tells where it is now. */
function follow(desk: Desk, position: number): () => number {
  let at = position;
  const listen = ({ transaction }: { transaction: { mapping: { map(position: number): number } } }) => {
    at = transaction.mapping.map(at);
  };
  desk.editor.on("transaction", listen);
  return () => {
    desk.editor.off("transaction", listen);
    return at;
  };
}

function figureAtCaret(desk: Desk): number {
  const { selection } = desk.editor.state;
  if (selection instanceof NodeSelection) return selection.from;
  for (let depth = selection.$from.depth; depth > 0; depth--) {
    if (selection.$from.node(depth).type.name === "figure") return selection.$from.before(depth);
  }
  return selection.$from.before(1);
}
