"""What every format shares. A format is a module with

- `NAME`, `SUFFIX`, `MIME`: as commands and downloads call it;
- `sniff(data)`: whether the bytes look like it;
- `read(data)`: what can be read, what is doubtful and what is refused, each with its place (`office` files and
  Aiken also take a second file with the key);
- `write(entries, images)`: the bytes, and what could not be carried.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask_babel import gettext as _

from courses.questions.checks import wrong
from courses.questions.types import Content, Question
from lms.errors import Refused
from lms.text import clean, fold

NAME_LIMIT = 100
MOST_QUESTIONS = 5000
MOST_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True)
class Note:
    """Something to tell, and where: `place` is a line, a row, a question, in words."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


class Unreadable(Exception):
    """One question cannot be read: the sentence says why. The others go on."""


@dataclass(frozen=True)
class Entry:
    """A question in a file: where it stands there, and the topic that the file puts it in (a code or a title)."""

    question: Question
    place: str = ""
    topic: str = ""


@dataclass
class Reading:
    """What a file holds. `images` are bytes by their key; a question in `entries` is fit to be imported."""

    entries: list[Entry] = field(default_factory=list)
    doubts: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)

    def doubt(self, place: str, sentence: str) -> None:
        self.doubts.append(Note(place, sentence))

    def add(self, place: str, topic: str, make: Callable[[], Question]) -> None:
        """Adds the question that `make` gives; when it raises Unreadable, or gives what can't be asked, says so."""
        if len(self.entries) >= MOST_QUESTIONS:
            raise Refused(_("The file has more than %(count)s questions: split it.", count=MOST_QUESTIONS))
        try:
            question = make()
            called = clean(question.name) or name_of(question.content)
            if why := wrong(question.content):
                raise Unreadable(_("question «%(name)s» %(why)s", name=_shown(question), why=why))
            if any(entry.question.name == called for entry in self.entries):
                raise Unreadable(_("the name «%(name)s» is used twice", name=called))
            if len(called) > NAME_LIMIT:
                called = f"{called[: NAME_LIMIT - 9]}-{_digest(called)}"
                self.doubt(place, _("the name is too long and was cut to «%(name)s»", name=called))
            self.entries.append(Entry(replace(question, name=called), place, clean(topic)))
        except Unreadable as unreadable:
            self.refused.append(Note(place, str(unreadable)))

    def keep_image(self, data: bytes, suffix: str) -> str:
        """Keeps an image of the file; returns its key."""
        key = image_key(data, suffix)
        self.images[key] = data
        return key


@dataclass
class Written:
    """A file, and what the format could not carry."""

    data: bytes
    lost: list[Note] = field(default_factory=list)


Images = Mapping[str, bytes]
Writer = Callable[[Sequence[Entry], Images], Written]
IMAGE_SUFFIXES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_SIGNATURES = ((b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"))


def image_suffix(data: bytes) -> str:
    """What kind of image the bytes are; empty for anything that a page must not show."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((suffix for start, suffix in _SIGNATURES if data.startswith(start)), "")


def image_key(data: bytes, suffix: str) -> str:
    """The key of an image in `lms.files`: the same bytes have the same key, so importing twice keeps one file."""
    return f"{hashlib.sha256(data).hexdigest()[:32]}.{suffix}"


def name_of(content: Content) -> str:
    """A name for a question that comes without: the same text has the same name, wherever it comes from."""
    return f"q-{_digest(fold(content.text))}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _shown(question: Question) -> str:
    text = question.name or question.content.text
    return text if len(text) <= 60 else f"{text[:59]}…"


def clean_lines(text: str) -> str:
    """Clean text that keeps its lines; empty lines go."""
    return "\n".join(filter(None, map(clean, text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))))


def one_line(text: str) -> str:
    """The text on one line, where a format has no others."""
    return text.replace("\n", " ")


def text_of(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark. Raises Refused for anything else."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Refused(_("The file is not UTF-8 text (byte %(byte)s): save it as UTF-8.", byte=error.start)) from error
