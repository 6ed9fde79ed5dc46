"""Files that mean harm: refused in a sentence, within bounds of memory and time, and nothing of them is executed."""

import resource
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from lms.errors import Refused
from lms.organisation.roster import queries, reader, sheets
from lms.organisation.roster.export import result_workbook
from lms.pages.tables import xlsx
from tests.lms.organisation.roster.conftest import Sent
from tests.lms.organisation.roster.sheets import form, workbook

LAN = (1, "Nguyễn Thị Lan", "02/09/1980", "Nữ", "Bí thư chi bộ", "Chi bộ Văn phòng", "0912345678")
PATIENCE = 30  # seconds of processor time, on a machine that is shared


def with_part(name: str, content: bytes, times: int = 1) -> bytes:
    """A good workbook in which one part was replaced by that content, so many times."""
    stream = BytesIO()
    good = zipfile.ZipFile(BytesIO(workbook(form(LAN))))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bad:
        for part in good.namelist():
            with bad.open(part, "w") as out:
                for chunk in [content] * times if part == name else [good.read(part)]:
                    out.write(chunk)
    return stream.getvalue()


def sheet_of(rows: str) -> bytes:
    return with_part("xl/worksheets/sheet1.xml", (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{rows}</sheetData></worksheet>").encode())  # fmt: skip


FAR = sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
XXE = with_part("xl/sharedStrings.xml", (
    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&secret;</t></si></sst>'
))  # fmt: skip
BOMB = with_part("xl/sharedStrings.xml", b"0" * (1 << 20), 401)
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<html><table><tr><td>&b;</td><td>x</td></tr></table></html>"""
WIDE = ("STT,Họ và tên,Chức vụ,Đơn vị" + "," * 1_000_000 + "\n1,Nguyễn Thị Lan,Bí thư chi bộ,A2\n").encode()
SPANS = b"<table>" + b'<tr><td colspan="999999" rowspan="999999">x</td></tr>' * 200 + b"</table>"


@pytest.mark.parametrize(
    "data",
    [
        with_part("xl/sharedStrings.xml", b"0" * (1 << 20), 401),
        FAR,
        LAUGHS,
        SPANS,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000,
    ],
    ids=["zip bomb", "a cell at the far end", "entities", "huge spans", "half a container"],
)
def test_a_hostile_file_ends_in_a_sentence_within_its_bounds(data: bytes, tmp_path: Path, app: object) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(data)
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    try:
        with sheets.opened(file) as book:
            shown = [cell for sheet in book.sheets for _row, cells in sheet for cell in cells]
    except Refused as refusal:
        shown = [str(refusal)]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime < PATIENCE and time.monotonic() - began < sheets.PATIENCE
    assert after.ru_maxrss < reader.MEMORY // 1024
    assert all("hahaha" not in str(cell) for cell in shown)


def test_an_external_entity_is_not_read(tmp_path: Path, app: object) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(XXE)
    try:
        with sheets.opened(file) as book:
            text = str([cells for sheet in book.sheets for _row, cells in sheet])
    except Refused as refusal:
        text = str(refusal)
    assert "root:" not in text


def test_a_million_empty_columns_do_not_hide_the_list(sent: Sent) -> None:
    assert sent(WIDE).counts == {"new": 1}


def test_a_cell_that_begins_like_a_formula_goes_out_as_text() -> None:
    data = xlsx("Thử", ["Ghi chú"], [["=1+1"], ["+84"], ["-5"], ["@x"], ["thường"]])
    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    styles = zipfile.ZipFile(BytesIO(data)).read("xl/styles.xml").decode()
    assert "<f>" not in sheet and 'quotePrefix="1"' in styles
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["=1+1", "+84", "-5", "@x", "thường"]


def test_the_result_file_is_the_sheet_with_one_more_column_and_no_formula(sent: Sent) -> None:
    rows = form(LAN, (2, '=HYPERLINK("http://x")', 1975, "", "Bí thư", "Chi bộ Văn phòng"))
    found = sent(workbook(rows))
    data = result_workbook(sheets_path(found.row.file_key), queries.outcomes(found.id))
    sheet = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    out = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert [row[1] for row in out[6:9]] == ["Họ và tên", "Nguyễn Thị Lan", '=HYPERLINK("http://x")']
    results = [next(cell for cell in reversed(row) if cell) for row in out[6:9]]
    assert results[0] == "Kết quả" and results[1].startswith("Thêm mới") and "công thức" in results[2]


def sheets_path(key: str) -> Path:
    from lms import files  # noqa: PLC0415

    return files.path_of(key)
