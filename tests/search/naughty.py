"""Texts that have broken searches elsewhere, or that mean something to some engine, shell, page or parser."""

NAUGHTY = [
    "", " ", "\x00", "\x00\x01\x02\x1f\x7f", "\ud800", "\udfff\ud800 x", "\ufeff", "\u200b", "\u202e drift",
    "\u2028\u2029",
    '"', '""', '"""', "'", "-", "--", "---", "- -", "-\"", '-"x', ":", "::", ":::", "a:", ":a", "section:",
    'section:""',
    "-section:x", "kind:", "kind:series", "year:", "year:99999", "year:-", "year:2020-2019", "year:٢٠٢٤", "person:*",
    "*", "w*", "**", "?", "~9", "clock~9", "clock^99999", "[a TO z]", "{a TO z}", "(((((", ")))))", "(" * 300,
    "AND", "OR", "NOT", "AND OR NOT", "a AND b OR NOT c", "NEAR(a b)", "+a -b", "a && b || !c", "\\", "\\\\\\", "/x/",
    "<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "</mark><script>", "{{ 7*7 }}", "${7*7}", "%s%n%x",
    "'; DROP TABLE published; --", "1' OR '1'='1", "../../../etc/passwd", "\r\nSet-Cookie: a=b", "&lt;b&gt;", "&#x41;",
    "a" * 100_000, "a " * 50_000, "a." * 50_000, '"a ' * 1000, "-a" * 1000, "x:y " * 500, "é" * 1000, "\u0301" * 1000,
    "ﷺ" * 256, "İ" * 256, "ß" * 256, "日本語" * 200, "👩‍👩‍👧‍👦" * 60, "𝕋𝕙𝕖 𝕢𝕦𝕚𝕔𝕜", "Z̴̢a̷̛l̶g̵o̸", "ท" * 100,
    "हिन्दी में", "اُردُو",
    "ノﾉ",
    "C++", "C#", ".NET", "node.js", "CVE-2024-1234", "snake_case", "3.11.4", "std::vector<int>", "#!/bin/sh", "a@b.c",
    "https://example.com/?q=a&b=c#d", "O'Brien", "rock'n'roll", "1,000.50", "1e309", "NaN", "null", "undefined", "true",
]  # fmt: skip
