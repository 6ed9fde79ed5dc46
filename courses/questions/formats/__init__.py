"""One file for each format in which questions come and go."""
