// The address follows the headline, until the piece was published or somebody wrote an address of their own.
import type { Desk } from "../desk.ts";

const LONGEST = 80;
// As in cms/core/slugs.py.
const SIGNS: [string, string][] = [["++", " plus plus "], ["#", " sharp "], ["&", " and "], ["ß", "ss"]];
const LETTERS: Record<string, string> = { æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", þ: "th", ł: "l", ı: "i", ħ: "h" };

/** Returns the address that words make, or null where that is the server's to say: other scripts, or nothing left. */
export function addressOf(headline: string): string | null {
  let text = headline;
  for (const [sign, words] of SIGNS) text = text.replaceAll(sign, words);
  text = text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
  text = text.replace(/[æœøđðþłıħ]/g, (letter) => LETTERS[letter] ?? letter);
  text = text.replace(/'+/g, "-").replace(/[\u2018\u2019]+/g, "").replace(/(?<=\d),(?=\d)/g, "");
  if (/[^\p{ASCII}]/u.test(text.replace(/[\u2010-\u2027\u00ab\u00bb\u00b7\s]/g, " "))) return null;
  const words = text.split(/[^a-z0-9]+/).filter(Boolean);
  return fitting(words) || null;
}

function fitting(words: string[]): string {
  if (words.join("-").length <= LONGEST) return words.join("-");
  let slug = "";
  for (const word of words) {
    const length = slug.length + word.length;
    if (length < LONGEST) slug += `${word}-`;
    else if (length === LONGEST) return slug + word;
  }
  return slug.replace(/-+$/, "") || (words[0] ?? "").slice(0, LONGEST);
}

export function slug(desk: Desk): void {
  const field = desk.field("slug");
  const headline = desk.field<HTMLTextAreaElement>("headline");
  if (!field || !headline || !("follows" in field.dataset)) return;
  const isOfHeadline = () => {
    const made = addressOf(headline.value);
    return !field.value || (made !== null && (field.value === made || field.value.replace(/-\d+$/, "") === made.slice(0, LONGEST - 6)));
  };
  let isFollowing = isOfHeadline();
  const note = document.getElementById("slug-hint");
  const about = note?.textContent ?? "";
  const tell = () => {
    if (note) note.textContent = isFollowing ? `Follows the headline until you write one of your own. ${about}` : about;
  };
  headline.addEventListener("input", () => {
    const made = isFollowing ? addressOf(headline.value) : null;
    if (made) field.value = made;
  });
  field.addEventListener("input", () => {
    isFollowing = !field.value;
    tell();
  });
  // Somebody else's address already: the next free one, as the server would have chosen for a new piece.
  desk.on("checked", ({ findings }) => {
    if (!isFollowing || !findings.some((finding) => finding.rule === "slug_taken")) return;
    const [, base = "", number = "1"] = /^(.*?)(?:-(\d+))?$/.exec(field.value) ?? [];
    field.value = `${base.slice(0, LONGEST - 6)}-${Number(number) + 1}`;
    desk.tell("changed", undefined);
  });
  tell();
}
