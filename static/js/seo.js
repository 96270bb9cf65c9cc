// A piece as search engines and social sites show it, kept up while somebody types. The rules are those of
// cms/newsroom/seo.py, which fills the same places in when the page is made; a browser test compares the two.

const FIELDS = /^(headline|kicker|dek|slug|kind|section_id|seo_title|seo_description|credits-\d+-\w+)$/;
const AUTHORS = ["author", "interviewer"];
const LENGTHS = [[36, "s"], [64, "m"], [110, "l"]];
const MOST_NAMES = 3;
const LITTLE = 70;

/** Keep a section up with the fields of the form around it. */
export function seo(section) {
  const form = section.closest("form");
  const place = (name) => section.querySelector(`[data-seo="${name}"]`);
  const most = (name) => Number(section.getAttribute(`data-most-${name}`));
  const site = section.dataset.site;
  const path = place("address").textContent.split(" \u203a ").slice(0, -1);
  const savedSlug = place("address").textContent.split(" \u203a ").at(-1);

  const show = () => {
    const value = (name) => line(form.elements[name]?.value ?? "");
    const title = value("seo_title") || value("headline");
    const description = value("seo_description") || value("dek") || section.dataset.teaser;
    place("address").textContent = [...path, value("slug") || savedSlug].join(" \u203a ");
    place("title").textContent = shortened(title ? `${title} | ${site}` : site, most("title"));
    place("description").textContent = shortened(description, most("description"));
    place("card-title").textContent = shortened(title, most("card-title"));
    place("card-description").textContent = shortened(description, most("card-description"));
    place("title-said").textContent = titleSaid(`${title} | ${site}`, most("title"));
    place("description-said").textContent = descriptionSaid(description, value("seo_description") !== "", most("description"));
    showCard(value);
  };

  // The card that the worker will draw: cms/publication/share_cards.py says what it shows.
  const isInterview = () => form.elements.kind?.value === "interview" && credited(form, ["interviewee"]).length > 0;

  const showCard = (value) => {
    const people = credited(form, isInterview() ? ["interviewee"] : AUTHORS);
    const section = form.elements.section_id;
    const sectionName = section?.value ? line(section.selectedOptions[0].textContent) : "";
    const headline = value("headline");
    place("card-kicker").textContent = isInterview() ? "Interview" : value("kicker") || sectionName;
    place("card-headline").textContent = headline;
    place("card-names").textContent = people.slice(0, MOST_NAMES).map((one) => one.name).join(", ");
    place("card-about").textContent = people.length === 1 ? people[0].about : "";
    place("page").dataset.length = LENGTHS.find(([longest]) => long(headline) <= longest)?.[1] ?? "xl";
    setPicture();
  };

  let hero = section.dataset.hero;
  const setPicture = () => {
    const address = (isInterview() && section.dataset.portrait) || hero;
    place("picture").parentElement.hidden = !address;
    place("page").toggleAttribute("data-plain", !address);
    if (address) place("picture").src = address;
  };

  const showPicture = (chosen) => {
    const picture = chosen?.closest("label")?.querySelector("img") ?? (chosen?.value ? form.querySelector("img.hero") : null);
    hero = picture ? picture.currentSrc || picture.src : "";
    setPicture();
  };

  form.addEventListener("input", (event) => {
    if (event.target.name === "hero_id") showPicture(event.target);
    else if (FIELDS.test(event.target.name)) show();
  });
  return { show };
}

/** Return who is credited as one of these, in the order in which they are printed. */
function credited(form, roles) {
  const rows = [...form.querySelectorAll("[data-row-of=credits]")].map((row, at) => {
    const field = (name) => row.querySelector(`[name$="-${name}"]`)?.value ?? "";
    return { name: line(field("person")), about: line(field("affiliation")), role: field("role"), place: Number(field("position")) || Infinity, at };
  });
  const filled = rows.filter((row) => row.name && roles.includes(row.role));
  return filled.sort((a, b) => (a.place === b.place ? a.at - b.at : a.place - b.place));
}

function line(text) {
  return text.trim().split(/\s+/u).join(" ");
}

// What Python counts is characters; a string's length here counts some of them twice.
const long = (text) => [...text].length;

/** Cut at a word, as cms/newsroom/lines.py does. */
function shortened(text, limit) {
  if (long(text) <= limit) return text;
  const cut = [...text].slice(0, limit - 1).join("");
  const at = cut.lastIndexOf(" ");
  return `${(at < 0 ? cut : cut.slice(0, at)).replace(/[ ,;:.]+$/u, "")}\u2026`;
}

function counted(number) {
  return `${number.toLocaleString("en")} character${number === 1 ? "" : "s"}`;
}

function titleSaid(text, most) {
  const many = counted(long(text));
  if (long(text) <= most) return `The title is shown whole: ${many} with the name of the magazine.`;
  return `The title has ${many} with the name of the magazine; about ${most} are shown.`;
}

function descriptionSaid(text, isOwn, most) {
  const what = isOwn ? "The description" : "The standfirst stands in for the description. It";
  const many = counted(long(text));
  if (!text) return "There is no description yet: search engines take what they find.";
  if (long(text) > most) return `${what} has ${many}; about ${most} are shown.`;
  if (long(text) < LITTLE) return `${what} has ${many}; there is room for ${most}, say a little more.`;
  return `${what} is shown whole: ${many}.`;
}

for (const section of document.querySelectorAll("[data-module~=seo]")) seo(section);
