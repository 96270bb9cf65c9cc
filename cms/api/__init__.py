"""What programs see."""

from __future__ import annotations

from flask import Blueprint

from cms.api import v1

bp = Blueprint("api", __name__, url_prefix="/api")
bp.register_blueprint(v1.bp)
