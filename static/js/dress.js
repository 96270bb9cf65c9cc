/** Puts on what a reader chose before anything is painted: the one script that pages wait for. reading.js asks. */
(() => {
  const root = document.documentElement;
  const known = { theme: ["light", "dark", "contrast"], size: ["small", "large"], measure: ["short", "long"] };
  const dress = () => {
    let chosen;
    try {
      chosen = JSON.parse(localStorage.getItem("reading"));
    } catch {
      // Refused, or not ours: the page stays as it was made.
    }
    for (const [name, values] of Object.entries(known)) {
      if (values.includes(chosen?.[name])) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
  };
  dress();
  addEventListener("storage", dress); // in another tab
  addEventListener("pageshow", (event) => event.persisted && dress()); // on another page, and gone back
  if ("popover" in root) root.dataset.dressed = ""; // the panel has something to open with

  // Our letters weigh most: they wait for the first view (css/fonts.css), unless another page of ours has fetched them.
  if (document.referrer.startsWith(`${location.origin}/`)) return;
  root.dataset.letters = "later";
  const wear = () => delete root.dataset.letters;
  addEventListener("load", () => requestAnimationFrame(() => setTimeout(wear))); // all is painted
})();
