"""Asking the people who are quoted whether they said it: what they are shown, what they answer, what became of it."""
