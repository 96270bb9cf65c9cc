// Arranging the front page: what is dragged goes where it is dropped, and every form answers in place. Without this,
// the same buttons and forms do all of it, and the page loads anew.

let dragged = null;

function prepare() {
  for (const spot of document.querySelectorAll("[data-article], [data-section] > h3")) {
    spot.draggable = true;
    // A link in it would be dragged instead.
    for (const link of spot.querySelectorAll("a")) link.draggable = false;
  }
}

/** Where what is dragged may be dropped, seen from an element: a place for a piece, a row for a section. */
function targetOf(element) {
  if (!dragged || !(element instanceof Element)) return null;
  const target = element.closest(dragged.section ? "[data-section]" : "[data-place]");
  return target === dragged.from ? null : target;
}

function mark(target) {
  for (const other of document.querySelectorAll("[data-over]")) delete other.dataset.over;
  if (target) target.dataset.over = "";
}

document.addEventListener("dragstart", (event) => {
  const from = event.target.closest("[data-article], [data-section]");
  if (!from?.closest("[data-forme]")) return;
  dragged = { from, article: from.dataset.article, section: from.dataset.section };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", from.querySelector("h3, h4").textContent.trim());
});

document.addEventListener("dragover", (event) => {
  const target = targetOf(event.target);
  mark(target);
  if (target) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const target = targetOf(event.target);
  if (!target) return;
  event.preventDefault();
  const { article, section } = dragged;
  letGo(); // the page that answers has another element in its place, which hears of no end
  if (section) moveSection(section, target.dataset.section);
  else send(target.dataset.place, { article });
});

document.addEventListener("dragend", letGo);

function letGo() {
  dragged = null;
  mark(null);
}

function moveSection(section, before) {
  const form = document.getElementById("arrange");
  const order = form.dataset.rows.split(",");
  const place = order.indexOf(before);
  order.splice(order.indexOf(section), 1);
  order.splice(place, 0, section);
  send(form.action, { rows: order.join(",") });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-here]")) return;
  event.preventDefault();
  const button = event.submitter;
  const fields = Object.fromEntries(new FormData(form));
  if (button?.name) fields[button.name] = button.value;
  send(button?.getAttribute("formaction") ?? form.getAttribute("action"), fields, button);
});

/** Send a change, and show the page that answers in the place of this one, with the focus where it was. */
function send(address, fields, button = null) {
  const body = new FormData(document.getElementById("arrange"));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  button?.setAttribute("aria-busy", "true");
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.responseType = "document";
  request.addEventListener("load", () => show(request.response, button));
  request.addEventListener("error", () => window.location.reload());
  request.send(body);
}

function show(page, button) {
  const main = page?.querySelector("[data-forme]");
  if (!main) return window.location.reload();
  document.querySelector("main").replaceWith(main);
  document.querySelector(".said")?.remove();
  const said = page.querySelector(".said");
  if (said) main.before(said);
  prepare();
  focusOn(button?.id);
}

/** Go on where one was: a button at the end of its way is gone, and the one back takes its place. */
function focusOn(id) {
  if (!id) return;
  const [way, number] = id.split(/-(?=\d+$)/);
  const back = { up: "down", down: "up", left: "right", right: "left", keep: "up" }[way];
  const found = [id, `${back}-${number}`].map((one) => document.getElementById(one));
  found.find((one) => one && !one.disabled)?.focus();
}

prepare();
