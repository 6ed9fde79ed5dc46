"""Reading a course folder: every problem with its file and line, all at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _

from courses.catalogue.folder import (
    IMAGES,
    STATUSES,
    UNSORTED,
    CourseFolder,
    CourseFolderError,
    DocumentFolder,
    FinalRules,
    LessonFolder,
    PracticeRules,
    TopicFolder,
    final_rules,
    practice_rules,
)
from courses.questions.formats import gift
from courses.questions.formats.base import image_key, image_suffix
from courses.questions.types import Question
from lms.text import clean

# Codes become file names and addresses.
_CODE = re.compile(r"[\w][\w.-]{0,99}")


class _Lines(dict[Any, Any]):
    """A mapping of a YAML file that knows where it and each of its keys stand."""

    line = 1
    lines: Mapping[str, int] = {}


class _Loader(yaml.SafeLoader):
    """Plain YAML; a key that is written twice is an error, and mappings remember their lines."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> _Lines:
    found = _Lines(loader.construct_mapping(node, deep=True))
    found.line = node.start_mark.line + 1
    found.lines = {str(key.value): key.start_mark.line + 1 for key, _value in node.value}
    if len(found.lines) < len(node.value):
        keys = [str(key.value) for key, _value in node.value]
        twice = next(key for key, _value in node.value if keys.count(str(key.value)) > 1)
        raise yaml.constructor.ConstructorError(None, None, f"{twice.value!r} is written twice", twice.start_mark)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class _Reader:
    """Reads one folder; problems gather in a list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.images: dict[str, bytes] = {}

    def problem(self, file: str, sentence: str, line: int | None = None) -> None:
        self.problems.append(f"{file}: {_('line %(line)s', line=line)}: {sentence}" if line else f"{file}: {sentence}")

    def text(self, name: str) -> str | None:
        try:
            return (self.folder / name).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except FileNotFoundError:
            self.problem(name, _("the file is missing."))
        except UnicodeDecodeError as error:
            self.problem(name, _("the file is not UTF-8 (byte %(byte)s).", byte=error.start))
        except OSError as error:
            self.problem(name, _("the file cannot be read: %(why)s", why=error.strerror))
        return None

    def yaml(self, name: str, text: str) -> _Lines | None:
        try:
            data = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            why = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
            self.problem(name, _("this is not YAML: %(why)s", why=why), mark.line + 1 if mark else 1)
            return None
        if not isinstance(data, _Lines):
            self.problem(name, _("expected `name: value` lines."), 1)
            return None
        return data

    def take(self, name: str, data: _Lines, key: str, kind: type, default: Any = None) -> Any:
        """A value of the right kind; a missing one without default, or a wrong one, is a problem."""
        value = data.get(key, default)
        line = data.lines.get(key, data.line)
        if value is None:
            self.problem(name, _("`%(key)s` is missing.", key=key), line)
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            expected = {int: _("a whole number"), str: _("a text"), list: _("a list"), bool: "true/false"}
            why = expected.get(kind, _("a group of lines"))
            self.problem(name, _("`%(key)s` must be %(kind)s.", key=key, kind=why), line)
        elif isinstance(value, int) and not 0 <= value <= 100_000:
            self.problem(name, _("`%(key)s` is out of range.", key=key), line)
        else:
            return clean(value) if isinstance(value, str) else value
        return kind()

    def code(self, name: str, value: Any, line: int) -> str:
        """A code that may be part of a file name and an address; anything else is a problem."""
        if isinstance(value, str) and _CODE.fullmatch(value):
            return clean(value)
        self.problem(name, _("«%(code)s» is no code: letters, digits, - and _ only.", code=value), line)
        return ""

    def known(self, name: str, data: _Lines, keys: Iterable[str]) -> None:
        for key in data:
            if key not in keys:
                self.problem(name, _("`%(key)s` is not known here.", key=key), data.lines.get(str(key)))

    def read(self) -> CourseFolder | None:
        text = self.text("course.yaml")
        data = self.yaml("course.yaml", text) if text is not None else None
        if data is None:
            return None
        name = "course.yaml"
        self.known(name, data, CourseFolder.__dataclass_fields__.keys() - {"unsorted", "images"})
        documents = tuple(self._documents(self.take(name, data, "documents", list, [])))
        ids = {document.id for document in documents}
        topics = tuple(self._topics(self.take(name, data, "topics", list), ids))
        course = CourseFolder(
            code=self.code(name, data.get("code"), data.lines.get("code", 1)),
            title=self.take(name, data, "title", str),
            hours=self.take(name, data, "hours", int),
            edition=self.take(name, data, "edition", str, ""),
            summary=self.take(name, data, "summary", str, ""),
            for_post_kinds=tuple(str(kind) for kind in self.take(name, data, "for_post_kinds", list, [])),
            topics_in_order=self.take(name, data, "topics_in_order", bool, True),
            lesson_done=self.take(name, data, "lesson_done", str, "read"),
            practice=self._rules(practice_rules, PracticeRules(), "practice", data),
            final=self._rules(final_rules, FinalRules(), "final", data),
            documents=documents,
            topics=topics,
            unsorted=tuple(self._questions(UNSORTED, ids)) if (self.folder / UNSORTED).exists() else (),
            images=self.images,
        )
        self._whole(course, data, ids)
        return course

    def _rules(self, make: Any, default: Any, key: str, data: _Lines) -> Any:
        values = self.take("course.yaml", data, key, dict, {})
        try:
            return make(values)
        except (TypeError, ValueError, InvalidOperation) as error:
            why = str(error) if isinstance(error, ValueError) else _("a value has the wrong kind or name")
            line = data.lines.get(key)
            self.problem("course.yaml", _("`%(key)s` cannot be read: %(why)s", key=key, why=why), line)
            return default

    def _documents(self, rows: list[Any]) -> Iterable[DocumentFolder]:
        name = "course.yaml"
        for row in rows:
            if not isinstance(row, _Lines):
                self.problem(name, _("each document needs `id`, `number`, `issuer`, `title`."))
                continue
            self.known(name, row, DocumentFolder.__dataclass_fields__)
            texts = {key: self.take(name, row, key, str) for key in ("id", "number", "issuer", "title")}
            more = {key: self.take(name, row, key, str, "") for key in ("replaced_by", "note")}
            status = self.take(name, row, "status", str, "con-hieu-luc")
            if status not in STATUSES:
                why = _("document %(id)s has an unknown status: %(status)s", id=texts["id"], status=status)
                self.problem(name, why, row.lines.get("status"))
            dated = row.get("dated_on")
            if dated is not None and type(dated) is not date:
                why = _("the date of document %(id)s is no day (2013-06-03).", id=texts["id"])
                self.problem(name, why, row.lines.get("dated_on"))
                dated = None
            yield DocumentFolder(**texts, **more, status=status, dated_on=dated)

    def _topics(self, rows: list[Any], ids: set[str]) -> Iterable[TopicFolder]:
        name = "course.yaml"
        for row in rows:
            if not isinstance(row, _Lines):
                self.problem(name, _("each topic needs `code`, `title`, `hours`, `lessons`."))
                continue
            self.known(name, row, ("code", "title", "hours", "lessons"))
            code = self.code(name, row.get("code"), row.lines.get("code", row.line))
            line = row.lines.get("lessons", row.line)
            codes = [self.code(name, lesson, line) for lesson in self.take(name, row, "lessons", list)]
            lessons = [self._lesson(lesson, ids) for lesson in codes if lesson]
            yield TopicFolder(
                code,
                self.take(name, row, "title", str),
                self.take(name, row, "hours", int),
                tuple(lesson for lesson in lessons if lesson),
                tuple(self._questions(f"questions/{code}.gift", ids)) if code else (),
            )

    def _lesson(self, lesson: str, ids: set[str]) -> LessonFolder | None:
        name = f"lessons/{lesson}.md"
        text = self.text(name)
        if text is None:
            return None
        start, _dashes, rest = text.partition("---\n")
        front, dashes, body = rest.partition("\n---\n")
        if start.strip() or not dashes:
            self.problem(name, _("the file must begin with front matter between two lines of ---."), 1)
            return None
        # The line of dashes above it stays, so that lines are those of the file.
        data = self.yaml(name, f"---\n{front}")
        if data is None:
            return None
        self.known(name, data, ("title", "minutes", "documents"))
        cited = tuple(str(key) for key in self.take(name, data, "documents", list, []))
        for key in cited:
            if key not in ids:
                why = _("document %(id)s is not listed in course.yaml.", id=key)
                self.problem(name, why, data.lines.get("documents"))
        title, minutes = self.take(name, data, "title", str), self.take(name, data, "minutes", int, 20)
        if not body.strip():
            self.problem(name, _("the lesson is empty."), front.count("\n") + 3)
        return LessonFolder(lesson, title, minutes, body, cited)

    def _questions(self, name: str, ids: set[str]) -> Iterable[Question]:
        text = self.text(name)
        if text is None:
            return
        reading = gift.parse(text)
        for note in (*reading.refused, *reading.doubts):
            self.problem(name, str(note))
        for entry in reading.entries:
            question = entry.question
            if question.document and question.document not in ids:
                why = _("question «%(name)s» cites %(id)s, which course.yaml does not list.", name=question.name,
                        id=question.document)  # fmt: skip
                self.problem(name, f"{entry.place}: {why}")
            yield self._with_image(f"{name}: {entry.place}", question)

    def _with_image(self, place: str, question: Question) -> Question:
        """The question with its image under the key that the image's bytes give; a file of any name may hold it."""
        image = question.content.image
        if image is None:
            return question
        file = self.folder / IMAGES / image.key
        data = file.read_bytes() if _CODE.fullmatch(image.key) and file.is_file() else b""
        suffix = image_suffix(data)
        if not suffix:
            self.problem(place, _("the image «%(name)s» is not in questions/images or is no image.", name=image.key))
            return question
        key = image_key(data, suffix)
        self.images[key] = data
        return replace(question, content=replace(question.content, image=replace(image, key=key)))

    def _whole(self, course: CourseFolder, data: _Lines, ids: set[str]) -> None:
        name = "course.yaml"
        final, practice = data.lines.get("final"), data.lines.get("practice")
        names = [q.name for t in course.topics for q in t.questions] + [q.name for q in course.unsorted]
        pools = {topic.code: len(topic.questions) for topic in course.topics}
        for what, key, codes in (
            (_("topic"), "topics", [t.code for t in course.topics]),
            (_("lesson"), "topics", [lesson.name for t in course.topics for lesson in t.lessons]),
            (_("document"), "documents", [d.id for d in course.documents]),
            (_("question"), "topics", names),
        ):
            for code in sorted({code for code in codes if code and codes.count(code) > 1}):
                why = _("%(what)s %(code)s is listed twice.", what=what, code=code)
                self.problem(name, why, data.lines.get(key))
        for code, count in course.final.per_topic.items():
            if code not in pools:
                self.problem(name, _("the final draws from %(code)s, which is no topic.", code=code), final)
            elif count > pools[code]:
                why = _("the final asks %(count)s questions of %(code)s, which has %(pool)s.", count=count, code=code,
                        pool=pools[code])  # fmt: skip
                self.problem(name, why, final)
        for code, pool in pools.items():
            if pool < course.practice.questions:
                why = _("the practice of %(code)s needs more questions than it has.", code=code)
                self.problem(name, why, practice)
        for document in course.documents:
            if document.replaced_by and document.replaced_by not in ids:
                why = _("document %(id)s is not listed in course.yaml.", id=document.replaced_by)
                self.problem(name, why, data.lines.get("documents"))
        if course.lesson_done != "read":
            self.problem(name, _("`lesson_done` knows only `read`."), data.lines.get("lesson_done"))


def read_course(folder: Path) -> CourseFolder:
    """Reads a course folder. Raises CourseFolderError with all problems at once."""
    reader = _Reader(folder)
    course = reader.read()
    if course is None or reader.problems:
        raise CourseFolderError(reader.problems)
    return course
