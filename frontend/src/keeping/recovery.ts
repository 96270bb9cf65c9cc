// Gives text back that only this browser has, after a crash, an ended session or a lost network, with a choice.
import { h } from "../dom.ts";
import { counted, clockTime } from "./words.ts";
import type { Difference } from "./differ.ts";
import type { Kept } from "./store.ts";

export interface Choice {
  takeUp(): void | Promise<void>;
  keepSaved(): void;
}

/** Returns the panel that tells of a text in the browser, what differs from the text here, and lets one choose. */
export function recoveryPanel(kept: Kept, difference: Difference, choice: Choice): HTMLElement {
  const panel = h("section", { class: "recovery", "aria-labelledby": "recovery" });
  const leave = (act: () => void | Promise<void>) => () => {
    panel.remove();
    void act();
  };
  const { wordsHere, wordsThere, lines, more } = difference;
  const size = wordsThere === wordsHere ? `Both have ${counted(wordsHere, "word")}.` : `It has ${counted(wordsThere, "word")}, the text here ${wordsHere.toLocaleString("en-GB")}.`;
  panel.append(
    h("h2", { class: "panel__head", id: "recovery", tabindex: "-1" }, `This browser has text of yours from ${clockTime(new Date(kept.at))}`),
    h("p", {}, `It never reached the newsroom. ${size}`),
    h("dl", { class: "recovery__lines" },
      ...lines.flatMap((line) => [
        h("dt", { class: "meta" }, line.label),
        h("dd", {}, line.before, line.here && h("del", {}, line.here), line.here && line.there && " ", line.there && h("ins", {}, line.there), line.after),
      ])),
    more > 0 ? h("p", { class: "meta" }, `And ${counted(more, "more place")}.`) : "",
    h("div", { class: "note__do" },
      h("button", { class: "button button--main button--small", type: "button", click: leave(choice.takeUp) }, "Take it up"),
      h("button", { class: "button button--small", type: "button", click: leave(choice.keepSaved) }, "Keep the saved text")),
  );
  return panel;
}
