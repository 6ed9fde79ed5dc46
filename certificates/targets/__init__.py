"""Targets (chỉ tiêu): which posts must be trained by when, and how many are."""
