// Everything around the text: what the page's panels show while somebody writes, and the ways to get about.
import { available, run } from "../commands.ts";
import type { Desk, Part } from "../desk.ts";
import { blockCommands } from "./blockcommands.ts";
import { checks } from "./checks.ts";
import { counts } from "./counts.ts";
import { credits } from "./credits.ts";
import { find } from "./find.ts";
import { focus } from "./focus.ts";
import { isPressed } from "./keys.ts";
import { meters } from "./meters.ts";
import { outline } from "./outline.ts";
import { palette } from "./palette.ts";
import { pages } from "./pages.ts";
import { places } from "./places.ts";
import { beside } from "./preview.ts";
import { sheet } from "./sheet.ts";
import { slug } from "./slug.ts";
import { topics } from "./topics.ts";

export const shell: Part = (desk) => {
  for (const part of [places, palette, pages, blockCommands, find, focus, outline, sheet, counts, checks, beside, slug, meters, topics, credits]) part(desk);
  listen(desk);
};

/** Keys of commands work wherever the focus is on this page, but not under a dialog. */
function listen(desk: Desk): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const command = available(desk).find(({ keys, isListening }) => isListening && keys && isPressed(event, keys));
    if (!command) return;
    event.preventDefault();
    run(desk, command);
  });
}
