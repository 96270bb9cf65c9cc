// What stands in the way of an approval, as it is now: grouped by weight, every line leading to its place.
import { Refusal } from "../api.ts";
import { register } from "../commands.ts";
import type { Desk, Finding } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { later } from "./idle.ts";
import { goToBlock, goToField } from "./places.ts";

const LEVELS = [
  { level: "block", title: "Stops approval", sign: "stop", mood: "is-bad" },
  { level: "warn", title: "Warnings", sign: "warn", mood: "is-warn" },
  { level: "shown", title: "Remarks", sign: "wait", mood: "is-note" },
] as const;
const PATIENCE = 2000; // milliseconds without a key, after which the checks are asked for
const LONGER = 8000; // the same where autosaves bring them along

export function checks(desk: Desk): void {
  const place = desk.root.querySelector<HTMLElement>("[data-checks]");
  if (!place) return;
  const said = h("p", { class: "unseen", role: "status" });
  place.after(said);
  let shown = "";
  let findings: Finding[] = [];
  let isStale = false;
  let isGone = false;
  let comesAlong = false;

  const show = (found: Finding[]) => {
    isStale = false;
    findings = found;
    const now = JSON.stringify(found);
    if (now === shown) return;
    const isFirst = shown === "";
    shown = now;
    draw(place, found);
    const summary = summaryOf(found);
    for (const note of desk.root.querySelectorAll("[data-checks-summary]")) note.textContent = summary;
    countInTab(desk, found);
    if (!isFirst && said.textContent !== summary) said.textContent = summary;
  };

  const ask = async () => {
    if (!isStale || isGone) return;
    isStale = false;
    try {
      show((await desk.api.post<{ findings: Finding[] }>(`${desk.address}/checks`, desk.fields())).findings);
    } catch (error) {
      // What was found last stays; where there is no such place, nothing is asked again.
      isGone = error instanceof Refusal && (error.status === 404 || error.status === 405);
      isStale = !isGone;
    }
  };

  const soon = later(PATIENCE, () => void ask());
  const patiently = later(LONGER, () => void ask());
  desk.on("changed", () => {
    isStale = true;
    (comesAlong ? patiently : soon)();
  });
  desk.on("kept", (kept) => {
    comesAlong = true;
    show(kept.findings);
  });
  desk.on("checked", show);
  place.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("a[data-number]");
    const finding = link && findings[Number(link.dataset.number)];
    if (!finding) return;
    event.preventDefault();
    lead(desk, finding);
  });
  register({
    id: "checks.next", title: "Go to the first thing that stands in the way", group: "Go to", words: "checks problem finding error", icon: "stop",
    when: () => findings.some(isPlaced),
    run: () => lead(desk, sorted(findings).find(isPlaced) as Finding),
  });
  isStale = true;
  later(0, () => void ask())();
}

function lead(desk: Desk, finding: Finding): void {
  if (finding.place && goToBlock(desk, finding.place)) return;
  if (finding.field) goToField(desk, finding.field);
}

const isPlaced = ({ place, field }: Finding) => Boolean(place || field);

function sorted(findings: Finding[]): Finding[] {
  return LEVELS.flatMap(({ level }) => findings.filter((finding) => finding.level === level));
}

function draw(place: HTMLElement, findings: Finding[]): void {
  const focused = place.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  const groups = LEVELS.flatMap(({ level, title, sign, mood }) => {
    const some = findings.map((finding, number) => ({ finding, number })).filter(({ finding }) => finding.level === level);
    if (!some.length) return [];
    return [h("section", { class: "checks__group" },
      h("h3", { class: "checks__title" }, title, " ", h("span", { class: "num" }, String(some.length))),
      h("ul", { class: "checks", role: "list" }, ...some.map(({ finding, number }) => line(finding, number, sign, mood))))];
  });
  if (!findings.some(({ level }) => level === "block")) {
    groups.unshift(h("ul", { class: "checks", role: "list" },
      h("li", { class: "is-good" }, icon("check"), h("span", {}, "Nothing stands in the way", findings.length ? h("small", {}, "What follows does not stop an approval.") : null))));
  }
  place.replaceChildren(...groups);
  if (focused) place.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function line(finding: Finding, number: number, sign: string, mood: string): HTMLElement {
  const hint = finding.hint ? h("small", {}, finding.hint) : null;
  if (!isPlaced(finding)) return h("li", { class: mood }, icon(sign), h("span", {}, finding.text, hint));
  const key = `${finding.rule} ${finding.place} ${finding.field}`;
  // A link for everybody; without a script's help it leads to the field.
  const href = `#${finding.field || "body"}`;
  return h("li", { class: mood }, icon(sign), h("span", {},
    h("a", { class: "checks__to", href, "data-number": number, "data-key": key }, finding.text), hint));
}

/** Returns what the checks come to, in a sentence. */
export function summaryOf(findings: Finding[]): string {
  const count = (level: string) => findings.filter((finding) => finding.level === level).length;
  const [stops, warnings, remarks] = [count("block"), count("warn"), count("shown")];
  const parts = [
    stops && (stops === 1 ? "1 stops approval" : `${stops} stop approval`),
    warnings && (warnings === 1 ? "1 warning" : `${warnings} warnings`),
    remarks && (remarks === 1 ? "1 remark" : `${remarks} remarks`),
  ].filter(Boolean);
  return parts.length ? parts.join(", ") : "Nothing stands in the way";
}

function countInTab(desk: Desk, findings: Finding[]): void {
  const panel = desk.root.querySelector("[data-checks]")?.closest("[data-tab]");
  const tab = desk.root.querySelector(`[aria-controls="${panel?.id}"]`);
  if (!tab) return;
  tab.querySelector(".count")?.remove();
  const stops = findings.filter(({ level }) => level === "block").length;
  const warnings = findings.filter(({ level }) => level === "warn").length;
  if (stops) tab.append(h("span", { class: "count count--bad" }, String(stops), h("span", { class: "unseen" }, " stop approval")));
  else if (warnings) tab.append(h("span", { class: "count count--warn" }, String(warnings), h("span", { class: "unseen" }, " warnings")));
}
