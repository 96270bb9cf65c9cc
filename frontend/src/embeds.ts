// Whose things a piece may embed, and how their addresses are read; the server's list is cms/articles/document/embeds.py,
// and both are held to frontend/test/embeds.json.
import { embedKey } from "./clean.ts";

interface Provider {
  /** How the provider writes its own name. */
  name: string;
  /** What its keys look like; the groups fill `address`. */
  key: RegExp;
  address: string;
  /** Addresses as people copy them; the groups, joined by slashes, are the key. */
  copied: RegExp[];
}

const HOST = "[a-z0-9-]+(?:\\.[a-z0-9-]+)+";
const PROVIDERS: Record<string, Provider> = {
  youtube: {
    name: "YouTube", key: /^([A-Za-z0-9_-]{6,20})$/, address: "https://www.youtube.com/watch?v={0}",
    copied: [
      /^(?:www\.|m\.|music\.)?youtube(?:-nocookie)?\.com\/watch\/?\?(?:[^#]*&)?v=([A-Za-z0-9_-]{6,20})(?:[&#]|$)/,
      /^(?:www\.|m\.)?youtube(?:-nocookie)?\.com\/(?:shorts|embed|live)\/([A-Za-z0-9_-]{6,20})(?:[/?#]|$)/,
      /^youtu\.be\/([A-Za-z0-9_-]{6,20})(?:[/?#]|$)/,
    ],
  },
  vimeo: {
    name: "Vimeo", key: /^([0-9]{1,12})$/, address: "https://vimeo.com/{0}",
    copied: [/^(?:www\.)?vimeo\.com\/([0-9]{1,12})(?:[/?#]|$)/, /^player\.vimeo\.com\/video\/([0-9]{1,12})(?:[/?#]|$)/],
  },
  codepen: {
    name: "CodePen", key: /^([A-Za-z0-9_-]{1,40})\/([A-Za-z0-9]{4,40})$/, address: "https://codepen.io/{0}/pen/{1}",
    copied: [/^codepen\.io\/([A-Za-z0-9_-]{1,40})\/(?:pen|full|details|embed)\/([A-Za-z0-9]{4,40})(?:[/?#]|$)/],
  },
  // These two live on machines of many names, so only the shape of the path tells them.
  mastodon: {
    name: "Mastodon", key: new RegExp(`^(${HOST})/@([A-Za-z0-9_]{1,40})/([0-9]{1,24})$`), address: "https://{0}/@{1}/{2}",
    copied: [new RegExp(`^(${HOST})/(@[A-Za-z0-9_]{1,40})/([0-9]{6,24})(?:[/?#]|$)`)],
  },
  peertube: {
    name: "PeerTube", key: new RegExp(`^(${HOST})/([A-Za-z0-9-]{8,40})$`), address: "https://{0}/w/{1}",
    copied: [
      new RegExp(`^(${HOST})/w/([A-Za-z0-9]{20,24})(?:[/?#]|$)`),
      new RegExp(`^(${HOST})/(?:w|videos/watch|videos/embed)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[/?#]|$)`),
    ],
  },
};

export interface Embedded {
  provider: string;
  key: string;
}

/** Returns what a copied address leads to, or null where it is nobody's whom we know. */
export function embedded(address: string): Embedded | null {
  const match = /^https?:\/\/([^/\s]+)(\/\S*)?$/i.exec(address.trim());
  if (!match) return null;
  const place = `${(match[1] as string).toLowerCase()}${match[2] ?? ""}`;
  for (const [provider, { copied }] of Object.entries(PROVIDERS)) {
    for (const pattern of copied) {
      const key = pattern.exec(place)?.slice(1).join("/");
      if (key && isEmbed(provider, key) && addressOf(provider, key)) return { provider, key };
    }
  }
  return null;
}

/** Tells whether the server would keep it, which is not to say that there is an address to it. */
export function isEmbed(provider: string, key: string): boolean {
  return Object.hasOwn(PROVIDERS, provider) && embedKey(key) !== null;
}

/** Returns the public address of what a key names, or null where it is not a key of that provider. */
export function addressOf(provider: string, key: string): string | null {
  const known = Object.hasOwn(PROVIDERS, provider) ? PROVIDERS[provider] : undefined;
  const match = known?.key.exec(key);
  return match ? (known as Provider).address.replace(/\{(\d)\}/g, (_, number) => match[Number(number) + 1] ?? "") : null;
}

/** Returns how the provider writes its own name. */
export function nameOf(provider: string): string {
  return PROVIDERS[provider]?.name ?? provider;
}
