"""Targets (chỉ tiêu) and coverage: posts in force, and which of their holders are trained."""
