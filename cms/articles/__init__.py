"""Pieces: their working copy, its revisions, and who is credited."""
