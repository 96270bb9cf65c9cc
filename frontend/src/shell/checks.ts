// What stands in the way of an approval, as it is now: grouped by weight, every line leading to its place.
import { Refusal } from "../api.ts";
import { register } from "../commands.ts";
import type { Checked, Desk, Finding } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { later } from "./idle.ts";
import { blockById, goToBlock, goToField } from "./places.ts";

const LEVELS = [
  { level: "block", title: "Stops approval", sign: "stop", mood: "is-bad" },
  { level: "last", title: "Stops the last approval", sign: "stop", mood: "is-warn" },
  { level: "warn", title: "Warnings", sign: "warn", mood: "is-warn" },
  { level: "shown", title: "Remarks", sign: "comment", mood: "is-said" },
] as const;
const NAMES: Record<string, string> = {
  dek: "Standfirst", section_id: "Section", hero_alt: "Picture", hero_id: "Picture", slug: "Address", body: "Text",
  seo_title: "Title in search results", seo_description: "Description in search results",
};
const FEW = 4; // remarks that are shown without being asked for
const EXCERPT = 60;
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
  let turn = 0; // an answer that another one has overtaken tells of an older text

  const show = (found: Checked) => {
    turn++;
    findings = found.findings;
    const now = JSON.stringify([findings, found.clear]);
    if (now === shown) return;
    const isFirst = shown === "";
    shown = now;
    draw(desk, place, found);
    const summary = summaryOf(findings);
    for (const note of desk.root.querySelectorAll("[data-checks-summary]")) note.textContent = summary;
    countInTab(desk, findings);
    if (!isFirst && said.textContent !== summary) said.textContent = summary;
  };

  const ask = async () => {
    if (!isStale || isGone) return;
    isStale = false;
    const mine = ++turn;
    try {
      const found = await desk.api.post<Checked>(`${desk.address}/checks`, desk.fields());
      if (turn === mine) show(found);
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
    desk.root.querySelector("[data-waits]")?.remove(); // it told of the text as it was
    (comesAlong ? patiently : soon)();
  });
  desk.on("talked", () => {
    isStale = true;
    soon();
  });
  desk.on("kept", ({ isNewest }) => {
    comesAlong = true;
    isStale = !isNewest;
  });
  desk.on("saved", () => void ask());
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

/** As templates/components/newsroom_piece.html writes it, so that nothing jumps when the first answer comes. */
function draw(desk: Desk, place: HTMLElement, { findings, clear }: Checked): void {
  const focused = place.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  const wasOpen = place.querySelector("details")?.open;
  const groups: HTMLElement[] = LEVELS.flatMap(({ level, title, sign, mood }): HTMLElement[] => {
    const some = findings.map((finding, number) => ({ finding, number })).filter(({ finding }) => finding.level === level);
    if (!some.length) return [];
    const name = [`${title} `, h("span", { class: "meta" }, String(some.length))];
    const lines = h("ul", { class: "checks", role: "list" }, ...some.map(({ finding, number }) => line(desk, finding, number, sign, mood)));
    if (level !== "shown" || some.length <= FEW) return [h("div", { class: "checks__group" }, h("h3", { class: "checks__level" }, ...name), lines)];
    return [h("details", { class: "checks__group", open: wasOpen ?? false }, h("summary", { class: "checks__level" }, ...name), lines)];
  });
  if (clear) groups.unshift(h("ul", { class: "checks", role: "list" }, h("li", { class: "is-good" }, icon("check"), h("span", {}, clear))));
  place.replaceChildren(...groups);
  if (focused) place.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function line(desk: Desk, finding: Finding, number: number, sign: string, mood: string): HTMLElement {
  const hint = finding.hint ? h("small", {}, finding.hint) : null;
  if (finding.href) {
    return h("li", { class: mood }, icon(sign), h("span", {}, h("a", { href: finding.href }, finding.name ?? ""), `: ${finding.text}`, hint));
  }
  const where = placeOf(desk, finding);
  if (!where) return h("li", { class: mood }, icon(sign), h("span", {}, finding.text, hint));
  const key = `${finding.rule} ${finding.place} ${finding.field}`;
  const link = h("a", { href: `#${finding.field || "body"}`, "data-number": number, "data-key": key }, where.name);
  return h("li", { class: mood }, icon(sign),
    h("span", {}, link, `: ${finding.text}`, where.excerpt ? h("small", {}, `“${where.excerpt}”`) : null, hint));
}

/** The place in words: a field's name, or a block's number and how it begins. */
function placeOf(desk: Desk, { place, field }: Finding): { name: string; excerpt: string } | null {
  const block = place ? blockById(desk.editor.state.doc, place) : null;
  if (block) return { name: `Block ${block.index + 1}`, excerpt: beginning(block.node.textBetween(0, block.node.content.size, " ", " ")) };
  if (!field) return null;
  const words = field.replaceAll("_", " ");
  return { name: NAMES[field] ?? words.charAt(0).toUpperCase() + words.slice(1), excerpt: "" };
}

function beginning(text: string): string {
  const words = text.replace(/\s+/g, " ").trim();
  return words.length <= EXCERPT ? words : `${words.slice(0, EXCERPT - 1).replace(/\s+\S*$/, "")}…`;
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
