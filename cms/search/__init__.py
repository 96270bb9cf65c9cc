"""Full-text search over what is published."""
