"""The few PDF constructs that papers are made of (ISO 32000-1), and what PDF/A-3a and PDF/UA-1 ask beside them."""

import struct
import zlib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from xml.sax.saxutils import escape

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_ENTRY = struct.Struct(">BIH")
FREE = _ENTRY.pack(0, 0, 0)


def text(value: str) -> str:
    """A text string: plain where it is ASCII, else UTF-16."""
    if value.isascii() and value.isprintable():
        escaped = value.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        return f"({escaped})"
    return f"<FEFF{value.encode('utf-16-be').hex().upper()}>"


def moment(at: datetime) -> str:
    """A date string."""
    return f"(D:{at:%Y%m%d%H%M%S}+00'00')"


def stream(data: bytes, entries: str = "", *, deflated: bool = True) -> bytes:
    """A stream object's body."""
    how = "/Filter /FlateDecode " if deflated else ""
    return b"<< %s%s/Length %d >>\nstream\n%s\nendstream" % (
        how.encode(), f"{entries} ".encode() if entries else b"", len(data), data,
    )  # fmt: skip


class Writer:
    """Objects one after the other, their places kept; begins with what was written before, if anything.

    Small objects can be held back and packed into one compressed object stream.
    """

    def __init__(self, before: bytes = HEADER, places: Iterable[bytes] = (FREE,)) -> None:
        self.out = bytearray(before)
        # Each object's entry of the cross-reference stream, by number.
        self.places = list(places)
        self.held: list[tuple[int, str]] = []

    def add(self, body: bytes | str, number: int | None = None) -> int:
        """Writes an object; returns its number, the next free one unless it was reserved."""
        if number is None:
            number = self.reserve()
        self.places[number] = _ENTRY.pack(1, len(self.out), 0)
        data = body.encode("latin-1") if isinstance(body, str) else body
        self.out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
        return number

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self.places.append(FREE)
        return len(self.places) - 1

    def hold(self, body: str, number: int | None = None) -> int:
        """Keeps a small object for `pack`; returns its number."""
        if number is None:
            number = self.reserve()
        self.held.append((number, body))
        return number

    def pack(self) -> None:
        """Writes what was held as one compressed object stream."""
        numbers, begin, bodies = [], 0, []
        for number, body in self.held:
            numbers.append(f"{number} {begin}")
            bodies.append(body)
            begin += len(body) + 1
        head = " ".join(numbers) + "\n"
        data = zlib.compress((head + "\n".join(bodies)).encode("latin-1"), 9)
        home = self.add(stream(data, f"/Type /ObjStm /N {len(bodies)} /First {len(head)}"))
        for index, (number, _body) in enumerate(self.held):
            self.places[number] = _ENTRY.pack(2, home, index)
        self.held = []

    def place(self, number: int) -> int:
        """Where a written object begins, in bytes."""
        offset: int = _ENTRY.unpack(self.places[number])[1]
        return offset

    def end(self, root: int, info: int, identity: bytes) -> bytearray:
        """Cross-reference stream and end: the finished file."""
        number, start = self.reserve(), len(self.out)
        self.places[number] = _ENTRY.pack(1, start, 0)
        mark = identity.hex().upper()
        entries = (
            f"/Type /XRef /W [1 4 2] /Size {len(self.places)} /Root {root} 0 R /Info {info} 0 R /ID [<{mark}> <{mark}>]"
        )
        self.add(stream(zlib.compress(b"".join(self.places), 6), entries), number)
        self.out += b"startxref\n%d\n%%%%EOF\n" % start
        return self.out


@cache
def srgb() -> bytes:
    """A small ICC profile of sRGB (ICC.1:2001, a display profile of matrix and curves), made here."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    def curve() -> bytes:
        steps = 64
        linear = [
            x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in (i / (steps - 1) for i in range(steps))
        ]
        return b"curv\0\0\0\0" + struct.pack(f">I{steps}H", steps, *(round(value * 65535) for value in linear))

    name = b"sRGB\0"
    described = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    tags = [
        ((b"desc",), described),
        ((b"cprt",), b"text\0\0\0\0Public domain\0"),
        ((b"wtpt",), xyz(0.9505, 1.0, 1.0891)),
        ((b"rXYZ",), xyz(0.4360747, 0.2225045, 0.0139322)),
        ((b"gXYZ",), xyz(0.3850649, 0.7168786, 0.0971045)),
        ((b"bXYZ",), xyz(0.1430804, 0.0606169, 0.7141733)),
        ((b"rTRC", b"gTRC", b"bTRC"), curve()),
    ]
    entries, body = b"", b""
    begin = 128 + 4 + 12 * sum(len(names) for names, _data in tags)
    for names, data in tags:
        for tag in names:
            entries += tag + struct.pack(">II", begin + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = begin + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
    header += fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    header = header.ljust(128, b"\0")
    return header + struct.pack(">I", len(entries) // 12) + entries + body


_UA_SCHEMA = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid\
</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part\
</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal\
</pdfaProperty:category><pdfaProperty:description>Part of PDF/UA</pdfaProperty:description></rdf:li></rdf:Seq>\
</pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def xmp(*, title: str, author: str, subject: str, keywords: str, producer: str, at: datetime) -> bytes:
    """The metadata packet; it says the same as the Info dictionary, and that the file is PDF/A-3a and PDF/UA-1."""
    day = f"{at:%Y-%m-%dT%H:%M:%S}+00:00"
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(subject)}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>vi</rdf:li></rdf:Bag></dc:language>
<pdf:Keywords>{escape(keywords)}</pdf:Keywords><pdf:Producer>{escape(producer)}</pdf:Producer>
<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
{_UA_SCHEMA}
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()
