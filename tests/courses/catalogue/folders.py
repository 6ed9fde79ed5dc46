"""A small course as a folder, for the tests of this area."""

from datetime import date
from decimal import Decimal

from courses.catalogue.folder import (
    CourseFolder,
    DocumentFolder,
    FinalRules,
    LessonFolder,
    PracticeRules,
    TopicFolder,
)
from courses.questions.types import Choice, Option, Question, TrueFalse

DOCUMENTS = (
    DocumentFolder("qd-290", "290-QĐ/TW", "Bộ Chính trị", "Quy chế", date(2010, 2, 25), "duoc-thay-the", "qd-23"),
    DocumentFolder("qd-23", "23-QĐ/TW", "Bộ Chính trị", "Quy chế", date(2021, 11, 30)),
)  # fmt: skip


def truth(name: str, document: str = "qd-23") -> Question:
    return Question(name, TrueFalse(f"Câu {name} đúng hay sai?", True), document, "Điều 3; khoản 2", "nhan-biet")


def choice(name: str) -> Question:
    options = (Option("phải", Decimal(100)), Option("trái", Decimal(0)))
    return Question(name, Choice(f"Câu {name} chọn gì?", options, explanation="Vì vậy"), "qd-23")


def small_course(code: str = "DV-NHO") -> CourseFolder:
    """Two topics, a lesson and three questions each; the final asks two of the first and one of the second."""
    topics = tuple(
        TopicFolder(
            topic, f"Chuyên đề {topic}", 3,
            (LessonFolder(f"bai-{topic}", f"Bài {topic}", 30, f"Nội dung bài {topic}.\n\n- một\n- hai\n", ("qd-23",)),),
            (truth(f"{topic}-1"), choice(f"{topic}-2"), truth(f"{topic}-3")),
        )
        for topic in ("mot", "hai")
    )  # fmt: skip
    return CourseFolder(
        code=code, title="Khóa nhỏ: dân vận", hours=6, edition="Bản 2026", summary="Để thử.",
        for_post_kinds=("bi-thu-chi-bo",), practice=PracticeRules(2, 60),
        final=FinalRules({"mot": 2, "hai": 1}, 20, Decimal("5.5"), 3, 12), documents=DOCUMENTS, topics=topics,
    )  # fmt: skip
