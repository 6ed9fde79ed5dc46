"""Files of questions: finding the format, reading with what is doubtful, writing with what cannot be carried."""

from collections.abc import Sequence
from types import ModuleType

from flask_babel import gettext as _

from courses.catalogue.models import Course
from courses.questions import queries
from courses.questions.formats import aiken, docx, gift, moodlexml, qti12, qti21, qti30, xlsx
from courses.questions.formats.base import MOST_BYTES, Entry, Images, Reading, Written, image_suffix
from lms import files
from lms.errors import Refused

# In the order in which they are tried: the plainest last.
FORMATS: dict[str, ModuleType] = {
    module.NAME: module for module in (docx, xlsx, qti30, qti21, qti12, moodlexml, aiken, gift)
}
WRITES = tuple(name for name, module in FORMATS.items() if hasattr(module, "write"))
TAKES_KEY = ("docx", "xlsx", "aiken")


def read(data: bytes, key: bytes | None = None) -> tuple[str, Reading]:
    """The format's name and what the file holds. Raises Refused for a file that is none of them, or too large."""
    if len(data) > MOST_BYTES:
        raise Refused(_("The file is too large."))
    name = next((name for name, module in FORMATS.items() if module.sniff(data)), "")
    if not name:
        raise Refused(_("This is no file of questions: GIFT, Moodle XML, Aiken, QTI, Excel and Word are read."))
    if key is not None and name not in TAKES_KEY:
        raise Refused(_("A second file with the key goes with Word, Excel and Aiken only."))
    module = FORMATS[name]
    return name, module.read(data, key) if name in TAKES_KEY else module.read(data)


def write(name: str, entries: Sequence[Entry]) -> Written:
    """The questions as a file of that format, with their images; those without a topic first, before any heading."""
    ordered = sorted(entries, key=lambda entry: bool(entry.topic))
    written: Written = FORMATS[name].write(ordered, images_of(ordered))
    return written


def images_of(entries: Sequence[Entry]) -> Images:
    """The bytes of the images that the questions show, by key; one whose file is gone is left out."""
    found = {}
    for entry in entries:
        image = entry.question.content.image
        if image is not None and files.exists(image.key):
            found[image.key] = files.read(image.key)
    return found


def keep_images(reading: Reading) -> None:
    """Stores the images that came with a file; the same image is stored once."""
    for key, data in reading.images.items():
        if not image_suffix(data):
            raise Refused(_("An image is no PNG, JPEG, GIF or WebP file."))
        files.save_as(key, data)


def entries_of(course_id: int, topics: Sequence[tuple[str, int | None]]) -> list[Entry]:
    """The questions of a bank's topics (code, id), as they are drawn now."""
    return [
        Entry(question, topic=code)
        for code, topic_id in topics
        for question in queries.questions_of(course_id, topic_id)
    ]


def topics_of(course: Course) -> list[tuple[str, int | None]]:
    """The topics of a bank with their ids, and the place of questions without one."""
    return [*((topic.code, topic.id) for topic in course.topics), ("", None)]
