"""Overscan, the magazine that a fresh clone shows."""
