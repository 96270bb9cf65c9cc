"""Galley: an editorial CMS for technology magazines."""
