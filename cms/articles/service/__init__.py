"""What people do to pieces, one module for each side of it; whoever calls knows only this one."""

from __future__ import annotations

from cms.articles.service.copies import NOTHING_LEFT, Left, drop_copy, keep, keep_aside
from cms.articles.service.correcting import correct, take_out
from cms.articles.service.cutting import login_linked
from cms.articles.service.history import Pruning, name_revision, prunable, prune, show_history
from cms.articles.service.planning import Plan, plan
from cms.articles.service.presence import Company, Taken, leave, sweep, visit
from cms.articles.service.translating import begin_translation, drop_original, name_original
from cms.articles.service.writing import EditConflict, Saved, carried, create, fitted, restore, roll_back, save_draft

__all__ = [
    "NOTHING_LEFT",
    "Company",
    "EditConflict",
    "Left",
    "Plan",
    "Pruning",
    "Saved",
    "Taken",
    "begin_translation",
    "carried",
    "correct",
    "create",
    "drop_copy",
    "drop_original",
    "fitted",
    "keep",
    "keep_aside",
    "leave",
    "login_linked",
    "name_original",
    "name_revision",
    "plan",
    "prunable",
    "prune",
    "restore",
    "roll_back",
    "save_draft",
    "show_history",
    "sweep",
    "take_out",
    "visit",
]
