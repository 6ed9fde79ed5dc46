"""How offices write columns and posts. Texts are compared folded: no tones, small letters, single blanks."""

import re
from collections.abc import Iterable

from lms.text import fold

COLUMNS = {
    "number": ("stt", "tt", "so tt"),
    "name": ("ho va ten", "ho ten", "ho va ten can bo", "ho ten dong chi", "ten dong chi"),
    "family": ("ho va dem", "ho dem", "ho va ten dem"),
    "given": ("ten",),
    "birth": ("ngay sinh", "ngay thang nam sinh", "ngay, thang, nam sinh", "nam sinh", "sinh ngay"),
    "gender": ("gioi tinh", "nam/nu", "phai"),
    "post": ("chuc vu", "chuc danh", "chuc vu, chuc danh", "nhiem vu"),
    "unit": ("don vi", "don vi cong tac", "to chuc dang", "chi bo", "noi cong tac", "don vi/chi bo", "ma don vi"),
    "phone": ("so dien thoai", "dien thoai", "sdt", "so dt", "di dong"),
    "email": ("email", "e-mail", "thu dien tu", "hop thu"),
    "note": ("ghi chu",),
}
# A row that begins so ends the list: the total, or the signature.
ENDS = (
    "(danh sach",
    "danh sach gom",
    "danh sach nay",
    "tong cong",
    "tong so",
    "t/m",
    "tm.",
    "nguoi lap",
    "noi nhan",
    "k/t",
)

_NOT_COUNTED = re.compile(r"\b(pho|p\.?|nguyen|cuu)\s*(bi thu|bt|chu tich|ct)")
# The first pattern that fits a part of the cell decides; posts in one cell are parted by comma, semicolon or line.
_POSTS = (
    ("can-bo-dan-van", re.compile(r"dan van|phu trach (cong tac )?dv\b|\bctdv\b")),
    ("bi-thu-doan", re.compile(r"\b(bi thu|bt)\b.*\b(doan|chi doan|tncs|dtn)\b")),
    ("chu-tich-cong-doan", re.compile(r"\b(chu tich|ct)\b.*\b(cong doan|cd|cdcs|cdbp)\b|\bctcd\b")),
    ("bi-thu-chi-bo", re.compile(r"\b(bi thu|bt)\b.*\b(chi bo|cb|chi uy)\b|\bbtcb\b|^(bi thu|bt)$")),
)


def column(text: str) -> str:
    """The column that a heading means, or nothing: "Chức vụ (Đảng / chính quyền / đoàn thể)" is "post"."""
    plain = re.sub(r"\s*\(.*", "", fold(text)).strip(" .:*")
    return next((name for name, known in COLUMNS.items() if plain in known), "")


def post_kinds(text: str) -> tuple[list[str], list[str]]:
    """The counted post kinds in a cell, and the parts that are none of them (deputies, State posts)."""
    kinds: list[str] = []
    others: list[str] = []
    for part in _parts(text):
        plain = fold(part)
        kind = "" if _NOT_COUNTED.search(plain) else next((k for k, how in _POSTS if how.search(plain)), "")
        if kind and kind not in kinds:
            kinds.append(kind)
        elif not kind:
            others.append(part)
    return kinds, others


def _parts(text: str) -> Iterable[str]:
    return (part.strip() for part in re.split(r"[,;\n]|\bkiêm\b|\s-\s", text) if part.strip())


def unit_key(name: str) -> str:
    """What two spellings of a unit's name share: an đảng bộ and its đảng ủy are one unit."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
    plain = re.sub(r"^(ban chap hanh |ban thuong vu )?(dang uy|dang bo)( co quan)? ", "dang bo ", plain)
    return re.sub(r"^dang bo co quan ", "dang bo ", plain)
