"""Pitches and what becomes of them, the board, the calendar, and what the work amounts to in numbers."""
