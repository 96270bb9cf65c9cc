// Planning by hand: cards go to another state, dates to another day, by mouse or by keyboard, and the page that answers
// takes the place of this one. Without this, each has a form that does the same, and the page loads anew.

let held = null; // what is being carried: its card, the place that it came from, and by keyboard the place it is over

const planner = () => document.querySelector("main[data-planner]");
const places = () => [...document.querySelectorAll("[data-drop]")];
const says = (words) => (document.querySelector("[data-planner-says]").textContent = words);

function prepare() {
  for (const card of document.querySelectorAll("[data-card]")) {
    card.draggable = true;
    // A link in it would be dragged instead.
    for (const link of card.querySelectorAll("a")) link.draggable = false;
  }
  for (const grip of document.querySelectorAll("[data-grip]")) grip.hidden = false;
}

function mark(place) {
  for (const other of document.querySelectorAll("[data-over]")) delete other.dataset.over;
  if (place) place.dataset.over = "";
}

/** Say whether what is carried may be dropped there, as far as that is known before it is tried. */
function answerOf(place) {
  const { may } = held.card.dataset;
  if (may === undefined) return "";
  if (place === held.from) return ", where it was";
  return may.split(" ").includes(place.dataset.drop) ? ": Enter drops it here" : ": it may not go here";
}

function letGo() {
  held?.card.removeAttribute("data-held");
  held?.card.querySelector("[data-grip]")?.removeAttribute("aria-pressed");
  held = null;
  mark(null);
}

function take(card) {
  held = { card, from: card.closest("[data-drop]") };
  card.dataset.held = "";
}

function dropOn(place) {
  const { card, from } = held;
  letGo(); // the page that answers has another element in its place, which hears of no end
  if (!place || place === from) return;
  const fields = { [card.dataset.field]: place.dataset.drop };
  if (card.dataset.seen) fields.seen = card.dataset.seen;
  send(card.dataset.card, fields, card.dataset.id);
}

// By mouse

document.addEventListener("dragstart", (event) => {
  const card = event.target.closest?.("[data-card]");
  if (!card) return;
  take(card);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.dataset.name);
});

document.addEventListener("dragover", (event) => {
  const place = held && event.target.closest?.("[data-drop]");
  mark(place === held?.from ? null : place);
  if (place) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const place = held && event.target.closest?.("[data-drop]");
  if (!place) return;
  event.preventDefault();
  dropOn(place);
});

document.addEventListener("dragend", letGo);

// By keyboard: the grip takes the card up, arrows choose a place, Enter or Space drops it, Escape lets go

document.addEventListener("click", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip) return;
  const card = grip.closest("[data-card]");
  if (held?.card === card) return dropOn(held.over);
  letGo();
  take(card);
  grip.setAttribute("aria-pressed", "true");
  says(`${card.dataset.name} is taken up. Arrows choose where it goes, Enter drops it, Escape lets go.`);
});

document.addEventListener("keydown", (event) => {
  if (!held || !event.target.matches?.("[data-grip]")) return;
  if (event.key === "Escape" || event.key === "Tab") {
    says(`${held.card.dataset.name} stays where it was.`);
    return letGo();
  }
  const row = Number(planner().dataset.planner);
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
  if (!by) return;
  event.preventDefault();
  const all = places();
  const start = all.indexOf(held.over ?? held.from);
  const now = start < 0 ? all.findIndex((place) => place.classList.contains("is-today")) : start;
  held.over = all[Math.min(all.length - 1, Math.max(0, start < 0 ? Math.max(0, now) : now + by))];
  mark(held.over);
  held.over.querySelector("h2").scrollIntoView({ block: "nearest", inline: "nearest" });
  says(`Over ${held.over.dataset.dropName}${answerOf(held.over)}`);
});

// Sending

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-here]")) return;
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
  event.submitter?.setAttribute("aria-busy", "true");
  send(form.getAttribute("action"), fields, form.closest("[data-card]")?.dataset.id);
});

function send(address, fields, id) {
  const body = new FormData(document.getElementById("planner-form"));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.responseType = "document";
  request.addEventListener("load", () => show(request.response, id));
  request.addEventListener("error", () => window.location.reload());
  request.send(body);
}

/** Show the page that answers in the place of this one, with the focus on what was moved, or on what is asked for. */
function show(page, id) {
  const main = page?.querySelector("main[data-planner]");
  if (!main) return window.location.reload();
  const across = document.querySelector(".board")?.scrollLeft ?? 0;
  planner().replaceWith(main);
  document.querySelector(".said")?.remove();
  const said = page.querySelector(".said");
  if (said) main.before(said);
  prepare();
  const board = document.querySelector(".board");
  if (board) board.scrollLeft = across;
  (main.querySelector("[data-first]") ?? document.getElementById(`grip-${id}`))?.focus();
  if (main.querySelector("[role=alert]")) window.scrollTo({ top: 0, behavior: "instant" });
}

prepare();
