"""The templates that every house begins with. TK marks what is to come; the checks find what is left of it."""

from __future__ import annotations

from cms.articles.templates.facts import Facts
from cms.articles.templates.rules import INTERVIEWER
from cms.vocabulary import Kind

ARTICLE = """
<p>TK: Begin with one thing that happened, at one hour, to somebody.</p>
<p>TK: Say what the piece is about, and why now. Readers who stop here know the point.</p>
<h2>TK: How it works</h2>
<p>TK: What a reader has to know to follow the rest. One example, followed to its end.</p>
<h2>TK: What it costs, and whom</h2>
<p>TK: Numbers with their sources. Somebody who disagrees, in their own words.</p>
<h2>TK: What happens next</h2>
<p>TK: What will be decided, when and by whom. End on something that can be seen.</p>
"""

NEWS = """
<p>TK: Who did what, when and where, in one sentence of at most thirty words.</p>
<p>TK: Why it matters to our readers, and how we know: two sources, or one document with its link.</p>
<h2>What is known</h2>
<ul><li>TK</li><li>TK</li></ul>
<h2>What is not</h2>
<ul><li>TK: What nobody would say, and whom we asked.</li></ul>
<p>TK: What happens next, with a date.</p>
"""

QUESTIONS = (
    "What did you see, before you knew what it meant?",
    "How does it work, for somebody who has never had it in their hands?",
    "What do people who know it only from outside get wrong?",
    "What have you tried that did not work?",
    "Who pays when it fails, and do they know?",
    "What would have to happen for you to change your mind?",
    "What did I not ask?",
)

_ASKED = (
    '<section class="qa"><p class="qa-question" data-speaker="{who}">{question}</p>'
    '<div class="qa-answer"></div></section>'
)
INTERVIEW = "\n".join(
    [
        "<p>TK: Who they are, in two sentences, and why we talk to them now.</p>",
        "<p>TK: Where and when we talked, and what was left out or put in order.</p>",
        *(_ASKED.format(who=INTERVIEWER, question=question) for question in QUESTIONS),
    ]
)

FIRST = (
    Facts("Article", about="A scene, the point, two or three sections, an ending.", kind=Kind.ARTICLE, body=ARTICLE),
    Facts("News", about="What happened, how we know, what is not known yet.", kind=Kind.NEWS, body=NEWS),
    Facts(
        "Interview",
        about="An introduction and seven questions to be answered, changed or thrown away.",
        kind=Kind.INTERVIEW,
        body=INTERVIEW,
    ),
)
