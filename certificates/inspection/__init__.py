"""Inspections: a team draws a sample of posts, opens the evidence of each, notes findings and prints the record."""
