"""What the staff sees."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("newsroom", __name__, url_prefix="/newsroom")
