// How long kicker, headline and standfirst are, in words below them (for the words of search engines static/js/seo.js
// says it). The figures are those of the checks (cms/review/checks/fields.py); nobody is kept from writing more.
import type { Desk } from "../desk.ts";
import { h } from "../dom.ts";

interface Limit {
  name: string;
  least?: number;
  most: number;
  /** What happens above. */
  above: string;
  fits: string;
}

const LIMITS: Limit[] = [
  { name: "kicker", most: 32, fits: "", above: "a kicker is a word or three" },
  { name: "headline", most: 90, fits: "fits every card", above: "cards have room for 90" },
  { name: "dek", least: 40, most: 220, fits: "fits every card", above: "cards have room for 220" },
];

/** Returns how a length is judged, as the page says it. */
export function judged(limit: Limit, text: string): { words: string; isOver: boolean } {
  const length = [...text.trim()].length;
  if (!length) return { words: "", isOver: false };
  const counted = length === 1 ? "1 character" : `${length} characters`;
  if (length > limit.most) return { words: `${counted}: ${limit.above}`, isOver: true };
  if (limit.least && length < limit.least) return { words: `${counted}: room for ${limit.most}, say a little more`, isOver: false };
  return { words: limit.fits ? `${counted}, ${limit.fits}` : counted, isOver: false };
}

export function meters(desk: Desk): void {
  for (const limit of LIMITS) {
    const field = desk.field<HTMLInputElement>(limit.name);
    const box = field?.closest(".field");
    if (!field || !box) continue;
    const meter = h("p", { class: "meter", id: `${limit.name}-meter` });
    box.append(meter);
    field.setAttribute("aria-describedby", [field.getAttribute("aria-describedby"), meter.id].filter(Boolean).join(" "));
    const draw = () => {
      const { words, isOver } = judged(limit, field.value);
      meter.textContent = words;
      meter.toggleAttribute("data-over", isOver);
    };
    field.addEventListener("input", draw);
    field.addEventListener("put", draw);
    draw();
  }
}

export { LIMITS };
