/** The panel "Reading": colours, size of the text and length of its lines, kept in this browser and nowhere else. */

const root = document.documentElement;
const panel = document.getElementById("reading-panel");
const choices = [...panel.querySelectorAll("input")];

/** Show what the page wears. */
function show() {
  for (const input of choices) input.checked = input.value === (root.dataset[input.name] ?? "");
}

panel.addEventListener("beforetoggle", show); // it may have been chosen in another tab meanwhile
panel.addEventListener("change", ({ target }) => {
  if (target.value) root.dataset[target.name] = target.value;
  else delete root.dataset[target.name];
  const chosen = choices.filter((input) => input.checked && input.value).map((input) => [input.name, input.value]);
  try {
    if (chosen.length) localStorage.setItem("reading", JSON.stringify(Object.fromEntries(chosen)));
    else localStorage.removeItem("reading");
  } catch {
    // A browser that keeps nothing: the choice holds on this page.
  }
});
show();
