"""Reading designs, and the sample papers that show them."""

import base64
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from certificates.designer.models import StoredDesign
from certificates.designs import CertificateFacts, Compiled, Design, Paper
from certificates.register.queries import font_folder
from lms.db import db

# What a design must bear: an ordinary paper, long words, and letters with marks above and below.
SAMPLES = ("ordinary", "long", "difficult")
_ORDINARY = CertificateFacts(
    heading="party", superior="", issuer="", place="Hà Nội", authority=(), signer="", number="05-GCN/ĐU",
    book="05/2026", issued_on=date(2026, 2, 5), name="Nguyễn Thị Hường", born="02/09/1970", post="Bí thư chi bộ",
    unit="Chi bộ Vụ Tổ chức cán bộ", title="Bồi dưỡng nghiệp vụ công tác dân vận", hours=24,
    started_on=date(2026, 1, 5), completed_on=date(2026, 2, 4), code="ABCDEFGHJKMN", score="8,5",
)  # fmt: skip
_ISSUERS = {
    "party": ("Ban Chấp hành Trung ương", "Đảng ủy Khối các cơ quan Trung ương", "T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ"),
    "state": ("Ủy ban nhân dân tỉnh", "Trường Chính trị tỉnh", "KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG"),
    "union": ("Công đoàn Viên chức Việt Nam", "Công đoàn Bộ Tài chính", "TM. BAN CHẤP HÀNH\nCHỦ TỊCH"),
    "youth": ("BCH Đoàn TNCS Hồ Chí Minh", "Đoàn Khối các cơ quan Trung ương", "TM. BAN THƯỜNG VỤ\nBÍ THƯ"),
    "plain": ("", "Trung tâm Chính trị", "GIÁM ĐỐC"),
}  # fmt: skip
_ADDRESS = "https://danvan.example.vn/verify/ABCDEFGHJKMN"


def sample(design: Design, kind: str) -> Paper:
    """An invented paper of the design's family; `kind` is one of SAMPLES."""
    superior, issuer, authority = _ISSUERS[design.heading]
    facts = replace(
        _ORDINARY, heading=design.heading, superior=superior, issuer=issuer, authority=tuple(authority.splitlines()),
        signer="Trần Văn Mẫu",
    )  # fmt: skip
    if kind == "long":
        facts = replace(
            facts, name="Công Tằng Tôn Nữ Hoàng Nguyễn Phương Thảo Nguyên Bảo Ngọc", post="Ủy viên Ban Thường vụ, "
            "phụ trách công tác dân vận", unit="Đảng bộ cơ quan Ủy ban Trung ương Mặt trận Tổ quốc Việt Nam và các tổ "
            "chức chính trị - xã hội", title="Bồi dưỡng nghiệp vụ công tác dân vận dành cho bí thư chi bộ, cán bộ phụ "
            "trách công tác dân vận, chủ tịch công đoàn và bí thư Đoàn thanh niên",
        )  # fmt: skip
    if kind == "difficult":
        facts = replace(facts, name="Ằng Ẵm Ỡm Ựu Ỹ Đặng Ửng Ổn Ễnh Ậu")
    return Paper(facts, _ADDRESS, _ADDRESS)


def sample_pdf(design: Design, kind: str) -> bytes:
    """The sample as the register would draw it. Raises KeyError for a letter that no face has."""
    return Compiled(design, font_folder()).draw(sample(design, kind))


def sample_picture(design: Design, kind: str, page: int = 0) -> str:
    """A page of the real PDF as a PNG in a data: address."""
    document = pypdfium2.PdfDocument(sample_pdf(design, kind))
    try:
        stream = BytesIO()
        document[min(page, len(document) - 1)].render(scale=1.25).to_pil().save(stream, "PNG")
    finally:
        document.close()
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


def designs() -> list[StoredDesign]:
    """The office's designs with their versions, by name."""
    query = select(StoredDesign).options(selectinload(StoredDesign.versions)).order_by(StoredDesign.name)
    return list(db.session.scalars(query))


def by_code(code: str) -> StoredDesign | None:
    """The design with that code."""
    return db.session.scalar(select(StoredDesign).where(StoredDesign.code == code))


def free_code(session: Session) -> str:
    """A code for a new design: MAU-001 and on."""
    number = (session.scalar(select(func.max(StoredDesign.id))) or 0) + 1
    return f"MAU-{number:03d}"
