/** Puts on what a reader chose, before anything is painted: the one script that a page waits for. reading.js asks. */
(() => {
  const root = document.documentElement;
  const known = { theme: ["light", "dark", "contrast"], size: ["small", "large"], measure: ["short", "long"] };
  const dress = () => {
    let chosen;
    try {
      chosen = JSON.parse(localStorage.getItem("reading"));
    } catch {
      // Refused by the browser, or not ours: the page stays as it was made.
    }
    for (const [name, values] of Object.entries(known)) {
      if (values.includes(chosen?.[name])) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
  };
  dress();
  addEventListener("storage", dress); // chosen in another tab
  addEventListener("pageshow", (event) => event.persisted && dress()); // chosen on another page, and gone back from it
  if ("popover" in root) root.dataset.dressed = ""; // the panel has something to open with
})();
