"""People: finding them, their story, entering them by hand, and merging two records of one person."""
