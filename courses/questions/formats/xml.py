"""XML and zips from strangers: no entities, no network, no path tricks, bounded."""

import io
import zipfile
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask_babel import gettext as _

from courses.questions.formats.base import MOST_BYTES
from lms.errors import Refused

MOST_FILES = 5000


def parse_xml(data: bytes, name: str = "") -> Element:
    """The root of an XML document. Raises Refused for broken XML, with its line, and for any DTD or entity."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except ParseError as error:
        line, _column = error.position
        where = _("Line %(line)s", line=line)
        raise Refused(
            " ".join(filter(None, [name, where])) + ": " + _("this is not XML: %(why)s", why=error)
        ) from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise Refused(_("The XML declares a document type or entities: such files are not read.")) from error
    return root


def read_zip(data: bytes) -> dict[str, bytes]:
    """The files of a zip by name. Raises Refused for one that is broken, too large, or reaches out of its folder."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > 4 * MOST_BYTES:
                raise Refused(_("The package is too large."))
            for info in infos:
                parts = info.filename.replace("\\", "/").split("/")
                if info.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
                    raise Refused(_("The package holds a file outside its folder: %(name)s", name=info.filename))
            return {info.filename.replace("\\", "/"): _bounded(archive, info) for info in infos}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise Refused(_("The package is broken or locked with a password.")) from error


def _bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:
        # What the directory says of the size may be a lie.
        data = file.read(info.file_size + 1)
    if len(data) > info.file_size:
        raise Refused(_("The package is too large."))
    return data


def any_file(data: bytes, words: bytes) -> bool:
    """Whether an XML file of the zip holds the words; False for a zip that cannot be read."""
    try:
        return any(words in content for name, content in read_zip(data).items() if name.endswith((".xml", ".dat")))
    except Refused:
        return False
