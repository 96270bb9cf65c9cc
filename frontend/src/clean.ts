// What the server would make of single values (cms/core/html/characters.py and rules.py): the editor writes nothing else.

const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029\v\f]/g;
const UNWANTED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]/gu;
const OVERRIDES = /[\u202a-\u202e]/g;
const IGNORED_IN_ADDRESS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
const TO_ENCODE = /[ "<>`\\^{|}]/g;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const LOCAL = /^\/(?:media|static)\/[A-Za-z0-9_.~@+,=-]+(?:\/[A-Za-z0-9_.~@+,=-]+)*(?:\?[A-Za-z0-9_.=&-]*)?$/;
const KEY = /^[A-Za-z0-9@][A-Za-z0-9_.@-]*(?:\/[A-Za-z0-9@_-][A-Za-z0-9_.@-]*){0,3}$/;

export const MAX_SPEAKER = 200;
export const MAX_NOTE = 5_000;
export const MAX_ALT = 2_000;

/** Returns the text without controls and lone surrogates; line ends are all line feeds. */
export function printable(text: string): string {
  return text.replace(LINE_ENDS, "\n").replace(UNWANTED, "");
}

/** Returns a plain value on one line, at most so many characters long. */
export function words(value: unknown, limit: number): string {
  return line([...line(String(value ?? ""))].slice(0, limit).join(""));
}

function line(text: string): string {
  const found = printable(text).replace(OVERRIDES, "").replace(/[ \t\n]+/g, " ").trim();
  return /[\u2066-\u2069]/.test(found) ? balanced(found) : found;
}

/** Isolates stay, since names in Arabic or Hebrew need them, and are closed. */
function balanced(text: string): string {
  let depth = 0;
  let kept = "";
  for (const character of text) {
    if (/[\u2066-\u2068]/.test(character)) depth++;
    else if (character === "\u2069" && depth-- === 0) {
      depth = 0;
      continue;
    }
    kept += character;
  }
  return kept.replace(/[ \t\n]+/g, " ").trim() + "\u2069".repeat(depth);
}

/** Returns an address that a link may have (http, https, mailto or relative), or null. */
export function link(value: unknown): string | null {
  const address = String(value ?? "").replace(IGNORED_IN_ADDRESS, "").trim();
  if (!address || [...address].length > 2_000 || /^[/\\]{2}/.test(address)) return null;
  const scheme = SCHEME.exec(address)?.[1]?.toLowerCase();
  if (scheme && !["http", "https", "mailto"].includes(scheme)) return null;
  if (scheme && scheme !== "mailto" && !/^https?:\/\/[^/?#\\]/i.test(address)) return null;
  if (!scheme && (address.split(/[/?#]/, 1)[0] ?? "").includes(":")) return null;
  const encoded = address.replace(TO_ENCODE, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return isReadable(encoded) ? encoded : null;
}

/** Tells whether the part that names the machine can be read: brackets in pairs, a port that is one. */
function isReadable(address: string): boolean {
  const place = /^https?:\/\/([^/?#]*)/i.exec(address)?.[1];
  if (place === undefined) return true;
  if (place.includes("[") !== place.includes("]")) return false;
  const bare = place.replace(/[@:#?]/g, "");
  if (bare.normalize("NFKC") !== bare && /[/?#@:]/.test(bare.normalize("NFKC"))) return false;
  const host = place.slice(place.lastIndexOf("@") + 1);
  const bracketed = /^\[([^\]]*)\](.*)$/s.exec(host);
  if (host.includes("[") && (!bracketed || !/^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(bracketed[1] ?? ""))) return false;
  const rest = bracketed ? (bracketed[2] ?? "") : host;
  if (bracketed && rest && !rest.startsWith(":")) return false;
  const port = rest.includes(":") ? rest.slice(rest.indexOf(":") + 1) : "";
  return port === "" || (/^[0-9]+$/.test(port) && Number(port) > 0 && Number(port) <= 65_535);
}

/** Returns the address of a picture of our own, or null. */
export function localImage(value: unknown): string | null {
  const address = String(value ?? "");
  return LOCAL.test(address) && !address.includes("..") ? address : null;
}

/** Returns the id if it is one that a block may have, or null. */
export function blockId(value: unknown): string | null {
  return /^[A-Za-z0-9_-]{1,40}$/.test(String(value ?? "")) ? String(value) : null;
}

/** Returns the name of a language as it can stand in a class, or null. */
export function language(value: unknown): string | null {
  const name = String(value ?? "").toLowerCase();
  return /^[a-z0-9][a-z0-9+#._-]{0,39}$/.test(name) ? name : null;
}

/** Returns the key if it can stand in a provider's address without changing whose address it is, or null. */
export function embedKey(value: unknown): string | null {
  const key = String(value ?? "");
  return key.length <= 200 && KEY.test(key) && !key.includes("..") ? key : null;
}

/** Returns the number if it has at most so many digits, or "". */
export function digits(value: unknown, most: number): string {
  const number = String(value ?? "");
  return /^[0-9]+$/.test(number) && number.length <= most ? number : "";
}
