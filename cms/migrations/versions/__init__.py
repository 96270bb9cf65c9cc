"""One file for each change of the tables; a file that went out with a release is never edited again."""
