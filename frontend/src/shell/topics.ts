// Topics as tokens over the form's one field with commas: it stays what is sent.
import type { Desk } from "../desk.ts";
import { h, icon } from "../dom.ts";
import { combobox, folded, namesIn } from "./combobox.ts";

/** Cuts a list with commas into names; a known name that has commas of its own stays whole, as on the server. */
export function splitNames(text: string, known: ReadonlySet<string>): string[] {
  const parts = text.split(",").map((part) => part.trim());
  const found: string[] = [];
  while (parts.length) {
    let length = Math.min(4, parts.length);
    while (length > 1 && !known.has(folded(parts.slice(0, length).join(", ")))) length--;
    found.push(parts.splice(0, length).join(", "));
  }
  return found.filter(Boolean);
}

export function topics(desk: Desk): void {
  const field = desk.field("topics");
  if (!field) return;
  const all = namesIn("topic-names");
  const known = new Set(all.map(({ name }) => folded(name)));
  const label = desk.form.querySelector<HTMLLabelElement>("label[for=topics]");
  const tokens = h("ol", { class: "tokens", role: "list", "aria-label": "Topics of this piece" });
  const input = h("input", { class: "field__input", type: "text", id: "topics-add", placeholder: "Add a topic", "aria-describedby": field.getAttribute("aria-describedby") });
  const said = h("p", { class: "unseen", role: "status" });
  field.after(tokens, input, said);
  // The field itself has done its work as something to type in; what it says is still sent and kept.
  field.type = "hidden";
  if (label) label.htmlFor = input.id;
  let names: string[] = [];

  const write = (now: string[], words: string) => {
    field.value = now.join(", ");
    said.textContent = words;
    draw();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const remove = (number: number) => {
    const name = names[number];
    write(names.filter((_, other) => other !== number), `${name} is taken out`);
    const next = tokens.querySelectorAll<HTMLElement>(".token")[Math.min(number, names.length - 1)];
    (next ?? input).focus();
  };
  const move = (number: number, by: number) => {
    const to = number + by;
    const name = names[number];
    if (name === undefined || to < 0 || to >= names.length) return;
    const now = names.filter((_, other) => other !== number);
    now.splice(to, 0, name);
    write(now, `${name} is number ${to + 1} of ${now.length}`);
    tokens.querySelectorAll<HTMLElement>(".token")[to]?.focus();
  };
  const draw = () => {
    names = splitNames(field.value, known);
    const focused = [...tokens.querySelectorAll(".token")].indexOf(document.activeElement as Element);
    tokens.hidden = !names.length;
    tokens.replaceChildren(...names.map((name, number) => {
      const isNew = !known.has(folded(name));
      const token = h("button", { type: "button", class: "token", "data-new": isNew, draggable: "true", "aria-label": `${name}${isNew ? ", new" : ""}: take out`, "aria-keyshortcuts": "Delete Alt+ArrowLeft Alt+ArrowRight" },
        name, isNew && h("small", {}, "new"), icon("close"));
      token.addEventListener("click", () => remove(number));
      token.addEventListener("keydown", (event) => {
        const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (event.key === "Delete" || event.key === "Backspace") remove(number);
        else if (by && event.altKey) move(number, by);
        else if (by) (tokens.querySelectorAll<HTMLElement>(".token")[number + by] ?? (by > 0 ? input : token)).focus();
        else return;
        event.preventDefault();
      });
      token.addEventListener("dragstart", (event) => event.dataTransfer?.setData("application/x-galley-topic", String(number)));
      token.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("application/x-galley-topic") && event.preventDefault());
      token.addEventListener("drop", (event) => {
        event.preventDefault();
        const from = Number(event.dataTransfer?.getData("application/x-galley-topic"));
        move(from, number - from);
      });
      return h("li", {}, token);
    }));
    if (focused >= 0) tokens.querySelectorAll<HTMLElement>(".token")[focused]?.focus();
  };
  const add = (name: string) => {
    const clean = name.split(/\s+/).filter(Boolean).join(" ");
    input.value = "";
    if (!clean || names.some((other) => folded(other) === folded(clean))) return;
    const isNew = !known.has(folded(clean));
    write([...names, clean], `${clean} is added${isNew ? "; it is new here" : ""}`);
    input.focus();
  };

  const free = () => all.filter(({ name }) => !names.some((other) => folded(other) === folded(name)));
  combobox(input, { free, noun: "topic", take: ({ name }) => add(name) });
  input.addEventListener("input", (event) => {
    // What is half typed here is not in the form yet.
    event.stopPropagation();
    if (input.value.includes(",")) {
      for (const name of splitNames(input.value, known)) add(name);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      add(input.value);
    } else if (event.key === "Backspace" && !input.value && names.length) {
      event.preventDefault();
      tokens.querySelectorAll<HTMLElement>(".token")[names.length - 1]?.focus();
    }
  });
  // A word left behind is a topic, too, and nothing that was typed is lost.
  input.addEventListener("blur", () => input.value.trim() && add(input.value));
  // Others may write into the field: what was kept, what somebody else saved.
  const again = () => splitNames(field.value, known).join("\n") !== names.join("\n") && draw();
  field.addEventListener("put", again);
  desk.on("saved", ({ isQuiet }) => {
    // What was new is known now; a save that the page made by itself makes nothing.
    if (!isQuiet) for (const name of names) known.add(folded(name));
    draw();
  });
  draw();
}
