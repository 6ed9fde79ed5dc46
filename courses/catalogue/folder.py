"""A course as a folder of files, to be reviewed like code: course.yaml, lessons/*.md, questions/*.gift.

`reading` reads it; writing what was read gives the same course.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from courses.questions.formats import gift
from courses.questions.types import Question
from lms.errors import Refused

STATUSES = ("con-hieu-luc", "het-hieu-luc", "duoc-thay-the", "can-kiem-tra")
UNSORTED = "questions/unsorted.gift"
IMAGES = "questions/images"


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
    """The final quiz: questions per topic code, minutes, pass mark out of 10, attempts and hours between them.

    None (`null` in the file) is no such limit.
    """

    per_topic: Mapping[str, int] = field(default_factory=dict)
    minutes: int | None = 20
    pass_score: Decimal = Decimal(5)
    attempts: int | None = 3
    wait_hours: int | None = 12


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
    # Questions that nobody has put into a topic yet.
    unsorted: tuple[Question, ...] = ()
    # The bytes of the questions' images, by key: questions/images/.
    images: Mapping[str, bytes] = field(default_factory=dict)

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


def practice_rules(data: Mapping[str, Any]) -> PracticeRules:
    """The rules of the practices from JSON or YAML. Raises ValueError or TypeError."""
    return PracticeRules(**{key: _count(key, value) for key, value in data.items()})


def final_rules(data: Mapping[str, Any]) -> FinalRules:
    """The rules of the final from JSON or YAML; the pass mark may have a decimal comma. Raises what it meets."""
    known = {
        key: None if value is None else _count(key, value)
        for key, value in data.items() if key not in ("per_topic", "pass_score")
    }  # fmt: skip
    pass_score = Decimal(str(data.get("pass_score", 5)).replace(",", "."))
    if not 0 <= pass_score <= 10:
        raise ValueError(f"pass_score: {pass_score}")
    per_topic = {str(code): _count(str(code), count) for code, count in dict(data.get("per_topic") or {}).items()}
    return FinalRules(per_topic=per_topic, pass_score=pass_score, **known)


def _count(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise ValueError(f"{key}: {value!r}")
    return value


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
    for key, image in course.images.items():
        (folder / IMAGES).mkdir(exist_ok=True)
        (folder / IMAGES / key).write_bytes(image)
    unsorted = folder / UNSORTED
    unsorted.unlink(missing_ok=True)
    if course.unsorted:
        unsorted.write_text(gift.text_for(course.unsorted), encoding="utf-8")
    for topic in course.topics:
        (folder / f"questions/{topic.code}.gift").write_text(gift.text_for(topic.questions), encoding="utf-8")
        for lesson in topic.lessons:
            front = _dump({"title": lesson.title, "minutes": lesson.minutes, "documents": list(lesson.documents)})
            (folder / f"lessons/{lesson.name}.md").write_text(f"---\n{front}---\n{lesson.body}", encoding="utf-8")


def _dump(data: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=110))
