/** What helps who searches. Every page works without it. */

/** Offer what is found while somebody types: a combobox with a list (WAI-ARIA), whose options lead straight there. */
function suggest(form) {
  const input = form.querySelector("input[type=search]");
  const { suggest: address, list: label, found } = form.dataset;
  const list = Object.assign(document.createElement("ul"), { id: `${input.id}-list`, className: "seek__list", hidden: true });
  const said = Object.assign(document.createElement("span"), { className: "unseen" });
  const offer = Object.assign(document.createElement("div"), { className: "seek__offer" });
  list.role = "listbox";
  list.ariaLabel = label;
  said.role = "status";
  input.replaceWith(offer);
  offer.append(input, list, said);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  let asked = null, chosen = -1, addresses = [], timer = 0;

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    if (number < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[number].id);
    return list.children[number].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    asked?.abort();
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const option = (name, sort, number) => {
    const made = Object.assign(document.createElement("li"), { id: `${list.id}-${number}`, className: "seek__option" });
    made.role = "option";
    made.append(Object.assign(document.createElement("span"), { textContent: name }));
    const called = form.dataset[sort];
    if (called) made.append(Object.assign(document.createElement("span"), { className: "meta", textContent: called }));
    return made;
  };
  const show = (offered, kinds, links) => {
    addresses = links.map((link) => new URL(link).pathname); // this site, under whatever name it was reached
    list.replaceChildren(...offered.map((name, number) => option(name, kinds[number], number)));
    choose(-1);
    list.hidden = !offered.length;
    input.setAttribute("aria-expanded", String(Boolean(offered.length)));
    said.textContent = offered.length ? found.replace("{0}", offered.length) : "";
  };
  const ask = async () => {
    asked?.abort();
    const typed = input.value.trim();
    if (typed.length < 2) return close();
    asked = new AbortController();
    try {
      const answer = await fetch(`${address}?${new URLSearchParams({ q: typed })}`, { signal: asked.signal });
      if (answer.ok) show(...(await answer.json()).slice(1));
    } catch {
      // Asked again, left, or offline: the form works as ever.
    }
    return undefined;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "ArrowDown" && last >= 0) {
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      choose(chosen < last ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp" && last >= 0 && !list.hidden) choose(chosen < 0 ? last : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0 && !list.hidden) location.assign(addresses[chosen]);
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const picked = event.target.closest("[role=option]");
    if (picked) location.assign(addresses[[...list.children].indexOf(picked)]);
  });
}

/** Say which piece was opened from these results: the piece and the question, so that editors learn what is missed. */
function opened(list) {
  list.addEventListener("click", (event) => {
    const [, slug] = event.target.closest("a")?.pathname.match(/^\/articles\/([^/]+)$/) ?? [];
    if (slug) fetch(`${list.dataset.opened}&${new URLSearchParams({ piece: slug })}`, { keepalive: true }).catch(() => {});
  });
}

/**
 * Narrow the results as soon as something is chosen. The page that answers is another one: the focus and the place on
 * the page come along, and the number of pieces is said. Dates wait for the button, since they are typed in parts.
 */
function narrow(form) {
  if (!form.checkVisibility()) return; // narrow screens have another one than wide ones
  const kept = stored(() => JSON.parse(sessionStorage.getItem("narrowed")));
  stored(() => sessionStorage.removeItem("narrowed"));
  const chosen = kept && form.querySelector(`[name="${kept.name}"][value="${CSS.escape(kept.value)}"]`);
  if (chosen) {
    chosen.closest("details")?.setAttribute("open", "");
    chosen.focus({ preventScroll: true });
    scrollBy({ top: chosen.getBoundingClientRect().top - kept.top, behavior: "instant" });
    const said = Object.assign(document.createElement("span"), { className: "unseen", role: "status" });
    form.append(said);
    setTimeout(() => { said.textContent = document.querySelector(".sortline p").textContent; }, 100);
  }
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox") return;
    const { name, value } = target;
    const { top } = target.getBoundingClientRect();
    stored(() => sessionStorage.setItem("narrowed", JSON.stringify({ name, value, top })));
    form.requestSubmit();
  });
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name); // addresses are read and passed on
  });
  addEventListener("pagehide", () => form.reset()); // whoever comes back finds what these results were narrowed to
}

/** Return what `ask` returns, or null where the browser keeps nothing for us. */
function stored(ask) {
  try {
    return ask();
  } catch {
    return null;
  }
}

const modules = { narrow, opened, suggest };
for (const element of document.querySelectorAll("[data-module]")) modules[element.dataset.module]?.(element);
