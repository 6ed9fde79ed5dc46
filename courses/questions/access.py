"""Obtaining banks, questions and images, with the check: banks are edited by those who manage courses."""

from flask import abort

from courses.catalogue import queries as catalogue
from courses.catalogue.models import Course, Document
from courses.questions.formats.base import IMAGE_SUFFIXES
from courses.questions.models import BankQuestion
from lms import files
from lms.access import may
from lms.db import db

MANAGE = "courses.manage"


def bank_to_edit(code: str) -> Course:
    """The course whose bank it is; 404 when there is none or it may not be edited."""
    course = catalogue.by_code(code)
    if course is None or not may(MANAGE):
        abort(404)
    return course


def question_to_edit(code: str, question_id: int) -> tuple[Course, BankQuestion]:
    """A question of a bank; 404 for one of another."""
    course = bank_to_edit(code)
    question = db.session.get(BankQuestion, question_id)
    if question is None or question.course_id != course.id:
        abort(404)
    return course, question


def image_to_edit(key: str) -> str:
    """The key of an image that is there; other files of the installation are none."""
    if not may(MANAGE) or key.rpartition(".")[2] not in IMAGE_SUFFIXES or not files.exists(key):
        abort(404)
    return key


def document_to_edit(code: str, key: str) -> tuple[Course, Document]:
    """A document of a course; 404 when there is none."""
    course = bank_to_edit(code)
    document = catalogue.documents(course.id).get(key)
    if document is None:
        abort(404)
    return course, document
