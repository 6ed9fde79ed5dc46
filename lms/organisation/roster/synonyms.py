"""How offices write headings, posts and ends of lists. Texts are compared folded: no tones, small letters."""

import re
from collections.abc import Iterable
from functools import lru_cache

from lms.text import clean, fold

# What a column can mean, and the headings that say so. The first words are how we name it ourselves.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("stt", "tt", "so tt", "so thu tu", "thu tu", "s.tt"),
    "code": ("ma can bo", "ma cb", "ma so can bo", "ma nguoi hoc", "ma dang vien", "so hieu can bo"),
    "name": ("ho va ten", "ho ten", "ho va ten can bo", "ho ten can bo", "ho ten dong chi", "ten dong chi", "dong chi",
             "ho va ten dong chi", "ho ten dang vien", "ho va ten dang vien", "ho, ten", "hoten", "ho va ten hoc vien",
             "ho ten khai sinh", "ho va ten khai sinh", "ho, dem va ten", "ho dem va ten", "ho & ten", "full name"),
    "family": ("ho va dem", "ho dem", "ho va ten dem", "ho, ten dem", "ho va chu dem", "ho"),
    "given": ("ten", "ten goi"),
    "birth": ("ngay sinh", "ngay thang nam sinh", "ngay, thang, nam sinh", "nam sinh", "sinh ngay",
              "ngay/thang/nam sinh", "ngay thang, nam sinh", "ngay thang nam", "ns", "sinh nam", "nam sinh/ngay sinh",
              "ntns",
              "ngay, thang nam sinh",
              "date of birth"),
    "birth_day": ("ngay",),
    "birth_month": ("thang",),
    "birth_year": (),
    "birth_male": ("nam sinh nam", "ngay sinh nam"),
    "birth_female": ("nam sinh nu", "ngay sinh nu"),
    "gender": ("gioi tinh", "nam/nu", "nam, nu", "phai", "gioi", "nam - nu"),
    "male": ("nam",),
    "female": ("nu", "la nu"),
    "post": ("chuc vu", "chuc danh", "chuc vu, chuc danh", "chuc vu/chuc danh", "chuc danh, chuc vu", "nhiem vu",
             "chuc vu dang", "chuc vu doan the", "chuc vu chinh quyen", "chuc vu hien nay", "chuc vu cong tac",
             "chuc vu dam nhiem", "chuc vu kiem nhiem", "nhiem vu duoc phan cong", "cv", "chuc vu trong dang",
             "chuc vu dang, chinh quyen, doan the", "chuc vu dang, doan the"),
    "post_mark": (),
    "capacity": ("hinh thuc", "hinh thuc giu chuc danh", "hinh thuc giu chuc vu"),
    "unit": ("don vi", "don vi cong tac", "to chuc dang", "chi bo", "noi cong tac", "don vi/chi bo", "ten don vi",
             "co quan", "co quan, don vi", "co quan cong tac", "don vi, chi bo", "dang bo", "dang bo, chi bo",
             "chi bo/dang bo",
             "sinh hoat tai chi bo", "dang bo/chi bo", "phong ban", "chi bo sinh hoat", "to chuc"),
    "unit_code": ("ma don vi", "ma dv", "ma to chuc dang"),
    "phone": ("so dien thoai", "dien thoai", "sdt", "so dt", "di dong", "dt", "dtdd", "dien thoai di dong",
              "so di dong",
              "dt lien he", "dien thoai lien he", "so dien thoai lien he", "tel", "phone", "mobile", "sdt lien he"),
    "email": ("email", "e-mail", "thu dien tu", "hop thu", "dia chi email", "hop thu dien tu", "mail",
              "dia chi thu dien tu"),
    "since": ("tu ngay", "ngay bo nhiem", "giu chuc vu tu", "thoi gian bo nhiem", "ngay giu chuc vu", "tu",
              "ngay nhan chuc vu",
              "thoi diem giu chuc vu", "giu chuc danh tu ngay", "thoi gian giu chuc vu"),
    "note": ("ghi chu", "gc", "ghi chu khac"),
}  # fmt: skip
_MEANING = {heading: meaning for meaning, headings in COLUMNS.items() for heading in headings}
# Lines that end a list: the total, the place and date above a signature, the signature itself.
_ENDS = re.compile(
    r"\(?(danh sach|ds) (nay )?(gom|co)\b|\(?(tong cong|tong so|tong|cong)\s*(:|gom|co|la|\d|$)|\(?an dinh|t/m\b"
    r"|tm\.?\s|k/t\b|kt\.?\s+(bi thu|truong|chu)|thay mat|nguoi (lap|tong hop|viet)\b|noi nhan|ghi chu\s*:|luu y\s*:"
    r"|thu truong (co quan|don vi)"
    r"|[a-z .]{2,20}, ngay [\d. ]*thang|xac nhan cua|danh sach tren"
)

# The first pattern that fits a part of the cell decides.
_POSTS = (
    ("bi-thu-chi-bo", re.compile(r"bi thu (chi bo|chi uy)\b.*\bdan van")),
    ("can-bo-dan-van", re.compile(r"dan van|phu trach (cong tac |khoi )?dv\b|\bctdv\b|\bcb dv\b|\bdv\b$")),
    ("bi-thu-doan", re.compile(r"\b(bi thu|bt|bthu|b\.thu)\b.*\b(doan|chi doan|tncs|dtn|doan tn|tn)\b|\bbtd(tn)?\b")),
    (
        "chu-tich-cong-doan",
        re.compile(r"\b(chu tich|ct|c\.tich)\b.*\b(cong doan|cd|cdcs|cdbp|c\.doan)\b|\bctcd(cs)?\b"),
    ),
    ("bi-thu-chi-bo", re.compile(r"\b(bi thu|bt|bthu|b\.thu)\b.*\b(chi bo|cb|chi uy|c\.bo)\b|\bbtcb\b|^(bi thu|bt)$")),
)
_DEPUTY = re.compile(r"\b(pho|p\.?|nguyen|cuu|tro ly)\s*(bi thu|bt|chu tich|ct)\b|\bpct|\bpbt")
_ACTING = re.compile(
    r"\b(quyen|q\.)\s*(bi thu|bt|chu tich|ct)|^phu trach (chi bo|cong doan|doan)|\b(tam thoi|lam thoi)\b"
)
# Posts that everybody knows and that no drive counts: State and professional posts, plain membership.
_STATE = re.compile(
    r"^(pho|p\.?)?\s*(truong|giam doc|vu truong|cuc truong|chanh|tong giam doc|hieu truong|vien truong|ban truong)"
    r"|^(pho|p\.?)\s*(vu|cuc|truong|chanh|giam|vien|hieu|tong|chu nhiem)|chuyen vien|ke toan|van thu|giang vien"
    r"|nhan vien|can su|ky su|bac si"
    r"|^(bo truong|thu truong|vu pho|cuc pho|tong bien tap|phong vien|bien tap vien|luat su|thu ky)"
    r"|^(uy vien|uv|uvbch|uvbtv|uy vien ban|dang uy vien|chi uy vien|cap uy|chi uy|dang vien|doan vien)\b(?!.*dv)"
    r"|^(nghien cuu vien|lai xe)"
    r"|^(bi thu|bt) (dang uy|dang bo|du)\b|^(tp|pp|pvt|vt|gd|pgd|cvp|pcvp)\b|chu nhiem"
)
_TITLE = re.compile(
    r"(?:danh sach|ds)?\s*(?:cac\s+)?(?:dong chi\s+)?((?:bi thu|chu tich) (?:chi bo|chi uy|cong doan|doan|chi doan)\b"
    r"|can bo (?:phu trach|lam|chuyen trach|kiem nhiem)(?: lam)?(?: cong tac)? dan van)"
)
NOT_COUNTED = "-"


def meaning(text: str) -> str:
    """What a heading means, or nothing: "Chức vụ (Đảng / chính quyền / đoàn thể)" is "post"."""
    plain = re.sub(r"\s*\(.*", "", fold(text.replace("\n", " "))).strip(" .:*-")
    plain = re.sub(r"\s*/\s*", "/", plain)
    return _MEANING.get(plain, "")


def ends(text: str) -> bool:
    """Whether a line that begins so stands beneath the list."""
    return bool(_ENDS.match(fold(text)))


def is_counted_heading(text: str) -> str:
    """The post kind that a heading itself names, above a column of marks: "Bí thư chi bộ"."""
    kind, _capacity = post_kind(text)
    return "" if kind == NOT_COUNTED else kind


def post_kind(text: str) -> tuple[str, str]:
    """(kind, capacity) of one part of a cell: kind "-" is known and not counted, "" is not known."""
    plain = fold(text).strip(" .-:+")
    if _DEPUTY.search(plain):
        return ("can-bo-dan-van" if re.search(r"dan van|phu trach (cong tac )?dv\b", plain) else NOT_COUNTED), "holder"
    capacity = "acting" if _ACTING.search(plain) else "concurrent" if "kiem nhiem" in plain else "holder"
    if kind := next((kind for kind, how in _POSTS if how.search(plain)), ""):
        return kind, capacity
    if re.search(r"^phu trach (chi bo)$", plain):
        return "bi-thu-chi-bo", "acting"
    return (NOT_COUNTED if _STATE.search(plain) else ""), capacity


def title_kind(text: str) -> str:
    """The post kind of everybody in a list whose title says so: "DANH SÁCH BÍ THƯ CHI BỘ NĂM 2026"."""
    found = _TITLE.match(fold(text))
    return post_kind(found[1])[0] if found else ""


def parts(text: str) -> Iterable[str]:
    """The posts that one cell names, parted by comma, semicolon, plus, line or «kiêm»."""
    found = re.split(r"[,;\n+]|\bkiêm\b(?! nhiệm)|\s[-–]\s", text)
    return (part for piece in found if (part := clean(piece).strip(" .-")))


@lru_cache(maxsize=16_384)
def unit_key(name: str) -> str:
    """What two spellings of a unit's name share: an đảng bộ and its đảng ủy are one unit."""
    plain = re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
    plain = re.sub(r"^(ban chap hanh |ban thuong vu )?(dang uy|dang bo|du|db)( co quan)? ", "dang bo ", plain)
    return re.sub(r"^(chi uy|chi bo|cb) ", "chi bo ", plain)


def names_a_unit(text: str) -> bool:
    """Whether a text looks like the name of a Party unit that may be added when it is not there."""
    return unit_key(text).startswith(("chi bo ", "dang bo "))
