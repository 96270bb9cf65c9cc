// Which keys were pressed, in the toolkit's way of writing them: `Mod-Shift-p`.

const APPLE = typeof navigator !== "undefined" && /Mac|iP(hone|ad)/.test(navigator.platform ?? "");

/** Tells whether an event is the pressing of these keys. */
export function isPressed(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split(/-(?=.)/);
  const key = parts.pop() ?? "";
  const wants = (name: string) => parts.includes(name);
  const mod = APPLE ? event.metaKey : event.ctrlKey;
  const other = APPLE ? event.ctrlKey : event.metaKey;
  if (event.isComposing || mod !== wants("Mod") || other || event.altKey !== wants("Alt")) return false;
  // On some keyboards a sign such as / needs Shift, which then is no part of what was meant.
  const isLetter = /^[a-z]$/i.test(key);
  if ((isLetter || key.length > 1) && event.shiftKey !== wants("Shift")) return false;
  if (event.key.toLowerCase() === key.toLowerCase()) return true;
  // With Alt, an Apple keyboard writes other signs.
  return isLetter && event.altKey && event.code === `Key${key.toUpperCase()}`;
}
