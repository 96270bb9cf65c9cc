"""What the editor's script asks for while somebody writes: copies kept, saves, who else is here. All of it is JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from cms.articles import document
from cms.articles import queries as articles
from cms.articles import service as texts
from cms.articles.models import Article, Content, Revision, WorkingCopy
from cms.articles.queries import Here
from cms.articles.service import EditConflict
from cms.core.db import transaction
from cms.core.errors import Forbidden, Invalid
from cms.newsroom import choices, clashes, editing, findings, shell, typed
from cms.newsroom.choices import folded
from cms.newsroom.editing import Names
from cms.newsroom.forms.articles import EditForm
from cms.newsroom.forms.writing import CopyForm, DropForm, PresenceForm, SaveForm
from cms.policy import can
from cms.vocabulary import Can
from cms.web.access import needs
from cms.web.errors import wants_json
from cms.web.session import db, user
from cms.web.templating import iso

bp = Blueprint("writing", __name__, url_prefix="/articles")

Answer = Response | tuple[Response, int]


@bp.post("/<int:article_id>/copy")
@needs(Can.ARTICLE_EDIT)
def copy(article_id: int) -> Answer:
    """Keep what is typed in one open editor; where the piece is closed now, it is kept and the answer says why not."""
    form = _valid(CopyForm())
    sent, closed = typed.sent(), ""
    with transaction(db()):
        article = articles.get(db(), user(), article_id)
        place = {"tab": form.tab.data, "number": form.number.data, "base": form.seen.data}
        try:
            kept = texts.keep(db(), user(), article, sent, **place)
        except Forbidden:
            closed = editing.why_closed(article)
            kept = texts.keep_aside(db(), user(), article, sent, **place)
    if closed:
        return jsonify({"error": closed, "kept": True}), 403
    body = kept.content.get("body", "")
    return jsonify({
        "kept_at": iso(kept.kept_at), "number": kept.number, "words": document.word_count(body),
        "minutes": document.reading_minutes(body), **_findings(article),
    })  # fmt: skip


@bp.post("/<int:article_id>/copy/drop")
@needs(Can.ARTICLE_READ)
def drop(article_id: int) -> Answer:
    """Give up the text of one open editor: its writer chose the saved one."""
    form = _valid(DropForm())
    with transaction(db()):
        article = articles.glance(db(), user(), article_id)
        texts.drop_copy(db(), user(), article, tab=form.tab.data or "")
    if wants_json():
        return jsonify({})
    flash("That text is given up. What is saved stays.", "good")
    return redirect(url_for("newsroom.articles.show", article_id=article_id))


@bp.get("/<int:article_id>/copies")
@needs(Can.ARTICLE_READ)
def copies(article_id: int) -> Answer:
    """Return one's own texts beside the piece, the newest first."""
    article = articles.glance(db(), user(), article_id)
    return jsonify({"copies": [_copy(one) for one in articles.working_copies(db(), article, user().id)]})


@bp.post("/<int:article_id>/save")
@needs(Can.ARTICLE_EDIT)
def save(article_id: int) -> Answer:
    """Store the text as a new revision, joined with what was saved meanwhile; a second try of it changes nothing."""
    names = Names.load(db())
    form = EditForm()
    form.offer(names.sections)
    way = _valid(SaveForm())
    if not form.validate():
        raise _first_error(form)
    tab, number = way.tab.data or "", way.number.data
    is_quiet = bool(way.quiet.data)
    unknown = _unknown(form, names) if is_quiet else set()
    try:
        content, added = (None, []) if unknown else editing.content_of(form, names)
        with transaction(db()):
            article = articles.held(db(), user(), article_id)
            if content is None:
                content = _without_unknown(form, names, article, unknown)
            content = editing.completed(article, content, names)
            saved = texts.save_draft(
                db(), user(), article, content, seen=form.seen.data, note=form.note.data or "",
                save_id=way.save_id.data or "", is_quiet=is_quiet,
                left=editing.left_by(form, tab=tab, number=number, is_partial=bool(unknown)),
            )  # fmt: skip
            head_number = article.head.number if article.head else 0
    except EditConflict as conflict:
        editing.keep_aside(article_id, base=form.seen.data, tab=tab, number=number)
        return _clash(conflict, Names.load(db()))  # with those that this very save added
    except Forbidden:
        editing.keep_aside(article_id, base=form.seen.data, tab=tab, number=number)
        why = editing.why_closed(articles.glance(db(), user(), article_id))
        return jsonify({"error": why, "kept": True}), 403
    if added:
        names = Names.load(db())
    fields = typed.of_content(saved.revision.content(), names.people, names.topics)
    if unknown:
        fields = {k: v for k, v in fields.items() if k.partition("-")[0] not in unknown} | {
            k: v for k, v in typed.sent().items() if k.partition("-")[0] in unknown
        }
    return jsonify({
        "revision": _revision(saved.revision), "is_new": saved.is_new,
        "is_newest": saved.revision.number >= head_number, "body": saved.revision.body, "fields": fields,
        "brought_in": list(saved.brought_in), "who": saved.who, "added": added, "dropped": editing.dropped(),
    })  # fmt: skip


@bp.post("/<int:article_id>/presence")
@needs(Can.ARTICLE_READ)
def presence(article_id: int) -> Answer:
    """Say where somebody is in the piece, and return who else is, who holds it, and what is the newest text."""
    form = _valid(PresenceForm())
    with transaction(db()):
        article = articles.glance(db(), user(), article_id)
        if form.leave.data:
            texts.leave(db(), user(), article)
            return jsonify({})
        company = texts.visit(
            db(), user(), article, place=form.place.data or "", label=form.label.data or "",
            is_writing=bool(form.writing.data), takes=bool(form.take.data),
        )  # fmt: skip
    holder, head = company.holder, article.head
    assert head is not None
    return jsonify({
        "others": [_here(one, holder) for one in company.others],
        "holder": holder and {
            "name": holder.name, "since": _iso(holder.holding_since), "me": holder.user_id == user().id,
        },
        "taken_by": company.taken_by and {"name": company.taken_by.name, "at": iso(company.taken_by.at)},
        "head": {"id": head.id, "number": head.number, "by": _by(head), "at": iso(head.made_at)},
        "state": article.state.value,
        "is_open": can(user(), Can.ARTICLE_EDIT, article),
    })  # fmt: skip


def _findings(article: Article) -> dict[str, object]:
    """Return what the checks find in the text that was sent."""
    form, names = EditForm(), Names.load(db())
    form.offer(names.sections)
    return findings.of_form(article, form, names)


def _valid(form: FlaskForm) -> FlaskForm:
    if not form.validate():
        raise _first_error(form)
    return form


def _first_error(form: FlaskForm) -> Invalid:
    """Return the first thing that is wrong with a form, with its field."""
    for name, errors in form.errors.items():
        sentence = errors
        while isinstance(sentence, list | dict) and sentence:  # the rows of the credits have forms of their own
            sentence = next(iter(sentence.values() if isinstance(sentence, dict) else filter(None, sentence)))
        return Invalid(str(sentence), field=name or "")
    return Invalid("Something in the form cannot be read.")


def _unknown(form: EditForm, names: Names) -> set[str]:
    """Return which of `credits` and `topics` have a name that nobody has yet: typed half, perhaps."""
    people, topics = choices.numbers(names.people), choices.numbers(names.topics)
    found = set()
    if any(folded(row.person.data) not in people for row in form.rows()):
        found.add("credits")
    if any(folded(name) not in topics for name in choices.split(form.topics.data or "", names.topics)):
        found.add("topics")
    return found


def _without_unknown(form: EditForm, names: Names, article: Article, unknown: set[str]) -> Content:
    """Return the content of a quiet save, with those fields as they were: it makes nobody of half a name.

    They stay in the working copy, until they are saved on purpose.
    """
    base = articles.base_of(db(), article, form.seen.data) or article.head
    assert base is not None
    before = base.content()
    if "topics" in unknown:
        form.topics.data = ""
    if "credits" in unknown:
        for row in form.credits:
            row.form.person.data = ""
    content, _ = editing.content_of(form, names)
    if "topics" in unknown:
        content = replace(content, topic_ids=before.topic_ids)
    return replace(content, credits=before.credits) if "credits" in unknown else content


def _clash(conflict: EditConflict, names: Names) -> Answer:
    met = conflict.met
    found = [
        {
            "field": clash.field, "label": clash.label, "block": clash.block, "base": clash.base, "mine": clash.mine,
            "theirs": clash.theirs, "marks": clash.marks, "values": clash.values,
        }
        for clash in clashes.of(db(), conflict, names)
    ]  # fmt: skip
    return jsonify({
        "error": str(conflict), "who": conflict.who,
        "revision": {"id": conflict.revision_id, "number": conflict.number},
        "fields": typed.of_content(met.content, names.people, names.topics), "brought_in": list(met.brought_in),
        "clashes": found,
    }), 409  # fmt: skip


def _copy(kept: WorkingCopy) -> dict[str, Any]:
    return {
        "tab": kept.tab, "number": kept.number, "kept_at": iso(kept.kept_at), "base": kept.base_revision_id,
        "words": document.word_count(kept.content.get("body", "")), "fields": kept.content,
    }  # fmt: skip


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "id": revision.id, "number": revision.number, "hash": revision.content_hash, "made_at": iso(revision.made_at),
    }  # fmt: skip


def _here(one: Here, holder: Here | None) -> dict[str, Any]:
    return {
        "name": one.name, "initials": shell.initials(one.name), "place": one.place, "label": one.label,
        "since": iso(one.holding_since or one.seen_at), "holds": holder is not None and holder.user_id == one.user_id,
    }  # fmt: skip


def _by(revision: Revision) -> str:
    return revision.made_by.name if revision.made_by else "Galley"


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None
