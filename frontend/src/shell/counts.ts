// Words and minutes beside the text, and how much of it is selected.
import type { Desk } from "../desk.ts";
import { later } from "./idle.ts";
import { minutesFor, wordsBetween, wordsOf } from "./reading.ts";

export function counts(desk: Desk): void {
  const { editor } = desk;
  const places = (name: string) => [...desk.root.querySelectorAll<HTMLElement>(`[data-count="${name}"]`)];
  const [wordPlaces, minutePlaces] = [places("words"), places("minutes")];

  const draw = () => {
    const { doc, selection } = editor.state;
    const all = wordsOf(doc);
    const chosen = selection.empty ? 0 : wordsBetween(doc, selection.from, selection.to);
    const words = all.toLocaleString("en");
    const said = chosen ? `${chosen.toLocaleString("en")} of ${words} selected` : words;
    const minutes = minutesFor(all);
    say(wordPlaces, said);
    say(minutePlaces, minutes === 1 ? "1 minute" : `${minutes} minutes`);
  };

  const drawLater = later(300, draw);
  editor.on("update", drawLater);
  let wasEmpty = true;
  editor.on("selectionUpdate", () => {
    const isEmpty = editor.state.selection.empty;
    if (!isEmpty || !wasEmpty) drawLater();
    wasEmpty = isEmpty;
  });
  draw();
}

function say(places: HTMLElement[], words: string): void {
  for (const place of places) if (place.textContent !== words) place.textContent = words;
}
