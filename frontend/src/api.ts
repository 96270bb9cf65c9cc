// Talks to the newsroom: one way to send a form's fields and to be told what went wrong.

/** An answer that is no success: the sentence is for the person, `status` 0 means that nothing came back at all. */
export class Refusal extends Error {
  readonly status: number;
  readonly facts: Record<string, unknown>;

  constructor(status: number, message: string, facts: Record<string, unknown> = {}) {
    super(message);
    this.status = status;
    this.facts = facts;
  }

  /** Whether trying the same again later may help: the network, or a server that is catching its breath. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Api {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, fields: FormData | URLSearchParams, options?: { signal?: AbortSignal; keepalive?: boolean }): Promise<T>;
  /** Ask for a new token, after somebody signed in again, and return who that is. */
  renew(): Promise<Person>;
}

export interface Person {
  id: number;
  name: string;
}

/** Returns the door to the newsroom; `token` is the page's own, from its form. */
export function open(token: string): Api {
  const headers = (): Record<string, string> => ({ Accept: "application/json", "X-CSRFToken": token });

  async function call<T>(path: string, init: RequestInit): Promise<T> {
    let answer: Response;
    try {
      answer = await fetch(path, { ...init, headers: headers(), redirect: "manual", credentials: "same-origin" });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new Refusal(0, "The newsroom cannot be reached.");
    }
    if (answer.type === "opaqueredirect") throw new Refusal(401, "You are signed out.");
    const facts = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(answer.status, String(facts.error ?? "That did not work."), facts);
    return facts as T;
  }

  return {
    get: (path) => call(path, { method: "GET" }),
    post: (path, fields, options = {}) => {
      const files = fields instanceof FormData && [...fields.values()].some((field) => field instanceof File);
      const body = files ? fields : new URLSearchParams(fields as unknown as Record<string, string>);
      return call(path, { method: "POST", body, ...options });
    },
    renew: async () => {
      const found = await call<Person & { csrf_token: string }>("/newsroom/account/token", { method: "GET" });
      token = found.csrf_token;
      return found;
    },
  };
}
