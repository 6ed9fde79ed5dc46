"""Files from strangers: no entities, no way out of a package, bounded, and a sentence for each."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from courses.questions import exchange
from courses.questions.formats import base, xml
from lms.errors import Refused

ENTITY = b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question>&x;</question></quiz>'
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><quiz>&b;</quiz>'


@pytest.fixture(autouse=True)
def _speak(the_app: Flask) -> Iterator[None]:
    with the_app.app_context(), force_locale("en"):
        yield


def package(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"imsmanifest.xml": b"<manifest/>", **files}.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize("data", [ENTITY, LAUGHS])
def test_entities_and_document_types_are_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="document type or entities"):
        exchange.read(data)


def test_broken_xml_is_told_with_its_line() -> None:
    with pytest.raises(Refused, match="Line 3: this is not XML"):
        exchange.read(b"<quiz>\n<question>\n</quiz>\n")


def test_an_entity_in_a_package_refuses_its_item_only() -> None:
    item = b'<assessmentItem identifier="a"><itemBody/></assessmentItem>'
    name, reading = exchange.read(package(**{"a.xml": ENTITY.replace(b"quiz", b"assessmentItem"), "b.xml": item}))
    assert name == "qti21" and [note.place for note in reading.refused] == ["a.xml", "Question 2 «b.xml»"]


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a/../../x.xml", "C:/x.xml", "a\\..\\..\\x.xml"])
def test_a_package_that_reaches_out_of_its_folder_is_refused(name: str) -> None:
    with pytest.raises(Refused, match="outside its folder"):
        exchange.read(package(**{name: b"<x/>"}))


def test_a_package_is_bounded_in_size_and_count(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = package(**{"a.xml": b" " * 1_000_000})
    assert len(bomb) < 5000
    monkeypatch.setattr(xml, "MOST_BYTES", 200_000)
    with pytest.raises(Refused, match="too large"):
        exchange.read(bomb)
    monkeypatch.setattr(xml, "MOST_FILES", 3)
    with pytest.raises(Refused, match="too large"):
        exchange.read(package(**{f"{number}.xml": b"<x/>" for number in range(4)}))


def test_a_file_with_too_many_questions_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_QUESTIONS", 2)
    with pytest.raises(Refused, match="more than 2 questions"):
        exchange.read("".join(f"::{n}:: Đúng không {n}? {{T}}\n\n" for n in range(3)).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"xin ch\xc3\xa0o", b"\x00\x01\x02" * 50, b"PK\x03\x04 hong", b"%PDF-1.7", b"<html></html>"
     b"\xff\xfex\x00"],
)  # fmt: skip
def test_what_is_no_file_of_questions_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused):
        exchange.read(data)


@pytest.mark.parametrize("part", ["word/document.xml", "xl/workbook.xml"])
def test_a_broken_office_file_is_refused_with_a_sentence(part: str) -> None:
    with pytest.raises(Refused, match="opened"):
        exchange.read(package(**{part: b"<x/>"}))


def test_a_key_goes_with_office_files_only() -> None:
    with pytest.raises(Refused, match="goes with Word, Excel and Aiken only"):
        exchange.read(b"::a:: b? {T}", b"1. A")


def test_a_key_file_without_a_key_is_refused() -> None:
    with pytest.raises(Refused, match="holds no key"):
        exchange.read("Hỏi?\nA. a\nB. b\n".encode(), b"xin chao")


def test_a_key_in_a_second_text_file_completes_plain_questions() -> None:
    data = "Câu nào?\nA. một\nB. hai\n\nCâu kia?\nA. ba\nB. bốn\n".encode()
    name, reading = exchange.read(data, b"1. B\n2. A\n")
    assert name == "aiken" and not reading.refused
    rights = [[o.right for o in entry.question.content.options] for entry in reading.entries]  # type: ignore[union-attr]
    assert rights == [[False, True], [True, False]]
