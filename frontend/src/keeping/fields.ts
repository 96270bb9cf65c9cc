// The form's fields as they are typed: read all at once, compared, and brought up to date where nobody touched them.
import type { Desk } from "../desk.ts";
import type { Fields } from "./answers.ts";

/** What the form has besides the piece. */
const BESIDE = new Set(["csrf_token", "seen", "took", "do", "find", "note", "tab"]);
const CREDITS = /^credits-\d+-/;

export function readFields(desk: Desk): Fields {
  const found: Fields = {};
  for (const [name, value] of desk.fields()) {
    if (typeof value === "string" && name !== "csrf_token" && name !== "do") found[name] = value.replaceAll("\r\n", "\n");
  }
  return found;
}

/** Returns the names of the fields that two differ in; space at the ends, empty rows and their numbers count for nothing. */
export function differing(one: Fields, other: Fields): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const found = [...names].filter(
    (name) => !BESIDE.has(name) && !CREDITS.test(name) && even(one[name]) !== even(other[name]),
  );
  return credits(one) === credits(other) ? found : [...found, "credits"];
}

/** Puts in what came back from the server, but for what was typed since `sent`; returns the fields that both changed. */
export function putFields(desk: Desk, sent: Fields, back: Fields): string[] {
  const here = readFields(desk);
  const typedSince = new Set(differing(sent, here));
  const both: string[] = [];
  for (const name of differing(sent, back)) {
    if (name === "body" || (!(name in back) && name !== "credits")) continue;
    if (typedSince.has(name)) both.push(name);
    else if (name === "credits") putCredits(desk.form, back);
    else putField(desk.form, name, back[name] ?? "");
  }
  return both.filter((name) => differing(here, back).includes(name));
}

export function putField(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof RadioNodeList) {
    field.value = value;
    if (field.value !== value) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
    const { selectionStart, selectionEnd } = field;
    field.value = value;
    if (field === document.activeElement && selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
  } else if (field instanceof HTMLSelectElement) field.value = value;
  // For what is drawn over the field: tokens, rows, lengths.
  if (field instanceof HTMLElement) field.dispatchEvent(new Event("put", { bubbles: true }));
}

function putCredits(form: HTMLFormElement, back: Fields): void {
  const rows = () => [...form.querySelectorAll<HTMLElement>("[data-row-of=credits]")];
  const count = new Set(Object.keys(back).filter((name) => CREDITS.test(name)).map((name) => name.split("-")[1])).size;
  const more = form.querySelector<HTMLButtonElement>("#credits ol + button");
  for (let missing = count - rows().length; missing > 0; missing--) more?.click();
  for (const [number] of rows().entries()) {
    for (const part of ["person", "role", "affiliation", "position"]) {
      const value = back[`credits-${number}-${part}`];
      if (value !== undefined || part !== "role") putField(form, `credits-${number}-${part}`, value ?? "");
    }
  }
}

function credits(fields: Fields): string {
  const numbers = [...new Set(Object.keys(fields).filter((name) => CREDITS.test(name)).map((name) => Number(name.split("-")[1])))];
  const rank = (number: number) => Number(fields[`credits-${number}-position`]) || Infinity;
  return numbers
    .filter((number) => even(fields[`credits-${number}-person`]))
    .sort((one, other) => (rank(one) === rank(other) ? one - other : rank(one) - rank(other)))
    .map((number) => ["person", "role", "affiliation"].map((part) => even(fields[`credits-${number}-${part}`])).join("|"))
    .join("\n");
}

function even(text: string | undefined): string {
  return (text ?? "").replace(/\s+/g, " ").trim();
}
