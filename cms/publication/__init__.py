"""The published edition: the only thing that readers' surfaces can see."""
