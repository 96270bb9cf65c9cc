// The name of one open editor. It stays with the browser's tab over reloads; a tab that was doubled gets another one.

const PLACE = "galley-tab";
const LOCK = "galley-tab-";
/** How long a page that is being replaced may take to let its name go. */
const PATIENCE = 1_000;

export class Tab {
  id: string;
  private number: number;

  constructor() {
    const [id, number] = (sessionStorage.getItem(PLACE) ?? "").split(" ");
    this.id = id || randomId();
    this.number = Number(number) || 0;
    this.remember();
  }

  /** Makes sure that no other page goes by this name. */
  async settle(): Promise<void> {
    if (!(await held(this.id))) {
      this.rename();
      await held(this.id);
    }
  }

  rename(): void {
    this.id = randomId();
    this.number = 0;
    this.remember();
  }

  /** The number of the last copy that was sent. */
  get last(): number {
    return this.number;
  }

  next(): number {
    this.number++;
    this.remember();
    return this.number;
  }

  private remember(): void {
    sessionStorage.setItem(PLACE, `${this.id} ${this.number}`);
  }
}

/** Returns a name for an editor or a save: 32 characters that nobody guesses. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns the names of the editors that are open in this browser. */
export async function living(): Promise<Set<string>> {
  const { held: locks = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(locks.map((lock) => lock.name ?? "").filter((name) => name.startsWith(LOCK)).map((name) => name.slice(LOCK.length)));
}

/** Holds a name for as long as the page lives; false where another page has it. Where there are no locks, it is believed. */
function held(id: string): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks
      .request(LOCK + id, { signal: AbortSignal.timeout(PATIENCE) }, () => {
        resolve(true);
        return new Promise(() => {});
      })
      .catch(() => resolve(false));
  });
}
