"""A design: what a certificate says and how it looks, apart from the facts of one person. JSON in and out."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from typing import Any

from flask_babel import gettext as _
from PIL import Image

from lms.text import clean

HEADINGS = ("party", "state", "union", "youth", "plain")
FRAMES = ("double", "single", "none")
COLORS = ("ink", "accent")
DESIGN_FACES = ("serif", "serif-bold", "serif-italic")
# What a line may name in braces; a line whose field is empty for somebody is left out of their paper.
FIELDS = (
    "name", "born", "birth", "post", "unit", "title", "hours", "started", "completed", "number", "book", "issued",
    "issuer", "score",
)  # fmt: skip
_FIELD = re.compile(r"\{([^{}]*)\}")
LOGO_LIMIT = 200_000


class DesignError(ValueError):
    """A design that cannot be used: one sentence for a person says what is wrong, and in which line."""


@dataclass(frozen=True)
class Line:
    """A centred line of wording; sizes and the gap above are points. `second` says it in a second language beneath."""

    text: str
    face: str = "serif"
    size: float = 14
    # Long text shrinks to this size, then wraps.
    floor: float = 11
    color: str = "ink"
    gap: float = 0
    second: str = ""

    @property
    def fields(self) -> list[str]:
        """The fields that the line names, in both languages."""
        return _FIELD.findall(self.text + self.second)


@dataclass(frozen=True)
class Design:
    """Everything that certificates of one look share. The first line is the document's title."""

    name: str
    heading: str
    lines: tuple[Line, ...]
    accent: str = "#A01C1F"
    frame: str = "double"
    # Room for the seal and the signature, in millimetres.
    seal: float = 30
    # A PNG or JPEG in base64, drawn above the title; empty for none.
    logo: str = ""
    logo_height: float = 18
    # The back page: the programme; empty for none.
    back: tuple[Line, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives back an equal design."""
        return asdict(self) | {"lines": [asdict(x) for x in self.lines], "back": [asdict(x) for x in self.back]}

    @staticmethod
    def from_json(data: object) -> "Design":
        """Reads and checks a design, our own or one from a file. Raises DesignError."""
        if not isinstance(data, Mapping) or not isinstance(data.get("lines"), list):
            raise DesignError(_("This file is no design of a certificate."))
        known = {field.name for field in fields(Design)}
        if unknown := sorted(set(data) - known):
            raise DesignError(_("The design has an entry «%(name)s» that is not known.", name=unknown[0]))
        values = {key: data[key] for key in data if key not in ("lines", "back")}
        try:
            design = Design(
                **values,
                lines=tuple(_line(line, _("line")) for line in data["lines"]),
                back=tuple(_line(line, _("line of the back page")) for line in data.get("back", ())),
            )
        except TypeError as error:
            raise DesignError(_("This file is no design of a certificate.")) from error
        check(design)
        return design


def _line(data: object, what: str) -> Line:
    if not isinstance(data, Mapping) or not isinstance(data.get("text"), str):
        raise DesignError(_("A %(what)s has no text.", what=what))
    try:
        return Line(**{**data, "text": clean(data["text"]), "second": clean(str(data.get("second", "")))})
    except TypeError as error:
        raise DesignError(_("A %(what)s has an entry that is not known.", what=what)) from error


def check(design: Design) -> None:
    """Raises DesignError for what no paper could be made of."""
    if not isinstance(design.name, str) or not clean(design.name):
        raise DesignError(_("Give the design a name."))
    choices = ((design.heading, HEADINGS), (design.frame, FRAMES))
    if wrong := next((value for value, known in choices if value not in known), None):
        raise DesignError(_("«%(value)s» is none of the choices.", value=wrong))
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", str(design.accent)):
        raise DesignError(_("A colour is written like #A01C1F."))
    _between(design.seal, 20, 50, _("room for the seal"))
    _between(design.logo_height, 8, 30, _("height of the logo"))
    if not design.lines:
        raise DesignError(_("The design has no wording."))
    if not any("name" in line.fields for line in design.lines):
        raise DesignError(_("No line names the holder: write {name} where the name stands."))
    for number, line in enumerate((*design.lines, *design.back), start=1):
        _check_line(line, number)
    if design.logo:
        picture(design.logo)


def _check_line(line: Line, number: int) -> None:
    if unknown := [name for name in line.fields if name not in FIELDS]:
        raise DesignError(_("Line %(number)s: there is no field {%(name)s}.", number=number, name=unknown[0]))
    if set("{}") & set(_FIELD.sub("", line.text + line.second)):
        raise DesignError(_("Line %(number)s: a brace is not closed.", number=number))
    if line.face not in DESIGN_FACES or line.color not in COLORS:
        raise DesignError(_("Line %(number)s: there is no such letter or colour.", number=number))
    _between(line.size, 8, 48, _("size of line %(number)s", number=number))
    _between(line.floor, 7, float(line.size), _("smallest size of line %(number)s", number=number))
    _between(line.gap, -20, 60, _("gap above line %(number)s", number=number))


def _between(value: object, low: float, high: float, what: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise DesignError(
            _("The %(what)s must lie between %(low)s and %(high)s.", what=what, low=f"{low:g}", high=f"{high:g}")
        )


def picture(logo: str) -> Image.Image:
    """The logo as an RGB picture on white. Raises DesignError for what is no small PNG or JPEG."""
    try:
        data = base64.b64decode(logo, validate=True)
        if len(data) > LOGO_LIMIT:
            raise DesignError(_("The logo is larger than %(size)s kB.", size=LOGO_LIMIT // 1000))
        found = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        if found.width > 2000 or found.height > 2000:
            raise DesignError(_("The logo has more than 2,000 points a side."))
        image = found.convert("RGBA")
    except (binascii.Error, OSError, ValueError) as error:
        if isinstance(error, DesignError):
            raise
        raise DesignError(_("The logo is no PNG or JPEG picture.")) from error
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in."""
    return _FIELD.sub(lambda found: values[found.group(1)], text)
