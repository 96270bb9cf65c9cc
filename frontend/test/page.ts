// A page for tests outside of a browser: what the editor's own libraries need of one.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>", { url: "http://localhost/" });
for (const name of ["window", "document", "navigator", "Node", "Element", "HTMLElement", "DOMParser", "MutationObserver",
  "getSelection", "FormData", "CustomEvent", "EventTarget", "DocumentFragment"] as const) {
  Object.defineProperty(globalThis, name, { value: window[name as keyof typeof window], configurable: true, writable: true });
}
