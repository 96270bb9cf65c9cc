"""Logins: users, roles, sessions and the limits on signing in."""
