// When the page goes, or may go: what is here is put where it will be found.
import type { Desk } from "../desk.ts";
import type { SaveAnswer } from "./answers.ts";
import type { Company } from "./company.ts";
import type { Local } from "./local.ts";
import type { Order, Queue } from "./queue.ts";
import type { Text } from "./text.ts";

/** A browser lets a page that is gone send 64 kB; what else travels needs a little of it. */
const MOST = 60_000;

interface Leaving {
  desk: Desk;
  queue: Queue<Text>;
  local: Local;
  company: Company;
  send(order: Order<Text>, keepalive: boolean): Promise<SaveAnswer>;
}

export function leaveWith({ queue, local, company, send }: Leaving): void {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    void local.flush();
    queue.hurry();
  });
  window.addEventListener("pagehide", () => {
    const order = queue.leave();
    if (order && size(order) < MOST) void send(order, true).catch(() => {});
    void local.flush(order !== null); // with the name of the save, so that the next page finishes it
    company.leave();
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) void company.beat();
  });
  window.addEventListener("beforeunload", (event) => {
    if (queue.edits <= Math.max(queue.kept, local.kept)) return;
    void local.flush();
    event.preventDefault();
  });
}

function size(order: Order<Text>): number {
  return new Blob([new URLSearchParams((order.snapshot as Text).fields).toString()]).size;
}
