"""A course in the database as the folder it came from."""

from courses.catalogue.folder import (
    CourseFolder,
    DocumentFolder,
    LessonFolder,
    PracticeRules,
    TopicFolder,
    final_rules,
)
from courses.catalogue.models import Topic
from courses.catalogue.queries import by_code, documents
from courses.questions.exchange import images_of
from courses.questions.formats.base import Entry
from courses.questions.queries import questions_of


def folder_of(code: str) -> CourseFolder | None:
    """The course as a folder; importing it again changes nothing. None when there is no such course."""
    course = by_code(code)
    if course is None:
        return None
    rules = course.rules
    topics, unsorted = tuple(_topic(topic) for topic in course.topics), tuple(questions_of(course.id, None))
    entries = [Entry(question) for topic in topics for question in topic.questions]
    return CourseFolder(
        code=course.code,
        title=course.title,
        hours=course.hours,
        edition=course.edition,
        summary=course.summary,
        for_post_kinds=tuple(rules["for_post_kinds"]),
        topics_in_order=course.topics_in_order,
        lesson_done=rules["lesson_done"],
        practice=PracticeRules(**rules["practice"]),
        final=final_rules(rules["final"]),
        documents=tuple(
            DocumentFolder(d.key, d.number, d.issuer, d.title, d.dated_on, d.status, d.replaced_by, d.note)
            for d in documents(course.id).values()
        ),
        topics=topics,
        unsorted=unsorted,
        images=images_of([*entries, *(Entry(question) for question in unsorted)]),
    )


def _topic(topic: Topic) -> TopicFolder:
    lessons = (LessonFolder(x.code, x.title, x.minutes, x.body, tuple(x.documents)) for x in topic.lessons)
    return TopicFolder(
        topic.code, topic.title, topic.hours, tuple(lessons), tuple(questions_of(topic.course_id, topic.id))
    )
