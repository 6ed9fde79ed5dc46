"""People and what is kept of them: the notice they are shown, and all their data to read and take away."""
