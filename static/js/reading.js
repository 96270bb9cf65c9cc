/** The panel "Reading": colours, size of the text and length of its lines, kept in this browser and nowhere else. */

const root = document.documentElement;
const panel = document.getElementById("reading-panel");
const choices = [...panel.querySelectorAll("input")];

/** Show what the page wears. */
function show() {
  for (const input of choices) input.checked = input.value === (root.dataset[input.name] ?? "");
}

panel.addEventListener("beforetoggle", show); // it may have been chosen in another tab meanwhile
panel.addEventListener("change", ({ target }) => choose(target));

function choose({ name, value }) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  const worn = choices.filter((input) => input.value && root.dataset[input.name] === input.value);
  const chosen = worn.map((input) => [input.name, input.value]);
  try {
    if (chosen.length) localStorage.setItem("reading", JSON.stringify(Object.fromEntries(chosen)));
    else localStorage.removeItem("reading");
  } catch {
    // A browser that keeps nothing: the choice holds on this page.
  }
}

// The panel opens without this script, which comes late: whoever was quicker has chosen all the same.
if (panel.matches(":popover-open")) choices.filter((input) => input.checked && !input.defaultChecked).forEach(choose);
show();
