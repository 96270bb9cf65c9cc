"""What the staff sees."""

from __future__ import annotations

from flask import Blueprint

from cms.newsroom import (
    account,
    articles,
    audit,
    board,
    calendar,
    charts,
    checks,
    choosing,
    comments,
    corrections,
    desk,
    explore,
    find,
    front,
    guests,
    inbox,
    interviews,
    links,
    media,
    pages,
    people,
    pitches,
    preview,
    readership,
    reviewers,
    reviews,
    ruling,
    searches,
    seo,
    series,
    sharing,
    shell,
    suggestions,
    taxonomy,
    templates,
    translations,
    users,
    workflow,
    writing,
)

bp = Blueprint("newsroom", __name__, url_prefix="/newsroom")
shell.install(bp)
seo.install(bp)
bp.register_blueprint(account.bp)
bp.register_blueprint(desk.bp)
bp.register_blueprint(articles.bp)
bp.register_blueprint(writing.bp)
bp.register_blueprint(workflow.bp)
bp.register_blueprint(reviews.bp)
bp.register_blueprint(reviewers.bp)
bp.register_blueprint(ruling.bp)
bp.register_blueprint(corrections.bp)
bp.register_blueprint(comments.bp)
bp.register_blueprint(suggestions.bp)
bp.register_blueprint(checks.bp)
bp.register_blueprint(preview.bp)
bp.register_blueprint(links.bp)
bp.register_blueprint(sharing.bp)
bp.register_blueprint(guests.bp)
bp.register_blueprint(interviews.bp)
bp.register_blueprint(explore.bp)
bp.register_blueprint(translations.bp)
bp.register_blueprint(readership.bp)
bp.register_blueprint(pitches.bp)
bp.register_blueprint(board.bp)
bp.register_blueprint(calendar.bp)
bp.register_blueprint(charts.bp)
bp.register_blueprint(inbox.bp)
bp.register_blueprint(pages.bp)
bp.register_blueprint(people.bp)
bp.register_blueprint(taxonomy.bp)
bp.register_blueprint(templates.bp)
bp.register_blueprint(series.bp)
bp.register_blueprint(front.bp)
bp.register_blueprint(media.bp)
bp.register_blueprint(choosing.bp)
bp.register_blueprint(searches.bp)
bp.register_blueprint(find.bp)
bp.register_blueprint(users.bp)
bp.register_blueprint(audit.bp)
