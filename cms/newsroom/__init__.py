"""What the staff sees."""

from __future__ import annotations

from flask import Blueprint

from cms.newsroom import (
    account,
    articles,
    audit,
    desk,
    inbox,
    media,
    people,
    preview,
    series,
    sharing,
    shell,
    taxonomy,
    users,
    workflow,
)

bp = Blueprint("newsroom", __name__, url_prefix="/newsroom")
shell.install(bp)
bp.register_blueprint(account.bp)
bp.register_blueprint(desk.bp)
bp.register_blueprint(articles.bp)
bp.register_blueprint(workflow.bp)
bp.register_blueprint(preview.bp)
bp.register_blueprint(sharing.bp)
bp.register_blueprint(inbox.bp)
bp.register_blueprint(people.bp)
bp.register_blueprint(taxonomy.bp)
bp.register_blueprint(series.bp)
bp.register_blueprint(media.bp)
bp.register_blueprint(users.bp)
bp.register_blueprint(audit.bp)
