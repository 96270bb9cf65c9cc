// The browser's own memory of texts that no server has yet: one record for each open editor, in IndexedDB.
import type { Fields } from "./answers.ts";

export interface Kept {
  /** `user:article:tab`; the text that somebody chose not to take up is at `user:article:aside`. */
  key: string;
  at: number;
  /** The revision that the text started from. */
  seen: string;
  took: string;
  fields: Fields;
  /** The save that was sent with exactly this text, and whose answer nobody heard. */
  saveId: string;
  number: number;
}

export interface Store {
  put(kept: Kept): Promise<void>;
  remove(key: string): Promise<void>;
  /** All that this person has of this piece, the newest first. */
  of(user: string, article: string): Promise<Kept[]>;
}

export const ASIDE = "aside";
const TEXTS = "texts";

export function keyOf(user: string, article: string, tab: string): string {
  return `${user}:${article}:${tab}`;
}

/** Opens the memory; what goes wrong with it (a private window, a full disk) is told by the promises of its verbs. */
export function openStore(factory: IDBFactory = indexedDB): Store {
  let opened: Promise<IDBDatabase> | null = null;
  const database = () => (opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = factory.open("galley", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TEXTS, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  }));

  async function run<T>(mode: IDBTransactionMode, work: (texts: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const transaction = (await database()).transaction(TEXTS, mode, { durability: "strict" });
    const request = work(transaction.objectStore(TEXTS));
    transaction.commit(); // a page that goes hears of no success any more, and would leave it undone
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  return {
    put: async (kept) => void (await run("readwrite", (texts) => texts.put(kept))),
    remove: (key) => run("readwrite", (texts) => texts.delete(key)),
    of: async (user, article) => {
      const begin = keyOf(user, article, "");
      const found = await run<Kept[]>("readonly", (texts) => texts.getAll(IDBKeyRange.bound(begin, `${begin}\uffff`)));
      return found.sort((one, other) => other.at - one.at);
    },
  };
}
