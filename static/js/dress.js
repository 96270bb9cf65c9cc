/** Puts on what a reader chose before the page is seen, and fetches the rest after it (docs/architecture.md). */
(() => {
  const root = document.documentElement;
  const { letters, rules, then } = document.currentScript.dataset;
  const known = { theme: ["light", "dark", "contrast"], size: ["small", "large"], measure: ["short", "long"] };
  const dress = () => {
    let chosen;
    try {
      chosen = JSON.parse(localStorage.getItem("reading"));
    } catch {
      // refused, or not ours
    }
    for (const [name, values] of Object.entries(known)) {
      if (values.includes(chosen?.[name])) root.dataset[name] = chosen[name];
      else delete root.dataset[name];
    }
  };
  dress();
  addEventListener("storage", dress); // in another tab
  addEventListener("pageshow", (event) => event.persisted && dress()); // on another page, and gone back
  root.dataset.dress = "done";

  const add = (tag, facts) => document.head.append(Object.assign(document.createElement(tag), facts));
  const come = () => (root.dataset.dress = "all"); // pictures (tokens.css)
  const wear = () => add("link", { rel: "stylesheet", href: letters });
  // Paints are told early; in one frame with new letters, pictures would count as moved.
  const frame = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  const painted = (go) => {
    const look = (list) => list.getEntriesByName("first-contentful-paint").length && frame().then(frame).then(go);
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
    setTimeout(go, 1000); // a browser that does not tell
  };
  const help = async () => {
    for (const script of then.split(" ")) import(script);
    if (!HTMLScriptElement.supports?.("speculationrules")) return;
    const answer = await fetch(rules).catch(() => {}); // offline
    if (answer?.ok) add("script", { type: "speculationrules", textContent: await answer.text() });
  };

  // Another page of ours has fetched it all before.
  if (document.referrer.startsWith(`${location.origin}/`)) {
    come();
    wear();
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", help);
    else help();
  } else addEventListener("load", () => new Promise(painted).then(come).then(frame).then(wear).then(help));
})();
