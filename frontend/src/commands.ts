// Everything that can be done at the desk, by name: the palette searches it, the sheet of keys lists it.
import type { Desk } from "./desk.ts";

export interface Command {
  /** Short and stable: `save`, `insert.table`. Registering an id again replaces the command. */
  id: string;
  /** What it does, as a button would say it. */
  title: string;
  /** Where it stands in the palette and on the sheet: "Insert", "Turn into", "Piece", "View". */
  group: string;
  /** As the toolkit writes keys: `Mod-Shift-p`. */
  keys?: string;
  /** Other words that people look for it by. */
  words?: string;
  /** A mark from the sprite. */
  icon?: string;
  /** Whether the desk itself listens for the keys; else they are somebody else's, and only told. */
  isListening?: boolean;
  when?: (desk: Desk) => boolean;
  run: (desk: Desk) => void;
}

const MOST_RECENT = 4;
const STORE = "galley-desk-recent";
const known = new Map<string, Command>();

/** Makes commands known to the palette and to the sheet of keys. */
export function register(...commands: Command[]): void {
  for (const command of commands) known.set(command.id, command);
}

/** Returns all commands that make sense now, in the order in which they were registered. */
export function available(desk: Desk): Command[] {
  return [...known.values()].filter((command) => command.when?.(desk) ?? true);
}

/** Does what a command says, and remembers that it was asked for. */
export function run(desk: Desk, command: Command): void {
  remember(command.id);
  command.run(desk);
}

/** Does what the command of that id says, where it makes sense now. */
export function runById(desk: Desk, id: string): void {
  available(desk).find((command) => command.id === id)?.run(desk);
}

/** Returns the ids that were asked for last, the newest first. */
export function recent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

function remember(id: string): void {
  try {
    localStorage.setItem(STORE, JSON.stringify([id, ...recent().filter((other) => other !== id)].slice(0, MOST_RECENT)));
  } catch {
    // A browser that stores nothing forgets; the command is done all the same.
  }
}

/** Returns the commands that fit what is typed, the best first; with nothing typed all of them, as they are. */
export function matching(commands: Command[], typed: string): Command[] {
  const parts = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!parts.length) return commands;
  const ranked = commands.map((command) => ({ command, rank: rank(command, parts) })).filter(({ rank }) => rank > 0);
  return ranked.sort((a, b) => b.rank - a.rank).map(({ command }) => command);
}

/** Every typed word must be found: at the beginning of a word of the title best, then inside it, then elsewhere. */
function rank(command: Command, parts: string[]): number {
  const title = command.title.toLowerCase();
  const rest = `${command.group} ${command.words ?? ""}`.toLowerCase();
  let sum = 0;
  for (const part of parts) {
    if (title.startsWith(part)) sum += 4;
    else if (title.includes(` ${part}`)) sum += 3;
    else if (title.includes(part)) sum += 2;
    else if (rest.includes(part)) sum += 1;
    else return 0;
  }
  return sum;
}
