// A Word file that is dropped onto the text is taken in as if its words had been pasted.
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";
import { announce } from "../pictures/waiting.ts";
import { cleanPage } from "./clean.ts";
import { readWordFile } from "./docx.ts";
import { insertCleaned } from "./index.ts";
import { say } from "./notice.ts";

export function isWordFile(file: File): boolean {
  return /\.docx$/i.test(file.name) || file.type === "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
}

/** Puts the words of a Word file in at a place between blocks. */
export async function takeWordFile(desk: Desk, file: File, position: number): Promise<void> {
  try {
    const { page, files } = await readWordFile(await file.arrayBuffer());
    // Only where all of its pictures are of kinds that we take is it known which is which.
    const found = cleanPage(page, { origin: window.location.origin, files: files.every(Boolean) ? files.length : 0 });
    insertCleaned(desk, found, files, Math.min(position, desk.editor.state.doc.content.size));
    announce(desk, `${file.name} is in the text.`);
  } catch {
    say(desk, "bad", h("p", {}, `${file.name} cannot be read as a Word file. Open it in Word, copy its text and paste it here.`));
  }
}
