// Two people changed the same place: both versions side by side with the words that differ, and a choice for each.
import { h } from "../dom.ts";
import type { Clash, ClashAnswer } from "./answers.ts";
import { shown } from "./prose.ts";
import { counted } from "./words.ts";

export type Decision = "mine" | "theirs" | "both";

export interface Resolution {
  /** Save with these choices, one for each clash in their order. */
  save(decisions: Decision[]): void;
  /** Write on, and decide later. */
  later(): void;
}

/** Returns the panel for a clash; `who` is how the other person is called. */
export function clashPanel(answer: ClashAnswer, who: string, resolution: Resolution): HTMLElement {
  const places = answer.clashes.map((clash, index) => place(clash, index, who));
  const decisions = () => places.map((one) => one.querySelector<HTMLInputElement>("input:checked")?.value as Decision);
  const panel = h("section", { class: "clashes clashes--here", "aria-labelledby": "clashes-here" },
    h("h2", { class: "panel__head", id: "clashes-here", tabindex: "-1" }, `${who} changed ${places.length === 1 ? "the same place" : `${counted(places.length, "place")}`} that you changed`),
    h("p", {}, `Nothing is lost, whichever you choose: ${who}’s is in the history, and yours stays in this browser.`),
    ...places,
    answer.brought_in.length > 0 ? h("p", { class: "meta" }, `From ${who}’s save, without a clash, and coming in with yours: ${answer.brought_in.join(" ")}`) : "",
    h("div", { class: "note__do" },
      h("button", { class: "button button--main button--small", type: "button", click: () => resolution.save(decisions()) }, "Save with these choices"),
      h("button", { class: "button button--small", type: "button", click: () => resolution.save(places.map(() => "mine")) }, "Use mine everywhere"),
      h("button", { class: "button button--small button--quiet", type: "button", click: () => resolution.later() }, "Decide later")));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") resolution.later();
  });
  return panel;
}

function place(clash: Clash, index: number, who: string): HTMLElement {
  const options: [Decision, string][] = [["mine", clash.mine ? "Yours" : "Leave it out, as you did"], ["theirs", clash.theirs ? `${who}’s` : `Leave it out, as ${who} did`]];
  if (clash.block && clash.mine && clash.theirs) options.push(["both", "Both, yours first"]);
  return h("fieldset", { class: "clash" },
    h("legend", { class: "clash__field" }, clash.block ? titleOf(clash) : clash.label),
    side("Yours", clash, "mine"), side(who, clash, "theirs"),
    h("div", { class: "clash__choose" },
      ...options.map(([value, words], at) =>
        h("label", { class: "check" }, h("input", { type: "radio", name: `clash-${index}`, value, checked: at === 0, form: "" }), h("span", {}, words)))));
}

function side(name: string, clash: Clash, which: "mine" | "theirs"): HTMLElement {
  const text = clash[which];
  const words = h("div", { class: "prose" });
  if (!text) words.append(clash.block ? "Taken out." : "Empty");
  else words.append(shown(clash.marks || text, clash.marks ? which : "both"));
  return h("div", { class: "clash__side" }, h("p", { class: "meta" }, name), words);
}

/** Names a block by its first words, so that people find it. */
function titleOf(clash: Clash): string {
  const words = (shown(clash.mine || clash.theirs).textContent ?? "").trim().split(/\s+/);
  return words.length > 8 ? `“${words.slice(0, 8).join(" ")} …”` : `“${words.join(" ")}”`;
}
