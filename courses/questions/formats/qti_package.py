"""QTI packages: a zip with a manifest, an item a question, and images. A single item file is read too."""

import io
import zipfile
from collections.abc import Sequence
from posixpath import dirname
from xml.etree.ElementTree import Element, tostring

from flask_babel import gettext as _

from courses.questions.formats.base import Entry, Images, Note, Reading, Written
from courses.questions.formats.qti_reading import Item
from courses.questions.formats.qti_tree import new, parse, xml
from courses.questions.formats.qti_writing import item
from courses.questions.formats.xml import read_zip
from lms.errors import Refused
from lms.text import clean

_MANIFEST = "http://www.imsglobal.org/xsd/imscp_v1p1"


def read_package(data: bytes) -> Reading:
    """Every item that the manifest lists (or, without one, every item in the zip), in order."""
    reading = Reading()
    if data[:4] != b"PK\x03\x04":
        _add(reading, parse(data), _("Question %(number)s", number=1), [], {}, "")
        return reading
    files = read_zip(data)
    resources = _resources(files)
    for number, (name, keywords) in enumerate(resources, start=1):
        try:
            root = parse(files[name], name)
        except Refused as refusal:
            reading.refused.append(Note(name, str(refusal)))
            continue
        place = _("Question %(number)s «%(name)s»", number=number, name=name.rpartition("/")[2])
        _add(reading, root, place, keywords, files, dirname(name))
    return reading


def _add(
    reading: Reading, root: Element, place: str, keywords: Sequence[str], files: dict[str, bytes], folder: str
) -> None:
    if root.tag != "assessmentItem":
        return
    topic = next((word.partition(":")[2] for word in keywords if word.startswith("topic:")), "")
    reading.add(place, topic, Item(root, reading, place, keywords, files, folder).read)


def _resources(files: dict[str, bytes]) -> list[tuple[str, list[str]]]:
    """The item files with their keywords."""
    manifest = next((name for name in files if name.rpartition("/")[2] == "imsmanifest.xml"), "")
    found = []
    if manifest:
        for resource in parse(files[manifest], manifest).iter("resource"):
            href = resource.get("href", "").removeprefix("./")
            name = f"{dirname(manifest)}/{href}".lstrip("/")
            words = [clean("".join(word.itertext())) for word in resource.iter("keyword")]
            if name in files and name.endswith(".xml"):
                found.append((name, words))
            elif href:
                raise Refused(_("The package lists %(name)s, which is not in it.", name=href))
    return found or [(name, []) for name in sorted(files) if name.endswith(".xml") and name != manifest]


def write_package(entries: Sequence[Entry], images: Images, *, version3: bool) -> Written:
    """A package; what QTI does not carry is named."""
    namespace = "imsqtiasi_v3p0" if version3 else "imsqti_v2p1"
    kind = "imsqti_item_xmlv3p0" if version3 else "imsqti_item_xmlv2p1"
    manifest = new(None, "manifest", identifier="MANIFEST", xmlns=_MANIFEST)
    metadata = new(manifest, "metadata")
    new(metadata, "schema", "QTI Package" if version3 else "IMS Content")
    new(metadata, "schemaversion", "3.0.0" if version3 else "1.1.3")
    new(manifest, "organizations")
    resources = new(manifest, "resources")
    lost, stream = [], io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries, start=1):
            root, keywords, notes = item(entry.question, f"Q{number:04d}")
            keywords += [f"topic:{entry.topic}"] if entry.topic else []
            name = f"items/Q{number:04d}.xml"
            _write(archive, name, xml(root, f"http://www.imsglobal.org/xsd/{namespace}", version3=version3))
            resource = new(resources, "resource", identifier=f"RES-Q{number:04d}", type=kind, href=name)
            _keywords(resource, keywords)
            new(resource, "file", href=name)
            image = entry.question.content.image
            if image is not None and image.key in images:
                new(resource, "file", href=f"images/{image.key}")
                if f"images/{image.key}" not in archive.namelist():
                    _write(archive, f"images/{image.key}", images[image.key])
            elif image is not None:
                notes.append(_("the image is no longer on the server"))
            lost += [Note(entry.question.name, sentence) for sentence in notes]
        head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
        _write(archive, "imsmanifest.xml", head + tostring(manifest, encoding="utf-8"))
    return Written(stream.getvalue(), lost)


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    # The same questions give the same bytes, whatever the day.
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def _keywords(resource: Element, keywords: Sequence[str]) -> None:
    if not keywords:
        return
    metadata = new(resource, "metadata")
    lom = new(metadata, "lom", xmlns="http://ltsc.ieee.org/xsd/LOM")
    general = new(lom, "general")
    for keyword in keywords:
        new(new(general, "keyword"), "string", keyword)
