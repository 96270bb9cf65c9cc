// The galley in a frame: other widths and colours in place, new text without a jump. Without this, all of it is links.
//
// The editor's page puts the same markup beside its form (components/newsroom_preview.html) and refreshes it:
//   import { preview } from "./preview.js";
//   preview(document.querySelector("[data-module~=preview]")).refresh(new FormData(form), tab);
// `refresh` sends the form to the server, which keeps it, and shows the galley of what was kept.

const made = new WeakMap();
const LOST = "The galley cannot be shown just now. What you typed is still here.";

/** Return the preview that a section is; the same one each time it is asked for. */
export function preview(section) {
  if (!made.has(section)) made.set(section, attach(section));
  return made.get(section);
}

function attach(section) {
  const stage = section.querySelector(".preview__stage");
  const said = section.querySelector("[data-preview-said]");
  let frame = section.querySelector("iframe");
  let theme = section.querySelector("[data-preview-theme][aria-current]")?.dataset.previewTheme ?? "";
  let isSending = false;
  let waiting = null;

  const say = (words) => {
    said.textContent = words;
    said.hidden = !words;
  };

  const choose = (link, attribute) => {
    for (const other of section.querySelectorAll(`[${attribute}]`)) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    // On the preview's own page the address says what is chosen; beside the editor it stays the editor's.
    if (link.pathname === window.location.pathname) window.history.replaceState(null, "", link.href);
  };

  const setWidth = (width) => {
    const place = placeIn(frame);
    stage.dataset.width = width;
    whenDrawn(() => goTo(frame, place));
  };

  const setTheme = (name) => {
    theme = name;
    dress(frame, theme);
  };

  /** Show another galley where the reader was in this one; the old one stays until the new one is ready. */
  const load = (url) =>
    new Promise((resolve) => {
      const address = new URL(url, window.location.href);
      address.searchParams.set("framed", "1");
      const next = frame.cloneNode();
      next.classList.add("preview__frame--coming");
      next.setAttribute("aria-hidden", "true");
      next.addEventListener("load", () => {
        const isThere = Boolean(pageOf(next));
        if (isThere) {
          const place = placeIn(frame);
          settle(next);
          whenDrawn(() => {
            goTo(next, place);
            frame.remove();
            next.classList.remove("preview__frame--coming");
            next.removeAttribute("aria-hidden");
            frame = next;
            resolve(true);
          });
        } else {
          next.remove();
          resolve(false);
        }
        say(isThere ? "" : LOST);
      }, { once: true });
      next.src = address.href;
      frame.after(next);
    });

  /** Keep what is typed, and show it. Asked again meanwhile, it goes once more with the newest text. */
  const refresh = async (fields, tab) => {
    if (isSending) {
      waiting = [fields, tab];
      return false;
    }
    isSending = true;
    let isShown = false;
    try {
      const { url } = await send(section.dataset.previewNow, fields, tab);
      isShown = await load(url);
    } catch {
      say(LOST);
    }
    isSending = false;
    if (waiting) {
      const again = waiting;
      waiting = null;
      return refresh(...again);
    }
    return isShown;
  };

  const settle = (which) => {
    dress(which, theme);
    keepInside(which);
  };

  section.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const { previewWidth, previewTheme } = link.dataset;
    if (previewWidth !== undefined) {
      choose(link, "data-preview-width");
      setWidth(previewWidth);
    } else if (previewTheme !== undefined) {
      choose(link, "data-preview-theme");
      setTheme(previewTheme);
    } else return;
    rename(section, stage.dataset.width, theme);
    event.preventDefault();
  });
  const first = () => (pageOf(frame) ? settle(frame) : say(LOST));
  if (pageOf(frame)?.readyState === "complete") first();
  frame.addEventListener("load", first, { once: true });

  return { load, refresh, setWidth, setTheme };
}

async function send(address, fields, tab) {
  const body = new URLSearchParams(fields);
  body.set("tab", tab);
  const token = body.get("csrf_token") ?? "";
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(address, { method: "POST", body, headers, credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** The document in a frame, where it is a galley: what may not be framed (signing in) leaves none. */
function pageOf(frame) {
  try {
    return frame.contentDocument?.getElementById("main") ? frame.contentDocument : null;
  } catch {
    return null;
  }
}

/** Where somebody is in a galley: the first block in sight and how far down it is; else the share of the page. */
function placeIn(frame) {
  const page = pageOf(frame);
  if (!page) return null;
  const blocks = [...page.querySelectorAll("[data-id]")];
  const seen = blocks.find((block) => block.getBoundingClientRect().bottom > 0);
  const root = page.documentElement;
  const isAbove = !blocks.length || blocks[0].getBoundingClientRect().top > 0;
  const share = root.scrollTop / Math.max(1, root.scrollHeight - root.clientHeight);
  if (isAbove || !seen) return { share, top: root.scrollTop };
  return { share, id: seen.dataset.id, offset: seen.getBoundingClientRect().top };
}

function goTo(frame, place) {
  const page = pageOf(frame);
  if (!page || !place) return;
  const root = page.documentElement;
  const block = place.id && page.querySelector(`[data-id="${CSS.escape(place.id)}"]`);
  let top = place.top ?? place.share * (root.scrollHeight - root.clientHeight);
  if (block) top = root.scrollTop + block.getBoundingClientRect().top - place.offset;
  frame.contentWindow.scrollTo({ top, behavior: "instant" });
}

function dress(frame, theme) {
  const root = pageOf(frame)?.documentElement;
  if (!root) return;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
}

/** Readers' pages may not be framed, so what is linked opens beside; places in the galley itself stay inside. */
function keepInside(frame) {
  const page = pageOf(frame);
  page.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    window.open(link.href, "_blank", "noopener");
  });
  for (const form of page.forms) form.target = "_blank";
}

/** Let the links of one choice carry the other one. */
function rename(section, width, theme) {
  for (const link of section.querySelectorAll("[data-preview-width], [data-preview-theme]")) {
    const address = new URL(link.href);
    address.searchParams.set("width", link.dataset.previewWidth ?? width);
    const colours = link.dataset.previewTheme ?? theme;
    if (colours) address.searchParams.set("theme", colours);
    else address.searchParams.delete("theme");
    link.href = address.href;
  }
}

function whenDrawn(act) {
  window.requestAnimationFrame(() => window.requestAnimationFrame(act));
}

for (const section of document.querySelectorAll("[data-module~=preview]")) preview(section);
