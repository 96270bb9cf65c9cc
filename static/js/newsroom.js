// The newsroom's small behaviours, attached by data-module. Every page works without them.

const modules = { carry, fill, guard, jump, keys, menu, once, rows, suggest, tabs };

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) modules[name]?.(element);
}

// On a narrow screen the chosen tab may lie outside of its row.
for (const current of document.querySelectorAll(".tabs [aria-current], .ways [aria-current]")) {
  const row = current.parentElement;
  row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.clientWidth) / 2;
}

// What opens to be written in is written in at once: within the click, as the next key may come before "toggle" does.
document.addEventListener("click", (event) => {
  const fold = event.target.closest?.("summary")?.parentElement;
  if (!fold || fold.open || event.defaultPrevented) return;
  const field = [...fold.querySelectorAll("textarea")].find((area) => area.closest("details") === fold);
  if (!field) return;
  event.preventDefault();
  fold.open = true;
  field.focus();
});

// What was typed goes along with a link that leads to the same form again.
function carry(form) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".starts a, .tabs a");
    if (!link) return;
    const address = new URL(link.href);
    for (const name of ["headline", "dek"]) {
      const words = form.elements[name].value.trim();
      if (words) address.searchParams.set(name, words);
    }
    link.href = address;
  });
}

// Demo sign-ins become buttons that fill the form in.
function fill(element) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "more";
  button.textContent = element.textContent;
  button.addEventListener("click", () => {
    document.getElementById("email").value = element.dataset.fillEmail;
    const password = document.getElementById("password");
    password.value = element.dataset.fillPassword;
    password.form.querySelector("[type=submit]").focus();
  });
  element.replaceChildren(button);
}

// Says when there is something to save, asks before it would be lost, and lets nobody send the form twice.
function guard(form) {
  const saved = form.querySelector("[data-saved]");
  const before = JSON.stringify([...new FormData(form)]);
  const isChanged = () => saved?.dataset.saved === "no" || JSON.stringify([...new FormData(form)]) !== before;
  let isLeaving = false;
  const isDesk = () => form.dataset.desk === "ready"; // the editor keeps what is typed, and says so itself
  form.addEventListener("input", () => {
    if (!saved || isDesk()) return;
    saved.dataset.state = isChanged() ? "saving" : "saved";
    if (isChanged()) saved.textContent = "Not saved yet";
  });
  form.addEventListener("submit", (event) => {
    if (isDesk()) return;
    if (isLeaving) return event.preventDefault();
    const moves = event.submitter?.hasAttribute("formaction");
    if (moves && isChanged() && !window.confirm("You changed the text and did not save it. Go on without it?")) {
      return event.preventDefault();
    }
    isLeaving = true;
    event.submitter?.setAttribute("aria-busy", "true");
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isDesk() && !isLeaving && isChanged()) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  });
  form.addEventListener("keydown", (event) => {
    if (!isDesk() && event.key === "s" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=do][value=save]"));
    }
    // Enter presses a form's first button: where a picture is looked for, that would save instead.
    if (event.key === "Enter" && event.target.name === "find") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=do][value=find]"));
    }
  });
}

// Leads from a check or the outline to its place in the text field.
function jump(link) {
  link.addEventListener("click", (event) => {
    if (link.closest("[data-desk=ready]")) return; // the editor has its own way there
    const body = document.getElementById("body");
    const { block, words } = link.dataset;
    const found = block ? body.value.indexOf(`data-id="${block}"`) : body.value.indexOf(words);
    if (found < 0) return;
    event.preventDefault();
    const start = body.value.lastIndexOf("\n", found) + 1;
    const end = body.value.indexOf("\n", found);
    body.focus();
    body.setSelectionRange(start, end < 0 ? body.value.length : end);
    const share = start / Math.max(1, body.value.length);
    body.scrollTop = share * body.scrollHeight - body.clientHeight / 3;
    window.scrollBy({ top: body.getBoundingClientRect().top + share * body.clientHeight - window.innerHeight / 3 });
  });
}

// Single-letter keys, where nothing is being written; ? lists them, and there they can be switched off.
function keys() {
  const store = "galley-keys-off";
  const isOff = () => window.localStorage.getItem(store) === "1";
  let isTyped = false;
  document.addEventListener("input", ({ target }) => { isTyped ||= target.form?.method === "post"; });
  const isWriting = () => isTyped || [...document.querySelectorAll("textarea, [contenteditable=true]")].some((field) => field.checkVisibility());
  const rowsHere = [...document.querySelectorAll("[data-row]")];
  const targets = rowsHere.map((row) => row.querySelector(".row__title a, .row__open"));
  const step = (by) => {
    if (!targets.length) return;
    const at = targets.indexOf(document.activeElement);
    const next = targets[Math.min(targets.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    next.focus();
    next.closest("[data-row]").scrollIntoView({ block: "nearest" });
  };
  const open = (selector) => document.querySelector(selector)?.click();
  const seek = () => {
    const fields = [...document.querySelectorAll(".filters [type=search], #bar-find")];
    const shown = fields.find((field) => field.checkVisibility());
    if (shown) shown.focus();
    else open("[data-key='/']"); // on a narrow bar, a link to the page of the search
  };
  const all = [
    ["J", "Next piece in a list", () => step(1)],
    ["K", "Previous piece", () => step(-1)],
    ["N", "New piece", () => open("[data-key=n]")],
    ["/", "Find a piece", () => seek()],
    ["?", "These keys", () => list()],
  ];
  const list = () => {
    const dialog = Object.assign(document.createElement("dialog"), { className: "allkeys" });
    dialog.setAttribute("aria-labelledby", "allkeys");
    dialog.innerHTML =
      '<h2 class="panel__head" id="allkeys">All keys</h2><dl class="keys"></dl>' +
      '<label class="check"><input type="checkbox"><span>Single letters do something where nothing is being written</span></label>' +
      '<form method="dialog"><button class="button button--small">Close</button></form>';
    const keysList = dialog.querySelector("dl");
    for (const [key, about] of [...all, ["Enter", "Open the piece"], ["Ctrl S", "Save, in the editor"]]) {
      const term = document.createElement("dt");
      const mark = Object.assign(document.createElement("span"), { className: "key", textContent: key });
      term.append(mark);
      keysList.append(term, Object.assign(document.createElement("dd"), { textContent: about }));
    }
    const box = dialog.querySelector("input");
    box.checked = !isOff();
    box.addEventListener("change", () => window.localStorage.setItem(store, box.checked ? "0" : "1"));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
    if (event.target.closest?.("details[open] > summary")) return; // what was just opened is meant
    if ((isOff() || isWriting()) && event.key !== "?") return;
    const found = all.find(([key]) => key.toLowerCase() === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found[2]();
  });
}

// A menu in a bar closes again: by Escape, and when somebody goes elsewhere.
function menu(box) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) box.open = false;
  });
  document.addEventListener("click", (event) => {
    if (!box.contains(event.target)) box.open = false;
  });
}

// What is shown once was asked for once: loading the page again leads back, and does not ask a second time.
function once(element) {
  window.history.replaceState(null, "", element.dataset.back);
}

// Credits: more rows than the page came with.
function rows(fieldset) {
  const rowsList = fieldset.querySelector("ol");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--small" });
  button.textContent = "One more";
  button.addEventListener("click", () => {
    const last = rowsList.lastElementChild;
    const number = rowsList.children.length;
    const copy = last.cloneNode(true);
    for (const part of copy.querySelectorAll("[id], [for], [name]")) {
      for (const attribute of ["id", "for", "name", "aria-describedby"]) {
        const value = part.getAttribute(attribute);
        if (value) part.setAttribute(attribute, value.replace(/-\d+-/, `-${number}-`));
      }
      if (part.matches("input")) part.value = "";
    }
    copy.querySelector("label").textContent = `Name ${number + 1}`;
    rowsList.append(copy);
    copy.querySelector("input").focus();
  });
  rowsList.after(button);
}

// A list with commas: suggestions for the name that is being typed.
function suggest(input) {
  const known = [...document.getElementById(input.dataset.suggest).options].map((option) => option.value);
  const list = Object.assign(document.createElement("datalist"), { id: `${input.id}-now` });
  input.after(list);
  input.setAttribute("list", list.id);
  const offer = () => {
    const parts = input.value.split(",");
    const typed = parts.pop().trim().toLowerCase();
    const before = parts.map((part) => part.trim()).filter(Boolean);
    const free = known.filter((name) => !before.includes(name) && name.toLowerCase().startsWith(typed));
    list.replaceChildren(
      ...free.slice(0, 30).map((name) => Object.assign(document.createElement("option"), { value: [...before, name].join(", ") })),
    );
  };
  input.addEventListener("input", offer);
  input.addEventListener("focus", offer);
}

// The panels beside the text become tabs; whatever is linked to, or needs mending, opens its own.
function tabs(box) {
  const panels = [...box.querySelectorAll("[data-tab]")];
  box.querySelector(":scope > nav.tabs")?.remove(); // links to the panels, for pages without a script
  const bar = Object.assign(document.createElement("div"), { className: "tabs" });
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", box.dataset.tabsLabel);
  const buttons = panels.map((panel, index) => {
    const button = Object.assign(document.createElement("button"), { type: "button", id: `tab-${index}` });
    button.setAttribute("role", "tab");
    panel.id ||= `panel-${index}`;
    button.setAttribute("aria-controls", panel.id);
    button.textContent = panel.dataset.tab;
    if (panel.dataset.tabCount) {
      const count = Object.assign(document.createElement("span"), { className: "count count--bad" });
      count.textContent = panel.dataset.tabCount;
      button.append(" ", count);
    }
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    button.addEventListener("click", () => show(index));
    bar.append(button);
    return button;
  });
  const show = (chosen) => {
    panels.forEach((panel, index) => {
      panel.hidden = index !== chosen;
      buttons[index].setAttribute("aria-selected", String(index === chosen));
      buttons[index].tabIndex = index === chosen ? 0 : -1;
    });
  };
  const reveal = (element) => {
    const index = panels.findIndex((panel) => element && panel.contains(element));
    if (index >= 0) show(index);
  };
  bar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = (buttons.indexOf(document.activeElement) + by + buttons.length) % buttons.length;
    show(next);
    buttons[next].focus();
  });
  const toTarget = (hash) => {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!target || !box.contains(target)) return;
    reveal(target);
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) window.setTimeout(() => toTarget(link.hash));
  });
  box.prepend(bar);
  box.dataset.ready = "";
  show(0);
  reveal(box.querySelector("[aria-invalid=true]") ?? box.querySelector(".choose[open] [name=find]:not([value=''])"));
  toTarget(window.location.hash);
}
