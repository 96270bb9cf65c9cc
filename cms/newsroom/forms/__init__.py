"""Forms: they validate shape; services validate meaning."""
