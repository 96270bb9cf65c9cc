"""The JSON interface, version 1. Fields are added; none changes its meaning or goes away."""

from __future__ import annotations

from flask import Blueprint

from cms.api.v1 import search

bp = Blueprint("v1", __name__, url_prefix="/v1")
bp.register_blueprint(search.bp)
