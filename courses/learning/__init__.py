"""Studying: enrolment, the lesson page, progress."""
