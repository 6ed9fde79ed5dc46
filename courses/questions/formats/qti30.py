"""QTI 3.0: packages and single items."""

from collections.abc import Sequence

from courses.questions.formats.base import Entry, Images, Reading, Written
from courses.questions.formats.qti_package import read_package, write_package
from courses.questions.formats.xml import any_file

NAME, SUFFIX, MIME = "qti30", "zip", "application/zip"


def sniff(data: bytes) -> bool:
    """Items whose names begin with qti-."""
    if data[:4] == b"PK\x03\x04":
        return any_file(data, b"<qti-assessment-item")
    return b"<qti-assessment-item" in data[:5000]


def read(data: bytes) -> Reading:
    """Reads a package or an item."""
    return read_package(data)


def write(entries: Sequence[Entry], images: Images) -> Written:
    """A package of 3.0."""
    return write_package(entries, images, version3=True)
