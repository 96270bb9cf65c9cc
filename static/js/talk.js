// What is said beside a text: names are completed after an at sign, chosen words are quoted, and each card and its words
// find each other. Everything can be said and settled without it.

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-calls]")) complete(target);
});
document.addEventListener("click", ({ target }) => {
  const mark = target.closest?.("mark[data-said]");
  if (mark) show(document.getElementById(mark.dataset.said.split(" ")[0]));
});

document.addEventListener("keydown", ({ key, ctrlKey, metaKey, target }) => {
  if (key === "Enter" && (ctrlKey || metaKey) && target.matches?.("[data-calls]")) target.form?.requestSubmit();
});

const galley = document.querySelector(".galley .prose, .proof ~ main .prose"); // the second: for somebody outside
if (galley && document.getElementById("say")) offerQuote(galley);
const wide = window.matchMedia("(width >= 84rem)");
if (galley) {
  for (const event of ["load", "resize"]) window.addEventListener(event, level);
  wide.addEventListener("change", level);
  document.fonts.ready.then(level);
  document.addEventListener("toggle", level, true);
  level();
}
if (location.hash.startsWith("#thread-")) show(document.querySelector(location.hash));

// Brings a card forward, with the words that it is about.
function show(card) {
  if (!card) return;
  for (const other of document.querySelectorAll(".card[aria-current], mark[aria-current]")) other.removeAttribute("aria-current");
  card.closest("details")?.setAttribute("open", "");
  card.setAttribute("aria-current", "true");
  for (const mark of document.querySelectorAll(`mark[data-said~="${card.id}"]`)) mark.setAttribute("aria-current", "true");
  card.tabIndex = -1;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

// Sets each card beside its words where there is room for a column of them.
function level() {
  const column = document.querySelector(".review .threads");
  if (!column) return;
  const cards = [...column.querySelectorAll(":scope > .card")];
  for (const card of cards) card.style.removeProperty("margin-block-start");
  if (!wide.matches) return;
  for (const card of cards) {
    const mark = document.getElementById(`at-${card.id}`) ?? document.getElementById(card.dataset.beside ?? `b-${card.dataset.block}`);
    const away = mark ? mark.getBoundingClientRect().top - card.getBoundingClientRect().top : 0;
    if (away > 0) card.style.setProperty("margin-block-start", `${Math.round(away)}px`);
  }
}

// Offers to say something about the words that are chosen.
function offerQuote(prose) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small quote-it", textContent: "Comment on this", hidden: true });
  document.body.append(button);
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    const range = selection.rangeCount ? selection.getRangeAt(0) : null;
    const isIn = range && !range.collapsed && prose.contains(range.startContainer) && selection.toString().trim();
    button.hidden = !isIn;
    if (!isIn) return;
    const box = range.getBoundingClientRect();
    button.style.setProperty("inset-block-start", `${window.scrollY + box.bottom + 6}px`);
    button.style.setProperty("inset-inline-start", `${Math.max(6, window.scrollX + box.left)}px`);
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const range = document.getSelection().getRangeAt(0).cloneRange();
    const at = range.startContainer.nodeType === Node.TEXT_NODE ? range.startContainer.parentElement : range.startContainer;
    const block = at.closest("[data-id]");
    if (!block) return;
    if (!block.contains(range.endContainer)) range.setEnd(block, block.childNodes.length); // what is said is about one block
    const [before, after] = [document.createRange(), document.createRange()];
    before.setStart(block, 0);
    before.setEnd(range.startContainer, range.startOffset);
    after.setStart(range.endContainer, range.endOffset);
    after.setEnd(block, block.childNodes.length);
    quote({ block: block.dataset.id, quote: kept(range), before: kept(before).slice(-60), after: kept(after).slice(0, 60) });
    button.hidden = true;
  });
}

// The words in a range, without those that are only shown because they were deleted.
function kept(range) {
  const part = range.cloneContents();
  for (const gone of part.querySelectorAll("del")) gone.remove();
  return part.textContent.replace(/\s+/g, " ").trim();
}

// Fills in the form for a new thread. The editor's script sends the same when words are chosen there.
export function quote({ block, quote: words, before, after }) {
  const say = document.getElementById("say");
  const form = say.querySelector("form, [data-action]");
  const field = (name) => form.querySelector(`[name=${name}]`);
  say.open = true;
  field("about").value = `block:${block}`;
  for (const [name, value] of Object.entries({ quote: words, before, after })) field(name).value = value;
  field("text").focus();
}
document.addEventListener("galley:quote", ({ detail }) => quote(detail));

// Names that go on as what was typed after the last at sign; Tab or Enter takes one, Escape none.
function complete(area) {
  const typed = /(?:^|\s)@([\p{L}\p{N} .’'-]{0,40})$/u.exec(area.value.slice(0, area.selectionStart));
  const names = [...(area.closest("[data-module~=talk]") ?? document).querySelectorAll("[data-names] li")].map((one) => one.textContent);
  const wanted = typed?.[1].toLowerCase();
  const found = typed ? names.filter((name) => name.toLowerCase().split(" ").some((_, index, parts) => parts.slice(index).join(" ").startsWith(wanted))).slice(0, 6) : [];
  area.nextElementSibling?.matches(".calls") && area.nextElementSibling.remove();
  area.onkeydown = null;
  if (!found.length || (found.length === 1 && found[0].toLowerCase() === wanted)) return area.removeAttribute("aria-activedescendant");
  const list = Object.assign(document.createElement("ul"), { className: "menu menu__list calls", id: "calls" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People and desks");
  list.append(...found.map((name, index) => {
    const option = Object.assign(document.createElement("li"), { className: "menu__item", id: `call-${index}`, textContent: name });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", String(index === 0));
    return option;
  }));
  area.after(list);
  list.style.setProperty("inset-block-start", `${area.offsetTop + area.offsetHeight}px`); // below the field, not its label
  let chosen = 0;
  const close = () => {
    list.remove();
    area.onkeydown = null;
    area.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    list.children[chosen].setAttribute("aria-selected", "false");
    chosen = (number + found.length) % found.length;
    list.children[chosen].setAttribute("aria-selected", "true");
    area.setAttribute("aria-activedescendant", `call-${chosen}`);
  };
  const take = (name) => {
    const start = area.selectionStart - typed[1].length;
    area.setRangeText(`${name} `, start, area.selectionStart, "end");
    close();
    area.focus();
  };
  area.setAttribute("aria-controls", "calls");
  choose(0);
  area.onkeydown = (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(found[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option.textContent);
  });
  area.addEventListener("blur", close, { once: true });
}
