"""A course as a folder of files, to be reviewed like code: course.yaml, lessons/*.md, questions/*.gift.

Reading collects every problem with its file and line before it gives up; writing what was read gives the same course.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from flask_babel import gettext as _

from courses.questions.formats import gift
from courses.questions.types import Question
from lms.errors import Refused
from lms.text import clean

STATUSES = ("con-hieu-luc", "het-hieu-luc", "duoc-thay-the", "can-kiem-tra")


class CourseFolderError(Refused):
    """A folder that is no course yet: `problems` lists everything that is wrong, each with its file."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class DocumentFolder:
    """A document (văn bản) that lessons and questions cite."""

    id: str
    number: str
    issuer: str
    title: str
    dated_on: date | None = None
    status: str = "con-hieu-luc"
    replaced_by: str = ""
    note: str = ""


@dataclass(frozen=True)
class LessonFolder:
    """One Markdown file; `body` is everything after its front matter, to the byte."""

    name: str
    title: str
    minutes: int
    body: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class TopicFolder:
    """A topic with its lessons and the questions of its GIFT file."""

    code: str
    title: str
    hours: int
    lessons: tuple[LessonFolder, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class PracticeRules:
    """The practice after each topic: so many questions, passed at so many percent; any number of attempts."""

    questions: int = 5
    pass_percent: int = 60


@dataclass(frozen=True)
class FinalRules:
    """The final quiz: questions per topic code, minutes, pass mark out of 10, attempts and hours between them."""

    per_topic: Mapping[str, int] = field(default_factory=dict)
    minutes: int = 20
    pass_score: Decimal = Decimal(5)
    attempts: int = 3
    wait_hours: int = 12


@dataclass(frozen=True)
class CourseFolder:
    """A whole course."""

    code: str
    title: str
    hours: int
    edition: str = ""
    summary: str = ""
    for_post_kinds: tuple[str, ...] = ()
    topics_in_order: bool = True
    lesson_done: str = "read"
    practice: PracticeRules = PracticeRules()
    final: FinalRules = field(default_factory=FinalRules)
    documents: tuple[DocumentFolder, ...] = ()
    topics: tuple[TopicFolder, ...] = ()

    def rules(self) -> dict[str, Any]:
        """What course.yaml says beside its texts, as JSON; `with_rules` reads it back."""
        final = {
            **asdict(self.final),
            "per_topic": dict(self.final.per_topic),
            "pass_score": str(self.final.pass_score),
        }
        return {
            "for_post_kinds": list(self.for_post_kinds),
            "lesson_done": self.lesson_done,
            "practice": asdict(self.practice),
            "final": final,
        }


def final_rules(data: Mapping[str, Any]) -> FinalRules:
    """The rules of the final from JSON or YAML; the pass mark may have a decimal comma or point."""
    known = dict(data)
    known["pass_score"] = Decimal(str(known.get("pass_score", 5)).replace(",", "."))
    known["per_topic"] = {str(code): int(count) for code, count in dict(known.get("per_topic") or {}).items()}
    return FinalRules(**known)


class _Reader:
    """Reads one folder; problems gather in a list."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []

    def problem(self, file: str, sentence: str) -> None:
        self.problems.append(f"{file}: {sentence}")

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

    def yaml(self, name: str, text: str) -> dict[str, Any] | None:
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark else 1
            self.problem(name, _("line %(line)s is not YAML: %(why)s", line=line, why=getattr(error, "problem", error)))
            return None
        if not isinstance(data, dict):
            self.problem(name, _("expected `name: value` lines."))
            return None
        return data

    def take(self, name: str, data: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
        """A value of the right kind; a missing one without default, or a wrong one, is a problem."""
        value = data.get(key, default)
        if value is None:
            self.problem(name, _("`%(key)s` is missing.", key=key))
        elif not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            expected = {int: _("a whole number"), str: _("a text"), list: _("a list"), bool: "true/false"}
            why = expected.get(kind, _("a group of lines"))
            self.problem(name, _("`%(key)s` must be %(kind)s.", key=key, kind=why))
        else:
            return clean(value) if isinstance(value, str) else value
        return kind()

    def known(self, name: str, data: Mapping[str, Any], keys: Iterable[str]) -> None:
        for key in data:
            if key not in keys:
                self.problem(name, _("`%(key)s` is not known here.", key=key))

    def read(self) -> CourseFolder | None:
        text = self.text("course.yaml")
        data = self.yaml("course.yaml", text) if text is not None else None
        if data is None:
            return None
        name = "course.yaml"
        self.known(name, data, CourseFolder.__dataclass_fields__)
        documents = tuple(self._documents(self.take(name, data, "documents", list, [])))
        ids = {document.id for document in documents}
        topics = tuple(self._topics(self.take(name, data, "topics", list), ids))
        course = CourseFolder(
            code=self.take(name, data, "code", str),
            title=self.take(name, data, "title", str),
            hours=self.take(name, data, "hours", int),
            edition=self.take(name, data, "edition", str, ""),
            summary=self.take(name, data, "summary", str, ""),
            for_post_kinds=tuple(str(kind) for kind in self.take(name, data, "for_post_kinds", list, [])),
            topics_in_order=self.take(name, data, "topics_in_order", bool, True),
            lesson_done=self.take(name, data, "lesson_done", str, "read"),
            practice=self._rules(PracticeRules, "practice", data),
            final=self._rules(final_rules, "final", data),
            documents=documents,
            topics=topics,
        )
        self._whole(course, ids)
        return course

    def _rules(self, make: Any, key: str, data: Mapping[str, Any]) -> Any:
        values = self.take("course.yaml", data, key, dict, {})
        try:
            return make(**values) if make is PracticeRules else make(values)
        except (TypeError, ValueError, InvalidOperation) as error:
            self.problem("course.yaml", _("`%(key)s` cannot be read: %(why)s", key=key, why=error))
            return PracticeRules() if make is PracticeRules else FinalRules()

    def _documents(self, rows: list[Any]) -> Iterable[DocumentFolder]:
        name = "course.yaml"
        for row in rows:
            if not isinstance(row, dict):
                self.problem(name, _("each document needs `id`, `number`, `issuer`, `title`."))
                continue
            self.known(name, row, DocumentFolder.__dataclass_fields__)
            texts = {key: self.take(name, row, key, str) for key in ("id", "number", "issuer", "title")}
            more = {key: self.take(name, row, key, str, "") for key in ("replaced_by", "note")}
            status = self.take(name, row, "status", str, "con-hieu-luc")
            if status not in STATUSES:
                self.problem(
                    name, _("document %(id)s has an unknown status: %(status)s", id=texts["id"], status=status)
                )
            dated = row.get("dated_on")
            if dated is not None and not isinstance(dated, date):
                self.problem(name, _("the date of document %(id)s is no day (2013-06-03).", id=texts["id"]))
                dated = None
            yield DocumentFolder(**texts, **more, status=status, dated_on=dated)

    def _topics(self, rows: list[Any], ids: set[str]) -> Iterable[TopicFolder]:
        name = "course.yaml"
        for row in rows:
            if not isinstance(row, dict):
                self.problem(name, _("each topic needs `code`, `title`, `hours`, `lessons`."))
                continue
            self.known(name, row, ("code", "title", "hours", "lessons"))
            code = self.take(name, row, "code", str)
            lessons = [self._lesson(str(lesson), ids) for lesson in self.take(name, row, "lessons", list)]
            yield TopicFolder(
                code,
                self.take(name, row, "title", str),
                self.take(name, row, "hours", int),
                tuple(lesson for lesson in lessons if lesson),
                tuple(self._questions(f"questions/{code}.gift", ids)),
            )

    def _lesson(self, lesson: str, ids: set[str]) -> LessonFolder | None:
        name = f"lessons/{lesson}.md"
        text = self.text(name)
        if text is None:
            return None
        start, _dashes, rest = text.partition("---\n")
        front, dashes, body = rest.partition("\n---\n")
        if start.strip() or not dashes:
            self.problem(name, _("the file must begin with front matter between two lines of ---."))
            return None
        data = self.yaml(name, front)
        if data is None:
            return None
        self.known(name, data, ("title", "minutes", "documents"))
        cited = tuple(str(key) for key in self.take(name, data, "documents", list, []))
        for key in cited:
            if key not in ids:
                self.problem(name, _("document %(id)s is not listed in course.yaml.", id=key))
        title, minutes = self.take(name, data, "title", str), self.take(name, data, "minutes", int, 20)
        if not body.strip():
            self.problem(name, _("the lesson is empty."))
        return LessonFolder(lesson, title, minutes, body, cited)

    def _questions(self, name: str, ids: set[str]) -> Iterable[Question]:
        text = self.text(name)
        if text is None:
            return
        questions, problems = gift.parse(text)
        for problem in problems:
            self.problem(name, str(problem))
        for question in questions:
            if question.document and question.document not in ids:
                why = _("question «%(name)s» cites %(id)s, which course.yaml does not list.", name=question.name,
                        id=question.document)  # fmt: skip
                self.problem(name, why)
            yield question

    def _whole(self, course: CourseFolder, ids: set[str]) -> None:
        name = "course.yaml"
        pools = {topic.code: len(topic.questions) for topic in course.topics}
        for what, codes in (
            (_("topic"), [t.code for t in course.topics]),
            (_("lesson"), [lesson.name for t in course.topics for lesson in t.lessons]),
            (_("document"), [d.id for d in course.documents]),
        ):
            for code in sorted({code for code in codes if codes.count(code) > 1}):
                self.problem(name, _("%(what)s %(code)s is listed twice.", what=what, code=code))
        for code, count in course.final.per_topic.items():
            if code not in pools:
                self.problem(name, _("the final draws from %(code)s, which is no topic.", code=code))
            elif count > pools[code]:
                why = _("the final asks %(count)s questions of %(code)s, which has %(pool)s.", count=count, code=code,
                        pool=pools[code])  # fmt: skip
                self.problem(name, why)
        for code, pool in pools.items():
            if pool < course.practice.questions:
                self.problem(name, _("the practice of %(code)s needs more questions than it has.", code=code))
        for document in course.documents:
            if document.replaced_by and document.replaced_by not in ids:
                self.problem(name, _("document %(id)s is not listed in course.yaml.", id=document.replaced_by))
        if course.lesson_done != "read":
            self.problem(name, _("`lesson_done` knows only `read`."))


def read_course(folder: Path) -> CourseFolder:
    """Reads a course folder. Raises CourseFolderError with all problems at once."""
    reader = _Reader(folder)
    course = reader.read()
    if course is None or reader.problems:
        raise CourseFolderError(reader.problems)
    return course


def write_course(course: CourseFolder, folder: Path) -> None:
    """Writes the folder that `read_course` reads back to an equal course; other files in it are left alone."""
    for part in (folder, folder / "lessons", folder / "questions"):
        part.mkdir(parents=True, exist_ok=True)
    data: dict[str, Any] = {
        key: getattr(course, key)
        for key in ("code", "title", "edition", "hours", "summary", "topics_in_order", "lesson_done")
    }
    data["for_post_kinds"] = list(course.for_post_kinds)
    data["practice"] = asdict(course.practice)
    final = {**asdict(course.final), "per_topic": dict(course.final.per_topic)}
    whole = course.final.pass_score == int(course.final.pass_score)
    final["pass_score"] = int(course.final.pass_score) if whole else str(course.final.pass_score)
    data["final"] = final
    data["documents"] = [
        {key: value for key, value in asdict(document).items() if value} for document in course.documents
    ]
    data["topics"] = [
        {"code": t.code, "title": t.title, "hours": t.hours, "lessons": [lesson.name for lesson in t.lessons]}
        for t in course.topics
    ]
    (folder / "course.yaml").write_text(_dump(data), encoding="utf-8")
    for topic in course.topics:
        (folder / f"questions/{topic.code}.gift").write_text(gift.write(topic.questions), encoding="utf-8")
        for lesson in topic.lessons:
            front = _dump({"title": lesson.title, "minutes": lesson.minutes, "documents": list(lesson.documents)})
            (folder / f"lessons/{lesson.name}.md").write_text(f"---\n{front}---\n{lesson.body}", encoding="utf-8")


def _dump(data: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=110))
