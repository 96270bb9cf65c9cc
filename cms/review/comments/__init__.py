"""What people say to each other about a piece, each thing beside the words that it is about."""
