"""Courses: what is taught, studied and asked. Says *this person completed this activity* and knows no more."""

from courses.plugin import Courses

plugin = Courses()
