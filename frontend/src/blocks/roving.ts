// A toolbar is one stop of the Tab key; within it arrows lead from button to button.

export interface Roving {
  focus(): void;
}

/** Makes the buttons of a toolbar one stop, and keeps the caret in the text when they are pressed. */
export function rove(bar: HTMLElement, onEscape: () => void): Roving {
  const buttons = () => [...bar.querySelectorAll<HTMLElement>("button:not([hidden])")];
  const hold = (chosen: HTMLElement | undefined) => {
    for (const button of buttons()) button.tabIndex = button === chosen ? 0 : -1;
  };
  const current = () => buttons().find((button) => button.tabIndex === 0) ?? buttons()[0];
  hold(buttons()[0]);
  // Without this the first letters typed afterwards would be lost.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  bar.addEventListener("focusin", (event) => hold(event.target as HTMLElement));
  bar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      return onEscape();
    }
    const all = buttons();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const next = all[(to + all.length) % all.length];
    hold(next);
    next?.focus();
  });
  return { focus: () => current()?.focus() };
}
