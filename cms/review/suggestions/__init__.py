"""What people suggest to change in a piece, each change a row beside the text until somebody accepts or rejects it."""
