// What words can be, beside bold, italic and the others that the toolkit brings along.
import { Mark } from "@tiptap/core";
import { Code } from "@tiptap/extension-code";
import { Link } from "@tiptap/extension-link";

function plain(name: string, tag: string, keys?: Record<string, string>) {
  return Mark.create({
    name,
    parseHTML: () => [{ tag }],
    renderHTML: () => [tag, 0],
    addKeyboardShortcuts() {
      return Object.fromEntries(
        Object.keys(keys ?? {}).map((key) => [key, () => this.editor.commands.toggleMark(name)]),
      );
    },
  });
}

export const Subscript = plain("subscript", "sub", { "Mod-,": "" });
export const Superscript = plain("superscript", "sup", { "Mod-.": "" });
export const Key = plain("key", "kbd");

/** Code within a sentence; unlike the toolkit's it may be a link or stressed, as the server allows. */
export const InlineCode = Code.extend({ excludes: "" });

/** A link is an address and nothing else; the server adds what published pages need. */
export const PlainLink = Link.extend({
  inclusive: false,
  addAttributes() {
    return { href: { default: null } };
  },
  renderHTML({ HTMLAttributes }) {
    return ["a", { href: HTMLAttributes.href }, 0];
  },
}).configure({ openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: "https",
  shouldAutoLink: (address) => /^https?:\/\//i.test(address) });
