"""Turns what other systems add to Markdown and HTML (shortcodes, Liquid, JSX, kramdown) into plain Markdown and marks.

Everything in code is left alone, and nothing that a reader would see is dropped without a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from textwrap import dedent

from cms.core.html import escape
from cms.transfer import directives, signs
from cms.transfer.directives import Directive
from cms.transfer.marks import Marks


def in_markdown(text: str, variables: Mapping[str, str], marks: Marks, warnings: list[str]) -> str:
    """Return Markdown in which only plain Markdown, HTML and marks are left."""
    return _Reader(_without_jsx_indents(text), variables, marks).read(signs.IN_MARKDOWN, warnings)


def in_html(text: str, variables: Mapping[str, str], marks: Marks, warnings: list[str]) -> str:
    """Return HTML without template language, as a .html file of a static site has it."""
    return _Reader(text, variables, marks).read(signs.IN_HTML, warnings)


def _without_jsx_indents(text: str) -> str:
    """Move to the left what stands inside components, where four spaces would make it code."""
    if "\n</" not in text and "/>" not in text:
        return text
    lines: list[str] = []
    depths: list[int | None] = []  # by how much the content of each open component is indented, once that is known
    for line in text.split("\n"):
        if depths and signs.JSX_CLOSES.match(line):
            depths.pop()
        elif depths and line.strip():
            indent = len(line) - len(line.lstrip())
            known = depths[-1]
            depths[-1] = depth = indent if known is None else known
            line = line[min(indent, depth) :]
        lines.append(line)
        if line.rstrip().endswith(">") and signs.JSX_OPENS.match(line) and not signs.JSX_CLOSES.match(line):
            depths.append(None)
    return "\n".join(lines)


class _Reader:
    """Goes through a text once; every handler returns where to go on, or None to keep the sign as it stands."""

    def __init__(self, text: str, variables: Mapping[str, str], marks: Marks) -> None:
        self.text = text
        self.variables = variables
        self.marks = marks
        self.out: list[str] = []
        self.dropped: Counter[str] = Counter()
        # What is still to be closed, innermost last: its name, and the HTML that closes it.
        self.open: list[tuple[str, str]] = []
        self.closers = Counter(next(filter(None, names)).lower() for names in signs.CLOSER.findall(text))
        self.ends = len(signs.END.findall(text))
        self.next: dict[str, int] = {}
        self.paragraph_end = -1

    def read(self, pattern: re.Pattern[str], warnings: list[str]) -> str:
        """Return the whole text, translated."""
        handlers = {name: getattr(self, f"_{name}") for name in pattern.groupindex}
        position = 0
        while found := pattern.search(self.text, position):
            self.out.append(self.text[position : found.start()])
            after = handlers[str(found.lastgroup)](found.start(), found)
            if after is None:
                self.out.append(found[0])
            position = found.end() if after is None else after
        self.out.append(self.text[position:])
        self._close_all()
        for what, times in (+self.dropped).items():
            warnings.append(f"{what} means nothing here and was left out" + (f", {times} times." if times > 1 else "."))
        return "".join(self.out)

    # --- what is left alone

    def _skip(self, start: int, found: re.Match[str]) -> int | None:
        return None

    def _fence(self, start: int, found: re.Match[str]) -> int:
        sign = signs.FENCE_SIGN.search(found[0])
        assert sign is not None  # the pattern has one
        closing = re.compile(rf"^[ \t>]*{sign[0][0]}{{{len(sign[0])},}}[ \t]*$", re.MULTILINE)
        end = closing.search(self.text, found.end())
        return self._keep(start, end.end() if end else len(self.text))

    def _ticks(self, start: int, found: re.Match[str]) -> int | None:
        if start > self.paragraph_end:
            self.paragraph_end = self._find("\n\n", start)
        closing = signs.TICKS.get(len(found[0]))
        end = closing.search(self.text, found.end(), self.paragraph_end) if closing else None
        return self._keep(start, end.end()) if end else None

    def _code(self, start: int, found: re.Match[str]) -> int:
        return self._keep(start, max(self._find(f"</{found[0][1:]}", start), found.end()))

    def _keep(self, start: int, end: int) -> int:
        self.out.append(self.text[start:end])
        return end

    def _find(self, what: str, start: int) -> int:
        """Return where the words come next, the end of the text where they don't; never looks at a place twice."""
        end = self.next.get(what, -1)
        if end < start:
            end = self.text.find(what, start)
            end = self.next[what] = len(self.text) if end < 0 else end
        return end

    # --- what nobody sees

    def _comment(self, start: int, found: re.Match[str]) -> int:
        end = self._find("-->", start)
        if end < len(self.text):
            return end + 3
        self.out.append(self.marks.add("&lt;!--"))  # never closed: a comment would swallow the rest of the piece
        return found.end()

    def _attributes(self, start: int, found: re.Match[str]) -> int | None:
        pattern = signs.KRAMDOWN if found[0] == "{:" else signs.ATTRIBUTES
        whole = pattern.match(self.text, start, start + signs.LONGEST)
        if whole is None:
            return None
        if whole[0] == "{:toc}":  # it stands below a list of one item, `* TOC`, in whose place the contents would go
            head, _, last = "".join(self.out).rstrip("\n").rpartition("\n")
            if len(last) < 40:
                self.out = [head, "\n"]
        elif self.out:
            self.out[-1] = self.out[-1].rstrip(" \t")
        return whole.end()

    def _module(self, start: int, found: re.Match[str]) -> int | None:
        if not signs.MODULE.match(found[0]):
            return None
        if found[0].startswith("export") and not found[0].rstrip().endswith(";"):
            return self._find("\n\n", start)
        return found.end()

    def _contents(self, start: int, found: re.Match[str]) -> int:
        return found.end()

    def _wiki(self, start: int, found: re.Match[str]) -> int | None:
        link = signs.WIKI.match(self.text, start)
        if link is None or link[2].strip().isdecimal():  # `[[1]]` is how R counts its output
            return None
        words = (link[3] or link[2]).strip()
        self.out.append(f"![{link[3] or ''}](<{link[2].strip()}>)" if link[1] else words)
        return link.end()

    # --- template languages

    def _brace(self, start: int, found: re.Match[str]) -> int | None:
        if found[0] == "{%":
            return self._template(start, "%}") or self._liquid(start)
        sign = self.text[start + 2 : start + 3]
        closing = {"<": ">}}", "%": "%}}"}.get(sign, "}}")
        return self._template(start, closing) or (self._variable(start) if closing == "}}" else None)

    def _template(self, start: int, closing: str) -> int | None:
        """Read a shortcode of Hugo or of Zola, if one stands here and is closed near by."""
        if self._find(closing, start) > start + signs.LONGEST:
            return None
        shown = signs.HUGO_SHOWN.match(self.text, start) if self.text.startswith("/*", start + 3) else None
        if shown:
            self.out.append(self.marks.add(escape(f"{{{{{shown[1]}{shown[2]}{shown[3]}}}}}")))
            return shown.end()
        hugo = signs.HUGO.match(self.text, start) if len(closing) == 3 else None
        if hugo:
            return self._component(start, hugo.end(), directives.called(hugo[2], hugo[3]), closes=bool(hugo[1]))
        zola = signs.ZOLA.match(self.text, start) if len(closing) == 2 else None
        if zola and directives.is_known(zola[1]):
            if closing == "%}" and self.ends > 0:
                self.ends -= 1
                self.closers[zola[1].lower()] += 1
            return self._component(start, zola.end(), directives.called(zola[1], zola[2]), closes=False)
        return None

    def _liquid(self, start: int) -> int | None:
        if self._find("%}", start) > start + signs.LONGEST:
            return None
        tag = signs.LIQUID.match(self.text, start)
        if tag is None:
            return None
        closes, name, arguments = bool(tag[1]), tag[2].lower(), tag[3]
        if name in ("comment", "raw") and not closes:
            end = self._find(f"end{name}", tag.end())
            after = self._find("%}", end) + 2
            if name == "raw":
                self.out.append(self.text[tag.end() : self.text.rfind("{%", tag.end(), end)])
            return min(after, len(self.text))
        if not name and closes:  # Zola closes whatever is open with `{% end %}`
            self._close(start, tag.end(), self.open[-1][0] if self.open else "")
        elif name in signs.FLOW:
            self.dropped[f"The Liquid tag “{name}”"] += name in ("if", "for", "unless", "case") and not closes
        elif name in ("include", "include_relative", "include_cached"):
            file, _, rest = arguments.strip().partition(" ")
            return self._component(start, tag.end(), directives.called(file, rest), closes=False)
        else:
            return self._component(start, tag.end(), directives.called(name, arguments), closes=closes)
        return tag.end()

    def _variable(self, start: int) -> int | None:
        found = signs.VARIABLE.match(self.text, start, start + signs.LONGEST)
        if found is None:
            return None
        name, _, filters = (part.strip() for part in found[1].partition("|"))
        quoted = signs.QUOTED.fullmatch(name)
        if quoted and "url" in filters:
            self.out.append(quoted[1])
        elif name.startswith("page.") and name[5:] in self.variables:
            self.out.append(self.variables[name[5:]])
        elif name.startswith(("site.", "page.", "layout.")) or "_url" in filters:
            self.dropped[f"The variable “{name[:60]}”"] += name not in ("site.baseurl", "site.url")
        else:
            return None  # a template that the piece talks about
        return found.end()

    # --- tags

    def _tag(self, start: int, found: re.Match[str]) -> int | None:
        tag = signs.TAG.match(self.text, start, start + signs.LONGEST)
        if tag is None:
            return None
        name, lower, closes, alone = tag[2], tag[2].lower(), bool(tag[1]), bool(tag[4])
        if lower in signs.UNREAD:
            self.dropped[f"The element “{lower}”"] += not closes and lower not in ("style", "noscript")
            return self._behind(tag)
        if lower in signs.FRAMES:
            return self._frame(tag, lower)
        is_paired = not closes and self.closers[lower] > 0
        is_shouted = name == name.upper() and (len(name) > 1 or is_paired or closes or bool(tag[3]))
        if lower in signs.KNOWN and (name == lower or is_shouted):
            return self._keep(start, tag.end())
        if alone or is_paired or (closes and any(word == lower for word, _ in self.open)):
            if lower == "link" and "href" in tag[3]:
                self.open.append((lower, "</a>"))
                self.out.append(self.marks.add(f'<a href="{escape(directives.called(name, tag[3]).first("href"))}">'))
                return tag.end()
            return self._component(start, tag.end(), directives.called(name, tag[3]), closes=closes)
        if self.text.startswith(("](", "]: "), max(0, start - 2)) or self.text.startswith("]: ", max(0, start - 3)):
            return self._keep(start, tag.end())  # an address in pointed brackets
        # `Vec<String>` in the running text is no tag: a browser would swallow it. A mark is right in code, too.
        self.out.append(self.marks.add("&lt;"))
        return start + 1

    def _frame(self, tag: re.Match[str], name: str) -> int:
        source = directives.called(name, tag[3]).first("src")
        if player := directives.embedded(source):
            self._block(tag.start(), tag.end(), player)
        elif source.startswith(("http://", "https://")):
            self._block(tag.start(), tag.end(), f'<p><a href="{escape(source)}">{escape(source)}</a></p>')
        else:
            self.dropped[f"The element “{name}”"] += not tag[1]
        return self._behind(tag)

    def _behind(self, tag: re.Match[str]) -> int:
        """Return the end of an element whose content is not text of the piece."""
        if tag[1] or tag[4]:
            return tag.end()
        end = self._find(f"</{tag[2]}", tag.end())
        return tag.end() if end == len(self.text) else self._find(">", end) + 1

    # --- components

    def _colons(self, start: int, found: re.Match[str]) -> int | None:
        parts = signs.COLONS.match(found[0])
        if parts is None:
            return None
        name = (parts[1] or parts[2] or "").lower().removeprefix("callout-")
        if not name:
            if not any(word == ":::" for word, _ in self.open):
                return None
            self._close(start, found.end(), ":::")
        elif name in signs.PULL:
            self._open(start, found.end(), ":::", '<aside class="pull-quote">', "</aside>")
        elif kind := directives.KIND_OF.get(name):
            self._open_callout(start, found.end(), ":::", kind, (parts[3] or parts[4] or "").strip())
        else:
            self._open(start, found.end(), ":::", "", "")
        return found.end()

    def _component(self, start: int, end: int, directive: Directive, *, closes: bool) -> int:
        name = directive.name
        if closes:
            self._close(start, end, name)
        elif name in directives.CODE:
            return self._listing(start, end, directive)
        elif name in ("ref", "relref"):
            self.out.append(next(iter(directive.bare), directive.first("path")).partition("#")[0])
        elif name == "param":
            self.out.append(self.variables.get(next(iter(directive.bare), ""), ""))
        elif kind := directives.callout_kind(directive):
            self._callout(start, end, directive, kind)
        elif player := directives.embed(directive):
            self._block(start, end, player)
        elif directives.is_figure(directive) and (parts := directives.figure(directive)):
            self._block(start, end, *parts)
        elif place := directives.link(directive):
            self._block(start, end, f'<p><a href="{escape(place[0])}">{place[1]}</a></p>')
        else:
            self.dropped[f"The component “{name[:40]}”"] += name not in directives.SILENT
            if self.closers[name] > 0:
                self._open(start, end, name, "", "")
            else:
                self._block(start, end, "")
        return end

    def _listing(self, start: int, end: int, directive: Directive) -> int:
        name = re.escape(directive.name)
        hugo, liquid = rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}", rf"\{{%-?\s*end{name}\s*-?%\}}"
        closing = re.compile(f"{hugo}|{liquid}|</{name}>", re.IGNORECASE)
        found = closing.search(self.text, end) if self.closers[directive.name] > 0 else None
        if found is None:
            self._block(start, end, "")
            return end
        self.closers[directive.name] -= 1
        given = directive.first("lang", "language") or next(iter(directive.bare), "")
        language = escape((directives.CODE[directive.name] or given).lower())
        code = dedent(self.text[end : found.start()]).strip("\n")
        html = f'<pre><code class="language-{language}">{escape(code)}</code></pre>'
        self._block(start, found.end(), html)
        return found.end()

    def _callout(self, start: int, end: int, directive: Directive, kind: str) -> None:
        text = directives.callout_text(directive)
        title = directives.callout_title(directive)
        if text:
            self._open_callout(start, end, directive.name, kind, title)
            self.out.append(text)
            self._close(start, end, directive.name)
        elif self.closers[directive.name] > 0:
            self._open_callout(start, end, directive.name, kind, title)
        else:
            self.dropped[f"The component “{directive.name}”"] += 1

    def _open_callout(self, start: int, end: int, name: str, kind: str, title: str) -> None:
        self._open(start, end, name, f'<aside class="callout" data-kind="{kind}">', "</aside>")
        if title:
            self.out.append(f"**{title}**\n\n")

    def _open(self, start: int, end: int, name: str, before: str, after: str) -> None:
        self.closers[name] -= 1
        self.open.append((name, after))
        self._block(start, end, before)

    def _close(self, start: int, end: int, name: str) -> None:
        """Close the innermost component of this name, and with it what is open inside it."""
        if any(word == name for word, _ in self.open):
            word = ""
            while word != name:
                word, after = self.open.pop()
                self._block(start, end, after)
        else:
            self._block(start, end, "")

    def _close_all(self) -> None:
        while self.open:
            self._close(len(self.text), len(self.text), self.open[-1][0])

    def _block(self, start: int, end: int, before: str, words: str = "", after: str = "") -> None:
        """Write a piece of HTML, with words of Markdown inside it; apart from the text if it stands on its own line."""
        piece = self.marks.add(before) if before else ""
        if after:
            piece += words + self.marks.add(after)
        line = self.text[max(0, start - 200) : start].rpartition("\n")[2]
        rest = self.text[end : end + 200].partition("\n")[0]
        if line.strip() or rest.strip():
            self.out.append(piece)
        else:
            self.out.append(f"\n\n{line}{piece}\n\n")
