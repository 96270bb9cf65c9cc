"""What may happen next to a piece, and doing it."""
