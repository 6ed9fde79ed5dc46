"""Corrections that people ask for: what is wrong in their own record, and the answer of those who keep it."""
