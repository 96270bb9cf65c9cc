// The form's buttons: saving goes without a new page; whatever leaves the page saves first.
import type { Desk } from "../desk.ts";
import type { Notes } from "./notes.ts";
import type { Queue } from "./queue.ts";
import type { Text } from "./text.ts";

/** How long a link waits for a save, in milliseconds. */
const PATIENCE = 4_000;

type Pressed = HTMLButtonElement | HTMLInputElement | null;

export function press(desk: Desk, queue: Queue<Text>, notes: Notes): void {
  const { form } = desk;
  let isPassing = false;

  const busy = async (button: Pressed, work: () => Promise<void>) => {
    button?.setAttribute("aria-busy", "true");
    try {
      await work();
    } finally {
      button?.removeAttribute("aria-busy");
    }
  };
  const save = (button: Pressed) => busy(button, async () => void (await queue.settled(queue.save())));
  const saveAndGo = (button: Pressed, isAsked: boolean) => busy(button, async () => {
    if (!(await queue.settled(queue.save(!isAsked)))) {
      notes.say("not-gone", "warn", "That waits, because the text could not be saved yet. Nothing you wrote is lost; press again when it is saved.");
      return;
    }
    notes.close("not-gone");
    isPassing = true;
    form.requestSubmit(button);
    isPassing = false;
  });

  // Looking for a picture, and deciding about a clash on the page that a form without a script gets, need a new page.
  form.addEventListener("submit", (event) => {
    const button = event.submitter as Pressed;
    const does = button?.name === "do" ? button.value : "";
    const goes = does === "submit" || (button?.hasAttribute("formaction") ?? false);
    if (isPassing || (goes && queue.edits === queue.saved)) return;
    if (does === "find" || form.querySelector("[name^='block:'], [name^='field:']")) return;
    event.preventDefault();
    event.stopPropagation();
    if (goes) void saveAndGo(button, does === "submit");
    else void save(button);
  }, { capture: true });

  // The piece's other pages show what is saved: they wait for it, though not for ever.
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !isPlain || event.defaultPrevented || link.target || link.hash || link.dataset.open || queue.edits === queue.saved || queue.isAsking) return;
    if (!link.pathname.startsWith(`${desk.address}/`) || link.pathname.endsWith("/edit")) return;
    event.preventDefault();
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    void Promise.race([queue.settled(queue.save(true)), patience]).then(() => location.assign(link.href));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) void save(form.querySelector<HTMLButtonElement>("[name=do][value=save]"));
  });
}
