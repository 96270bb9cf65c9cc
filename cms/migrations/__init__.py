"""The history of the tables: Alembic's scripts, and the verbs that run them."""
