"""Comments, suggestions and checks beside the text."""
