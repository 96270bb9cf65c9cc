"""Narrow tools that know nothing editorial and nothing of Flask."""
