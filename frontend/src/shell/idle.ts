// Work that may wait until nobody types: a key costs a timer, whatever the length of the text.

const idle: (act: () => void) => void =
  typeof requestIdleCallback === "function" ? (act) => requestIdleCallback(act, { timeout: 1000 }) : (act) => act();

/** Returns a function that does something once, when it was not asked for again for a while and the page is idle. */
export function later(wait: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => idle(act), wait);
  };
}

/** Returns a function that does something at most once in a frame. */
export function eachFrame(act: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      act();
    });
  };
}
