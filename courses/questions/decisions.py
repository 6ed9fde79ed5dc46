"""What a signed decision said of a key stands: a file that still says the old one does not bring it back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.questions.models import QuestionVersion
from courses.questions.types import Content, Matching, Ordering, Question
from courses.results.models import Correction


@dataclass(frozen=True)
class Standing:
    """A question as it is kept when a file says it anew; `out_since`: it was struck out by a decision."""

    question: Question
    decided: bool = False
    out_since: datetime | None = None


def standing(session: Session, said: Mapping[int, Question]) -> dict[int, Standing]:
    """What is kept of questions that files say, by the id of their row: decided keys stay, one statement."""
    query = (
        select(QuestionVersion.question_id, QuestionVersion.content, Correction.content, Correction.kind,
               Correction.applied_at)
        .join(Correction, Correction.version_id == QuestionVersion.id).order_by(Correction.id)
    )  # fmt: skip
    found = {key: Standing(question) for key, question in said.items()}
    for key, before, after, kind, at in session.execute(query):
        if key not in found or not _same_key(Question.from_json(before).content, found[key].question.content):
            continue
        question = found[key].question
        if kind == "void":
            found[key] = Standing(question, True, at)
        else:
            more: dict[str, Any] = {"explanation": question.content.explanation, "image": question.content.image}
            content = replace(settled(Question.from_json(after).content), **more)
            found[key] = Standing(replace(question, content=content), True)
    return found


def _same_key(one: Content, other: Content) -> bool:
    bare: dict[str, Any] = {"explanation": "", "image": None}
    return replace(one, **bare) == replace(other, **bare)


def settled(content: Content) -> Content:
    """The content as new papers get it: what a correction said of stored sides or items has become their own."""
    match content:
        case Matching() if content.key:
            sides = content.sides
            pairs = tuple(
                (left, sides[place]) for (left, _right), place in zip(content.pairs, content.key, strict=True)
            )
            used = {right for _left, right in pairs}
            extra = tuple(dict.fromkeys(side for side in sides if side not in used))
            return replace(content, pairs=pairs, extra=extra, key=())
        case Ordering() if content.key:
            return replace(content, items=tuple(content.items[place] for place in content.key), key=())
    return content
