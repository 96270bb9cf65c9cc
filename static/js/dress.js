/**
 * Puts on what a reader chose, as early as a script can that nobody waits for (tokens.css: data-dress). Then, when what
 * is seen first is painted, it has the rest fetched: our letters, which weigh most, the scripts of the page, and which
 * pages may be fetched ahead. reading.js asks.
 */
(() => {
  const root = document.documentElement;
  const { letters, rules, then } = document.currentScript.dataset;
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

  /** Say when the document has come so far. */
  const reached = (states, event) => new Promise((go) => {
    if (states.includes(document.readyState)) go();
    else addEventListener(event, go);
  });
  const painted = () => new Promise((go) => {
    const look = (list) => list.getEntriesByName("first-contentful-paint").length && go();
    new PerformanceObserver(look).observe({ type: "paint", buffered: true });
    setTimeout(go, 1000); // a browser that does not tell
  });
  const add = (tag, facts) => document.head.append(Object.assign(document.createElement(tag), facts));
  const wear = () => add("link", { rel: "stylesheet", href: letters });
  /** Let the browser fetch what a reader is about to open: rules that the policy of the page knows (cms/web/headers.py). */
  const speculate = async () => {
    const answer = await fetch(rules);
    if (answer.ok) add("script", { type: "speculationrules", textContent: await answer.text() });
  };

  root.dataset.dress = "done";
  // Whoever comes from another page of ours has fetched it all before.
  const isKnown = document.referrer.startsWith(`${location.origin}/`);
  const seen = isKnown ? reached(["interactive", "complete"], "DOMContentLoaded") : reached(["complete"], "load").then(painted);
  if (isKnown) wear();
  seen.then(() => {
    if (!isKnown) wear();
    for (const script of then.split(" ")) import(script);
    if (HTMLScriptElement.supports?.("speculationrules")) speculate().catch(() => {}); // offline
  });
})();
