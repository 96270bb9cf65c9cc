"""The patterns by which `dialects` tells what other systems add to Markdown and HTML."""

from __future__ import annotations

import re

# No component is longer; without a bound a text of nothing but beginnings would cost the square of its length.
LONGEST = 5_000

FENCE = r"(?P<fence>^[ \t]*(?:>[ \t]?|[-*+][ \t]+|[0-9]{1,9}[.)][ \t]+)*(?:`{3,}(?=[^`\n]*$)|~{3,})[^\n]*$)"
COMMON = r"(?P<comment><!--)|(?P<brace>\{[{%])|(?P<tag></?[A-Za-z])"
IN_MARKDOWN = re.compile(
    FENCE
    + r"|(?P<skip>\\[\\`{<\[:])|(?P<ticks>`+)|(?P<colons>^[ \t]*:{3,}[^\n]*$)|(?P<attributes>\{:|\{[#.](?=[\w-]))"
    + r"|(?P<wiki>!?\[\[)|(?P<module>^(?:import|export)[ \t][^\n]*$)|(?P<contents>^\[(?:TOC|toc)\][ \t]*$)|"
    + COMMON,
    re.MULTILINE,
)
IN_HTML = re.compile(r"(?P<code><(?:pre|code)\b)|" + COMMON, re.IGNORECASE)
FENCE_SIGN = re.compile(r"`{3,}|~{3,}")
HUGO_SHOWN = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
HUGO = re.compile(r"\{\{[<%]-?\s*(/?)\s*([\w./-]+)(.*?)/?\s*-?[%>]\}\}", re.DOTALL)
ZOLA = re.compile(r"\{[{%]\s*(\w+)\s*\(([^{}]*?)\)\s*[}%]\}")
LIQUID = re.compile(r"\{%-?\s*(/|end)?(\w*)(.*?)-?%\}", re.DOTALL)
VARIABLE = re.compile(r"\{\{-?\s*([^{}]*?)\s*-?\}\}")
QUOTED = re.compile(r"[\"']([^\"']*)[\"']")
TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)(?=[\s/>])((?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*?)(/?)>")
CLOSER = re.compile(r"</([A-Za-z][\w.:-]*)\s*>|\{\{[<%]\s*/\s*([\w./-]+)|\{%-?\s*(?:end|/)(\w+)")
END = re.compile(r"\{%-?\s*end\s*-?%\}")  # Zola closes whatever is open with it
COLONS = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[.#]?([\w-]+)[^}]*\}|([A-Za-z][\w-]*))?(?:\[(.*?)\])?[ \t]*(.*)$")
KRAMDOWN = re.compile(r"\{::?/?(?:[ \t]++|[.#]?+[A-Za-z][\w-]*+(?:=(?:\"[^\"\n]*+\"|'[^'\n]*+'|[^\s}]++))?)+/?\}")
ATTRIBUTES = re.compile(r"\{(?:[ \t]++|[.#][\w-]++|[\w-]++=(?:\"[^\"\n]*+\"|[^\s}]++))++\}(?=[ \t]*$)", re.MULTILINE)
WIKI = re.compile(r"(!?)\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]+))?\]\](?!\()")
MODULE = re.compile(
    r"import\s+(?:[\w*{][^;\n]*\sfrom\s+)?['\"][^'\"\n]+['\"];?\s*$"
    r"|export\s+(?:const|let|var)\s+\w+\s*=|export\s+default\s+[\w({]"
)
TICKS = {length: re.compile(rf"(?<!`)`{{{length}}}(?!`)") for length in range(1, 10)}
JSX_OPENS = re.compile(r"^[ \t]*<[A-Z][\w.]*(?:[^<>]*[^/<>])?>?[ \t]*$")
JSX_CLOSES = re.compile(r"^[ \t]*</[A-Z][\w.]*>[ \t]*$")
PULL = frozenset({"pull", "pullquote", "pull-quote"})
FLOW = frozenset("if elsif else unless for case when assign break".split())
UNREAD = frozenset("script style svg math noscript template object canvas select textarea".split())
FRAMES = frozenset({"iframe", "video", "audio"})
_PLAIN = """
a abbr acronym address area article aside b base bdi bdo big blockquote body br button caption center cite code col
colgroup data dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4
h5 h6 head header hgroup hr html i img input ins kbd label legend li link main map mark menu meta meter nav ol
optgroup option output p param picture plaintext pre progress q rp rt ruby s samp section slot small source span
strike strong sub summary sup table tbody td tfoot th thead time title tr track tt u ul var wbr xmp
"""
KNOWN = UNREAD | FRAMES | frozenset(_PLAIN.split())
