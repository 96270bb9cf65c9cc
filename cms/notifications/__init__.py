"""The inbox and the mail about one's work."""
