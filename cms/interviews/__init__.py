"""Series and their episodes."""
