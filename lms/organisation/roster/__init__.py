"""Rosters: an office's own spreadsheet in, people and posts out, every refusal with its place."""
