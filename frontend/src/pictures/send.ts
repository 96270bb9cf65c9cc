// Sends one file to the library. By XMLHttpRequest, since nothing else tells how much of it is on its way.
import { Refusal } from "../api.ts";
import type { Desk, Picture } from "../desk.ts";

export interface Taken {
  picture: Picture;
  /** Whether the very same file was in the library before. */
  known: boolean;
  notes: string[];
}

/** The kinds of files that the library takes, as the field for files names them. */
export const KINDS = "image/jpeg,image/png,image/webp,image/gif";

/** Tells whether the file says that it is a picture which the library takes. */
export function isPicture(file: File): boolean {
  return KINDS.split(",").includes(file.type);
}

export interface Sending {
  done: Promise<Taken>;
  stop(): void;
}

/** Sends the file; `tell` hears which part of it has gone, 1 when the server has all of it and looks at it. */
export function send(desk: Desk, file: File, words: Record<string, string>, tell: (part: number) => void): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<Taken>((take, refuse) => {
    request.open("POST", "/newsroom/pictures/upload");
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", desk.field("csrf_token")?.value ?? "");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) tell(event.loaded / event.total);
    });
    request.addEventListener("loadend", () => {
      const answer = request.response as (Taken & { error?: string }) | null;
      if (request.status === 200 && answer?.picture) take({ ...answer, notes: answer.notes ?? [] });
      else refuse(new Refusal(request.status, answer?.error ?? sentence(request.status)));
    });
    const data = new FormData();
    data.append("file", file, file.name);
    for (const [name, value] of Object.entries(words)) if (value) data.append(name, value);
    request.send(data);
  });
  return { done, stop: () => request.abort() };
}

function sentence(status: number): string {
  if (status === 413) return "The file is larger than the library takes. Make it smaller and try again.";
  if (status === 401 || status === 400) return "You are signed out. Sign in again in another window, then try again.";
  return status ? "The newsroom could not take it in. Try again in a moment." : "The connection broke before it was there.";
}
