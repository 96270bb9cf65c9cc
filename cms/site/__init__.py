"""What readers see. Nothing in here can name a draft: it imports the edition, and no article."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("site", __name__)
