/** Small comforts for readers. Every page works without them. */

/** Mark the line of the contents whose part is being read. */
function contents(nav) {
  const links = new Map();
  for (const link of nav.querySelectorAll("a[href^='#']")) {
    const title = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (title) links.set(title, link);
  }
  const titles = [...links.keys()];
  const mark = () => {
    const line = window.innerHeight / 3;
    const here = titles.findLast((title) => title.getBoundingClientRect().top < line);
    for (const [title, link] of links) {
      if (title === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  // An observer speaks only when a title crosses the line, so scrolling itself costs nothing. Everything above counts
  // as inside, or a jump from the end to the beginning would cross no line.
  const observer = new IntersectionObserver(mark, { rootMargin: "999999px 0px -66% 0px" });
  for (const title of titles) observer.observe(title);
}

/** Copy an address; there only where it can be done. */
function copy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

const modules = { contents, copy };
for (const element of document.querySelectorAll("[data-module]")) modules[element.dataset.module]?.(element);
