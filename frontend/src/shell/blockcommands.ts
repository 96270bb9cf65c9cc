// The blocks and formats of the text as commands of the palette.
import { KINDS } from "../blocks/catalogue.ts";
import { duplicate, leave, moveBy, remove } from "../blocks/commands.ts";
import { FORMATS, REDO, UNDO } from "../blocks/formats.ts";
import { turnInto } from "../blocks/turn.ts";
import { register, type Command } from "../commands.ts";
import type { Desk } from "../desk.ts";

type Step = ReturnType<typeof moveBy>;

export function blockCommands(): void {
  register(
    ...KINDS.map(({ name, title, about, words, icon, key, insert }): Command => ({
      id: `insert.${name}`, title: `Insert: ${title}`, group: "Insert", keys: key, icon, words: `add ${about} ${words}`, run: insert,
    })),
    ...KINDS.filter(({ target }) => target !== null).map(({ name, title, words, icon, target }): Command => {
      const step = turnInto(target as NonNullable<typeof target>);
      return {
        id: `turn.${name}`, title: `Turn into: ${title}`, group: "Turn into", icon, words: `change block ${words}`,
        when: ({ editor }) => step(editor.state), run: (at) => press(at, step),
      };
    }),
    ...[UNDO, REDO, ...FORMATS].map((format): Command => ({
      id: `format.${format.name}`, title: format.title, group: "Text", keys: format.key, icon: format.icon,
      when: (at) => format.can?.(at) ?? true, run: (at) => format.press(at),
    })),
  );
  const block = (id: string, title: string, keys: string, icon: string, step: Step): Command => ({
    id: `block.${id}`, title, group: "Block", keys, icon, when: ({ editor }) => step(editor.state), run: (at) => press(at, step),
  });
  register(
    block("up", "Move the block up", "Alt-Shift-ArrowUp", "up", moveBy(-1)),
    block("down", "Move the block down", "Alt-Shift-ArrowDown", "down", moveBy(1)),
    block("copy", "Duplicate the block", "Mod-Shift-d", "copy", duplicate),
    block("remove", "Delete the block", "Mod-Shift-Backspace", "trash", remove),
    block("leave", "Go on below the block", "Mod-Enter", "plus", leave),
  );
}

function press({ editor }: Desk, step: Step): void {
  step(editor.state, editor.view.dispatch);
  editor.view.focus();
}
