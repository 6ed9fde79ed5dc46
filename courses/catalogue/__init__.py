"""Courses: topics, lessons, documents; a course as a folder of files."""
