"""Two at once on one case: one wins, the other is told, and the points are counted once."""
