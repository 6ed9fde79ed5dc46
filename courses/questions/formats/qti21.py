"""QTI 2.1 and 2.2: packages and single items."""

from collections.abc import Sequence

from courses.questions.formats.base import Entry, Images, Reading, Written
from courses.questions.formats.qti_package import read_package, write_package

NAME, SUFFIX, MIME = "qti21", "zip", "application/zip"


def sniff(data: bytes) -> bool:
    """A zip with a manifest that is no 1.2 package, or an item."""
    if data[:4] == b"PK\x03\x04":
        return b"imsmanifest.xml" in data
    return b"<assessmentItem" in data[:5000]


def read(data: bytes) -> Reading:
    """Reads a package or an item."""
    return read_package(data)


def write(entries: Sequence[Entry], images: Images) -> Written:
    """A package of 2.1, which 2.2 reads too."""
    return write_package(entries, images, version3=False)
