"""The papers that are made of a report: narrative and table in Word, table and names in Excel, the table as PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from certificates.designs import plain
from certificates.reports.content import Changes, day, rate_of
from certificates.reports.office import FORMS, Letter, Office
from lms.text import number_vi, percent_vi, short_date

Content = Mapping[str, Any]
NAMES = ("STT", "Mã", "Họ và tên", "Ngày sinh", "Chức danh", "Đơn vị")
TABLE_TITLE = "BIỂU TỔNG HỢP KẾT QUẢ BỒI DƯỠNG NGHIỆP VỤ CÔNG TÁC DÂN VẬN"
PARTS = ("Tổng số", "Đã xong", "Tỷ lệ %")


def rows_of(content: Content) -> list[list[Any]]:
    """The office's table (biểu): unit, then due, trained and rate by post kind and in all, a note; total last."""
    codes = [kind["code"] for kind in content["kinds"]]

    def cells(line: Mapping[str, Any]) -> list[str]:
        pairs = [*(line["kinds"].get(code, [0, 0]) for code in codes), line["all"]]
        return [text for pair in pairs for text in (number_vi(pair[0]), number_vi(pair[1]), percent_vi(rate_of(pair)))]

    rows: list[list[Any]] = []
    for number, line in enumerate(content["lines"], start=1):
        name = line["name"] if line["code"] else f"Trực thuộc {line['name']}"
        rows.append([number, name, *cells(line), _note(line)])
    return [*rows, ["", "Tổng cộng", *cells(content["total"]), _note(content["total"])]]


def _note(line: Mapping[str, Any]) -> str:
    """What stands apart from the rate; nothing for reports from before it was kept."""
    apart = zip(("khuyết", "miễn", "chưa đến hạn"), line.get("apart", ()), strict=False)
    return "; ".join(f"{name} {number_vi(count)}" for name, count in apart if count)


def office_in(content: Content, otherwise: Office) -> Office:
    """Who wrote the report, as it was when it was frozen."""
    return Office(**content["office"]) if "office" in content else otherwise


def titles(content: Content) -> list[str]:
    """The headings over each group of three columns."""
    return [*(kind["name"] for kind in content["kinds"]), "Cộng"]


def about(content: Content) -> str:
    """What the table is of, in one line."""
    return f"{content['unit']['name']}, số liệu đến ngày {short_date(day(content['on']))}"


@dataclass(frozen=True)
class Mark:
    """By what a printed paper is held against the frozen report."""

    number: int
    sha256: str
    # The root of the register when the figures were frozen: they rest on no other certificates.
    root: str = ""

    def __str__(self) -> str:
        words = f"Số liệu chốt lần {self.number}, mã kiểm tra SHA-256: {self.sha256}"
        return f"{words}. {self.root}" if self.root else words


def narrative(
    content: Content, mark: Mark, office: Office, form: str, changes: Changes | None = None, reason: str = ""
) -> bytes:
    """The report as the office files it, with the table and the names as annexes (.docx)."""
    letter = Letter(FORMS[form], office)
    letter.heading("BC")
    on = short_date(day(content["on"]))
    letter.title(
        "BÁO CÁO", ["kết quả thực hiện chỉ tiêu bồi dưỡng nghiệp vụ công tác dân vận", f"(số liệu đến ngày {on})"]
    )
    figures = content["figures"]
    letter.text(f"Thực hiện chỉ tiêu “{content['target']['title']}”, {office.name} báo cáo kết quả như sau:")
    letter.text("1. Tình hình chung", bold=True)
    letter.text(
        f"Tính đến ngày {on}, {content['unit']['name']} có {number_vi(figures['posts'])} vị trí thuộc diện bồi dưỡng, "
        f"trong đó {number_vi(figures['vacant'])} vị trí khuyết, {number_vi(figures['exempt'])} vị trí được miễn. "
        f"{number_vi(figures['holders'])} vị trí có người giữ, do {number_vi(figures['people'])} đồng chí đảm nhiệm; "
        f"{number_vi(figures['grace'])} vị trí mới nhận nhiệm vụ, chưa đến hạn. Số vị trí phải bồi dưỡng là "
        f"{number_vi(figures['due'])}, đã có {number_vi(figures['trained'])} vị trí được bồi dưỡng, đạt "
        f"{percent_vi(rate_of((figures['due'], figures['trained'])))}."
    )
    letter.text("2. Kết quả theo chức danh", bold=True)
    for kind in content["kinds"]:
        due, trained = content["total"]["kinds"].get(kind["code"], (0, 0))
        rate = percent_vi(rate_of((due, trained)))
        letter.text(f"- {kind['name']}: {number_vi(trained)}/{number_vi(due)} vị trí, đạt {rate}." if due else
                    f"- {kind['name']}: không có vị trí nào thuộc diện phải bồi dưỡng.")  # fmt: skip
    letter.text("3. Kết quả theo đơn vị", bold=True)
    letter.text(*_by_unit(content))
    if changes:
        letter.text("4. Thay đổi so với số liệu đã chốt trước đó", bold=True)
        letter.text(*_changed(changes, reason))
    letter.text(f"Số liệu chi tiết theo đơn vị và danh sách kèm theo báo cáo này{letter.form.end}")
    letter.signature([office.superior or "Cấp ủy cấp trên"])
    letter.annex("BIỂU TỔNG HỢP", about(content))
    groups = titles(content)
    columns = 3 * len(groups)
    header = ["STT", "Đơn vị", *(PARTS * len(groups)), "Ghi chú"]
    letter.table(header, rows_of(content), [10, 50, *([(267 - 82) / columns] * columns), 22], groups)
    letter.text(str(mark))
    if content["missing"]:
        letter.annex("DANH SÁCH CHƯA HOÀN THÀNH", about(content))
        letter.table(NAMES, numbered(content["missing"]), (12, 25, 60, 28, 62, 80))
        letter.text(f"(Danh sách gồm {number_vi(len(content['missing']))} lượt người)")
    return letter.save()


def _by_unit(content: Content) -> list[str]:
    due = [line for line in content["lines"] if line["all"][0]]
    done = [line for line in due if line["all"][0] == line["all"][1]]
    lowest = sorted((line for line in due if line not in done), key=lambda line: rate_of(line["all"]))[:5]
    found = [f"Có {number_vi(len(done))}/{number_vi(len(due))} đơn vị hoàn thành 100%."]
    if lowest:
        named = "; ".join(
            f"{line['name'] if line['code'] else 'trực thuộc ' + line['name']} ({percent_vi(rate_of(line['all']))})"
            for line in lowest
        )
        found.append(f"Các đơn vị có tỷ lệ thấp nhất: {named}.")
    return found


def _changed(changes: Changes, reason: str) -> list[str]:
    (holders, trained), (now_holders, now_trained) = changes.total.before, changes.total.now
    found = [f"Lý do chốt lại: {reason}."] if reason else []
    found.append(
        f"Tổng số từ {number_vi(trained)}/{number_vi(holders)} thành "
        f"{number_vi(now_trained)}/{number_vi(now_holders)}; {number_vi(len(changes.lines))} đơn vị có số liệu "
        f"thay đổi; {number_vi(len(changes.no_longer_missing))} lượt người ra khỏi danh sách chưa hoàn thành, "
        f"{number_vi(len(changes.newly_missing))} lượt người thêm vào."
    )
    return found


def numbered(names: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The lines of a list with their numbers."""
    return [[number, *name] for number, name in enumerate(names, start=1)]


def dispatch(content: Content, office: Office, form: str, receivers: Sequence[str], deadline: str) -> bytes:
    """The letter that urges units to finish (công văn đôn đốc), with the list of those who are missing (.docx)."""
    letter = Letter(FORMS[form], office)
    letter.heading("CV", subject="đôn đốc hoàn thành bồi dưỡng nghiệp vụ công tác dân vận")
    letter.addressed(list(receivers))
    holders, trained = content["total"]["all"]
    on = short_date(day(content["on"]))
    letter.text(
        f"Thực hiện chỉ tiêu “{content['target']['title']}”, tính đến ngày {on}, {content['unit']['name']} có "
        f"{number_vi(trained)}/{number_vi(holders)} vị trí thuộc diện bồi dưỡng đã hoàn thành, đạt "
        f"{percent_vi(rate_of((holders, trained)))}; còn {number_vi(holders - trained)} vị trí chưa hoàn thành "
        "(có danh sách kèm theo).",
        f"{office.name} đề nghị các đồng chí chỉ đạo, tạo điều kiện để các đồng chí có tên trong danh sách hoàn thành "
        f"chương trình trước ngày {deadline}; trường hợp có khó khăn, vướng mắc thì phản ánh kịp thời để được hướng dẫn"
        f"{letter.form.end}",
    )
    letter.signature(["Như trên"])
    letter.annex("DANH SÁCH CHƯA HOÀN THÀNH", f"(Kèm theo công văn đôn đốc; {about(content)})")
    letter.table(NAMES, numbered(content["missing"] or []), (12, 25, 60, 28, 62, 80))
    return letter.save()


def pdf(content: Content, mark: Mark, fonts: Path) -> bytes:
    """The table as a PDF, A4 landscape, pages numbered; the same report gives the same bytes."""
    stream = BytesIO()
    with plain.drawing:
        plain.load(fonts)
        cell = ParagraphStyle("cell", fontName="serif", fontSize=8.5, leading=10.5)
        middle = ParagraphStyle("middle", parent=cell, alignment=TA_CENTER)
        head = ParagraphStyle("head", parent=middle, fontName="serif-bold")
        title = ParagraphStyle("title", parent=head, fontSize=13, leading=17)
        groups = titles(content)
        top = ["STT", "Đơn vị", *(text for group in groups for text in (group, "", "")), "Ghi chú"]
        below = ["", "", *(part for _group in groups for part in PARTS), ""]
        rows = [[Paragraph(escape(str(text)), head) for text in row] for row in (top, below)]
        for row in rows_of(content):
            rows.append(
                [
                    Paragraph(escape(str(text)), cell if index in (1, len(row) - 1) else middle)
                    for index, text in enumerate(row)
                ]
            )
        room = (297 - 20 - 12 - 52 - 24) / len(groups) * mm
        widths = [12 * mm, 52 * mm, *([room * 0.31, room * 0.31, room * 0.38] * len(groups)), 24 * mm]
        table = LongTable(rows, colWidths=widths, repeatRows=2)
        spans = [("SPAN", (2 + 3 * index, 0), (4 + 3 * index, 0)) for index in range(len(groups))]
        look: list[Any] = [
            ("GRID", (0, 0), (-1, -1), 0.4, HexColor("#57504C")), ("BACKGROUND", (0, 0), (-1, 1), HexColor("#F3E9E9")),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (1, 1)),
            ("SPAN", (-1, 0), (-1, 1)), *spans, ("LEFTPADDING", (2, 0), (-2, -1), 2),
            ("RIGHTPADDING", (2, 0), (-2, -1), 2),
        ]  # fmt: skip
        table.setStyle(TableStyle(look))
        document = SimpleDocTemplate(
            stream, pagesize=landscape(A4), leftMargin=10 * mm, rightMargin=10 * mm, topMargin=12 * mm,
            bottomMargin=14 * mm, title=f"Biểu tổng hợp {content['target']['code']}, chốt lần {mark.number}", lang="vi",
            invariant=1,
        )  # fmt: skip
        story = [
            Paragraph(TABLE_TITLE, title),
            Paragraph(escape(about(content)), middle), Spacer(1, 3 * mm), table, Spacer(1, 3 * mm),
            Paragraph(str(mark), cell),
        ]  # fmt: skip
        document.build(story, onFirstPage=_page, onLaterPages=_page)
    return stream.getvalue()


def _page(canvas: Any, document: Any) -> None:
    canvas.setFont("serif", 9)
    canvas.drawRightString(landscape(A4)[0] - 10 * mm, 8 * mm, f"Trang {document.page}")
