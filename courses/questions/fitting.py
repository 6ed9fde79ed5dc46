"""Fitting what a file holds into a bank: its topics and documents by code or title, and what it resembles there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from courses.questions.formats.base import Entry, Note
from courses.questions.similar import Said, alike, search_text
from lms.text import fold


@dataclass
class Bank:
    """What is known of a bank: keys by folded code or title, and what its questions say by name."""

    topics: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    folds: Mapping[str, str] = field(default_factory=dict)


def fit(entries: Sequence[Entry], bank: Bank | None, topic: str = "") -> tuple[list[Entry], list[Note]]:
    """The entries with the bank's own keys, and what is doubtful about them.

    `topic` is for those whose file names none. Without a bank (a trial) only the file itself is compared.
    """
    doubts: list[Note] = []
    fitted = []
    said = [Said.of(name, text) for name, text in bank.folds.items()] if bank else []
    for entry in entries:
        question, code = entry.question, entry.topic or topic
        if bank is not None:
            known = bank.topics.get(fold(code), "")
            if code and not known:
                doubts.append(Note(entry.place, _("there is no topic «%(topic)s»: it waits for one", topic=code)))
            code = known
            document = bank.documents.get(fold(question.document), "")
            if question.document and not document:
                why = _("document «%(document)s» is not listed in the course", document=question.document)
                doubts.append(Note(entry.place, why))
                # The words are kept where a person reads them.
                clause = "; ".join(filter(None, [question.document, question.clause]))
                question = replace(question, document="", clause=clause)
            else:
                question = replace(question, document=document)
        this = Said.of(question.name, search_text(question.content))
        if other := alike(this, said):
            doubts.append(Note(entry.place, _("it says nearly the same as «%(name)s»", name=other)))
        said.append(this)
        fitted.append(replace(entry, question=question, topic=code))
    return fitted, doubts
