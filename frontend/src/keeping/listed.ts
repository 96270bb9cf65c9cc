// The texts of one's own that the page says lie beside the piece: those that a save took in are taken off its list.
import type { Desk } from "../desk.ts";

export function keepListed(desk: Desk): void {
  const note = desk.root.querySelector("[data-beside-note]");
  if (!note) return;
  const put = ({ copies }: { copies: { tab: string }[] }) => {
    const tabs = new Set(copies.map(({ tab }) => tab));
    for (const button of note.querySelectorAll<HTMLButtonElement>("[name=tab]")) {
      if (!tabs.has(button.value)) button.closest("li")?.remove();
    }
    if (!note.querySelector("li")) note.remove();
  };
  desk.on("saved", () => void desk.api.get<{ copies: { tab: string }[] }>(`${desk.address}/copies`).then(put, () => {})); // asked again with the next save
}
