// A slash at the beginning of a paragraph opens the list of blocks; what is typed after it looks through the list.
import { PluginKey } from "@tiptap/pm/state";
import { Suggestion, exitSuggestion } from "@tiptap/suggestion";
import type { SuggestionProps } from "@tiptap/suggestion";
import type { Desk, Part } from "../desk.ts";
import { keyName } from "../dom.ts";
import { matching, type Kind } from "./catalogue.ts";
import { float, type Floating } from "./float.ts";
import { ChoiceList } from "./list.ts";
import { placeFor } from "./commands.ts";

const KEY = new PluginKey("slash");
const PLACES = new Set(["paragraph"]);

export const slash: Part = (desk) => {
  const { editor } = desk;
  editor.registerPlugin(
    Suggestion<Kind, Kind>({
      editor,
      pluginKey: KEY,
      char: "/",
      startOfLine: true,
      allowSpaces: true,
      decorationClass: "slash__typed",
      allow: ({ state, range }) => PLACES.has(state.doc.resolve(range.from).parent.type.name),
      shouldShow: ({ query }) => query.length < 24,
      items: ({ query }) => offered(desk, query),
      command: ({ range, props: kind }) => {
        editor.view.dispatch(editor.state.tr.delete(range.from, range.to));
        kind.insert(desk);
      },
      render: () => shown(desk),
    }),
    // In front of the keys of the editor, so that Enter chooses.
    (plugin, plugins) => [plugin, ...plugins],
  );
};

/** Opens the list at the caret, as if somebody had typed the slash. */
export function openSlash(desk: Desk): void {
  const { editor } = desk;
  const { $from } = editor.state.selection;
  editor.commands.focus();
  if ($from.parent.type.name !== "paragraph" || $from.parent.content.size) {
    const paragraph = editor.schema.nodes.paragraph;
    const place = paragraph && placeFor(editor.state, paragraph);
    if (!place || !paragraph) return;
    editor.chain().insertContentAt(place.to, { type: "paragraph" }).setTextSelection(place.to + 1).run();
  }
  editor.view.dispatch(editor.state.tr.insertText("/").scrollIntoView());
}

/** The kinds that can be put in where the caret is. */
function offered(desk: Desk, query: string): Kind[] {
  const { state } = desk.editor;
  return matching(query).filter(({ name }) => {
    const type = state.schema.nodes[name.replace(/\d$/, "")];
    return !type || (!type.isInline && placeFor(state, type)); // on an empty line, a footnote would stand at nothing
  });
}

function shown(desk: Desk) {
  const { view } = desk.editor;
  let list: ChoiceList | null = null;
  let floating: Floating | null = null;

  const close = () => {
    floating?.close();
    list = floating = null;
    for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup"]) view.dom.removeAttribute(name);
  };
  const fill = ({ items, query, command, loading }: SuggestionProps<Kind, Kind>) => {
    if (loading) return;
    // A sentence that happens to begin with a slash is left in peace.
    if (!items.length && query.includes(" ")) return exitSuggestion(view, KEY);
    list?.show(
      items.map((kind) => ({ id: kind.name, title: kind.title, about: kind.about, icon: kind.icon, key: keyName(kind.key),
        group: query ? "Insert" : kind.group, pick: () => command(kind) })),
      `Nothing called ${query}`,
    );
    floating?.settle();
  };
  return {
    onStart: (props: SuggestionProps<Kind, Kind>) => {
      close();
      list = new ChoiceList("Blocks", (active) => {
        if (active) view.dom.setAttribute("aria-activedescendant", active);
        else view.dom.removeAttribute("aria-activedescendant");
      });
      view.dom.setAttribute("aria-controls", list.id);
      view.dom.setAttribute("aria-haspopup", "listbox");
      let last = props.clientRect?.() ?? null;
      floating = float(desk, list.element, {
        at: () => (last = view.dom.querySelector(".slash__typed")?.getBoundingClientRect() ?? last),
        onLeave: () => exitSuggestion(view, KEY),
      });
      list.show(offered(desk, props.query).map((kind) => ({ id: kind.name, title: kind.title, about: kind.about, icon: kind.icon,
        key: keyName(kind.key), group: kind.group, pick: () => props.command(kind) })), "");
      floating.settle();
    },
    onUpdate: fill,
    onExit: close,
    onKeyDown: ({ event }: { event: KeyboardEvent }) => {
      if (event.key === "Escape") return true;
      if (event.key === "Home" || event.key === "End") return false;
      return list?.onKey(event) ?? false;
    },
  };
}

