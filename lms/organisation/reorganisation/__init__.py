"""Units are merged, split, renamed, moved and dissolved by a decision, from a day on; the past keeps its names."""
