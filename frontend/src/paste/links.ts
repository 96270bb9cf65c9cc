// Where links lead: out of the redirects that watch who clicks, without the parameters that tell where they were copied.
import { all, unwrap, words } from "./tree.ts";

// Hosts that only pass on, and the parameter in which they keep the address.
const PASSING: ReadonlyArray<readonly [host: RegExp, path: RegExp, names: string[]]> = [
  [/^(www\.)?google\.[a-z.]{2,6}$/, /^\/url$/, ["q", "url"]],
  [/^(l|lm)\.(facebook|instagram)\.com$/, /^\/(l\.php)?$/, ["u"]],
  [/^(www\.|out\.)?reddit\.com$/, /^\/(t\d_.*|media)?$/, ["url"]],
  [/\.safelinks\.protection\.outlook\.com$/, /^\//, ["url"]],
  [/^(www\.)?youtube\.com$/, /^\/redirect$/, ["q"]],
  [/^(www\.)?linkedin\.com$/, /^\/(redir\/redirect|safety\/go)$/, ["url"]],
  [/^duckduckgo\.com$/, /^\/l\/$/, ["uddg"]],
  [/^slack-redir\.net$/, /^\/link$/, ["url"]],
  [/^t\.umblr\.com$/, /^\/redirect$/, ["z"]],
  [/^link\.zhihu\.com$/, /^\//, ["target"]],
  [/^vk\.com$/, /^\/away\.php$/, ["to"]],
  [/^steamcommunity\.com$/, /^\/linkfilter\/?$/, ["url", "u"]],
];
const TRACKING = /^(utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|hsctatracking|vero_id|vero_conv|oly_enc_id|oly_anon_id|wickedid|rb_clickid|s_cid|ss_source|ss_campaign_id|__s|ref_src|ref_url|cmpid|guccounter|guce_referrer|guce_referrer_sig|_ga|_gl)$/i;

/** Returns where a copied address leads for a reader, or null where it leads nowhere outside of its page. */
export function destination(href: string, origin = ""): string | null {
  const address = href.replace(/[\u0000-\u001f\u007f]/g, "").trim();
  if (/^mailto:[^\s@]+@/i.test(address)) return address;
  if (!/^https?:\/\/[^/?#\\]/i.test(address)) return null;
  const found = plain(unwrapped(address));
  if (origin && (found === origin || found.startsWith(`${origin}/`))) return found.slice(origin.length) || "/";
  return found;
}

function unwrapped(address: string): string {
  let found = address;
  // A link that was shared twice is wrapped twice; nobody wraps more often than that.
  for (let round = 0; round < 3; round++) {
    const next = passedOn(found);
    if (!next) return found;
    found = next;
  }
  return found;
}

function passedOn(address: string): string | null {
  const proof = /^https:\/\/urldefense\.com\/v3\/__(https?:.*?)__;/i.exec(address);
  if (proof) return proof[1] as string;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  for (const [host, path, names] of PASSING) {
    if (!host.test(url.hostname) || !path.test(url.pathname)) continue;
    const target = names.map((name) => url.searchParams.get(name)).find((value) => value && /^https?:\/\//i.test(value));
    if (target) return target;
  }
  return null;
}

/** Takes tracking out of the address, and leaves the rest of it to the letter. */
function plain(address: string): string {
  const [, place = "", query = "", hash = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? [];
  const kept = query.slice(1).split("&").filter((pair) => pair && !TRACKING.test(pair.split("=", 1)[0] as string));
  const anchor = hash.replace(/:~:.*$/s, "").replace(/^#(utm_\w+=.*)?$/, "");
  return place + (kept.length ? `?${kept.join("&")}` : "") + anchor;
}

/** Gives every link of a page its destination, and unwraps those that have none. */
export function mendLinks(root: HTMLElement, origin: string): void {
  for (const link of all(root, "a")) {
    const href = link.getAttribute("href") ?? "";
    const target = destination(href, origin);
    if (!target) {
      unwrap(link);
      continue;
    }
    // A bare address is its own text; that should not keep what the link lost.
    if (words(link) === href && !link.querySelector("img")) link.textContent = /^\//.test(target) ? href : target;
    link.setAttribute("href", target);
  }
}
