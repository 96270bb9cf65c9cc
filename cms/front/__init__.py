"""How chiefs arrange the front page: drafts, what is scheduled, what stands, and what stood before."""
