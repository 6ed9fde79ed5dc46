"""Every sentence that people see is Vietnamese: nothing missing, nothing left over, nothing outside `_()`."""

import ast
import re
from functools import cache
from html.parser import HTMLParser
from importlib import import_module
from io import StringIO
from pathlib import Path

import jinja2
import pytest
import wtforms
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale
from wtforms import StringField
from wtforms.validators import InputRequired, Length

import config
from lms.forms import Form

ROOT = Path(__file__).parents[2]
PACKAGES = ["lms", *config.PLUGINS]


def folder(package: str) -> Path:
    return Path(str(import_module(package).__file__)).parent


def catalogue(package: str, domain: str = "messages") -> Catalog:
    with (folder(package) / f"translations/vi/LC_MESSAGES/{domain}.po").open("rb") as file:
        return read_po(file, locale="vi", charset="utf-8")


def sentences(catalog: Catalog) -> dict[object, Message]:
    return {message.id: message for message in catalog if message.id}


@cache
def extracted(package: str) -> Catalog:
    """What the sources say, read as `make translations` reads it."""
    found = Catalog(charset="utf-8")
    methods, options = parse_mapping_cfg(StringIO((ROOT / "babel.cfg").read_text()))
    for _file, _line, sentence, _comments, context in extract_from_dir(folder(package), methods, options):
        found.add(sentence, context=context)
    return found


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[a-z]|%%|\{\w+\}|%(?=[sd])", text))


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_has_a_vietnamese_translation(package: str) -> None:
    translated = sentences(catalogue(package))
    missing = [s for s in sentences(extracted(package)) if s not in translated or not translated[s].string]
    assert not missing, f"run `make translations`, then translate in {package}: {missing}"


@pytest.mark.parametrize("package", PACKAGES)
def test_no_translation_is_left_over_or_doubtful(package: str) -> None:
    translated = sentences(catalogue(package))
    said = sentences(extracted(package))
    assert not [s for s in translated if s not in said], "run `make translations`"
    assert not [s for s, message in translated.items() if message.fuzzy]


@pytest.mark.parametrize(("package", "domain"), [*((p, "messages") for p in PACKAGES), ("lms", "wtforms")])
def test_translations_keep_the_placeholders(package: str, domain: str) -> None:
    wrong = []
    for message in catalogue(package, domain):
        if not message.id:
            continue
        sources, targets = (t if isinstance(t, tuple | list) else [t] for t in (message.id, message.string))
        # Vietnamese has one form for all numbers; it says what the English plural says.
        wrong += [message.id for target in targets if placeholders(target) != placeholders(sources[-1])]
    assert not wrong


def test_a_sentence_is_translated_alike_in_every_package() -> None:
    """The catalogues are merged when the application starts: a second meaning would win over the first."""
    seen: dict[object, tuple[str, object]] = {}
    for package in PACKAGES:
        for sentence, message in sentences(catalogue(package)).items():
            other, text = seen.setdefault(sentence, (package, message.string))
            assert text == message.string, f"{sentence!r}: {other} and {package} differ"


@pytest.mark.parametrize("package", PACKAGES)
def test_translations_address_people_officially(package: str) -> None:
    unfit = re.compile(r"\b(bạn|user|admin|click|login|học viên ơi)\b", re.IGNORECASE)
    assert not [m.string for m in catalogue(package) if m.id and unfit.search(str(m.string))]


def test_what_wtforms_says_of_itself_is_translated() -> None:
    with (Path(wtforms.__file__).parent / "locale/wtforms.pot").open("rb") as file:
        said = sentences(read_po(file))
    ours = sentences(catalogue("lms", "wtforms"))
    assert not [sentence for sentence in said if sentence not in ours]


def test_a_refused_field_speaks_the_language_of_the_page(app: Flask) -> None:
    class Example(Form):
        name = StringField(validators=[InputRequired()])
        code = StringField(validators=[Length(max=3)])

    with app.test_request_context(method="POST", data={"code": "12345"}):
        form = Example()
        assert not form.validate()
        assert form.errors == {"name": ["Mục này không được để trống."], "code": ["Không được dài quá 3 ký tự."]}
        with force_locale("en"):
            form = Example()
            assert not form.validate()
            assert form.errors["name"] == ["This field is required."]


# Attributes that people see or hear.
SPOKEN = {"aria-label", "title", "alt", "placeholder", "content"}


class VisibleText(HTMLParser):
    """Collects the texts of a page, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def literal_text(template: Path) -> list[str]:
    """The letters that a template shows without asking for a translation."""
    html = []
    # The width of a page is a class.
    source = re.sub(r"{% block width %}\w*{% endblock %}", "", template.read_text())
    # The lexer gives the text between the tags as "data"; what a tag prints becomes a sign that is no letter.
    for _line, kind, value in jinja2.Environment(autoescape=True).lex(source):
        if kind == "data":
            html.append(value)
        elif kind == "variable_begin":
            html.append("¤")
    parser = VisibleText()
    parser.feed("".join(html))
    return [text.strip() for text in parser.found if any(letter.isalpha() for letter in text)]


@pytest.mark.parametrize("package", PACKAGES)
def test_templates_show_no_text_outside_the_translations(package: str) -> None:
    found = {
        str(t.relative_to(folder(package))): literal_text(t) for t in folder(package).glob("**/templates/**/*.html")
    }
    assert not {name: texts for name, texts in found.items() if texts}


# Calls whose first argument is read by people.
SPEAKING = {"Refused", "flash", "NavItem", "Panel", "Link"}


@pytest.mark.parametrize("package", PACKAGES)
def test_sentences_for_people_are_not_bare_strings(package: str) -> None:
    bare = []
    for file in folder(package).rglob("*.py"):
        if file.name == "cli.py":  # commands speak English to those who run the system
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPEAKING and node.args:
                first = node.args[0]
                if isinstance(first, ast.JoinedStr) or (
                    isinstance(first, ast.Constant) and isinstance(first.value, str)
                ):
                    bare.append(f"{file.name}:{node.lineno}")
    assert not bare
