"""Text from before Unicode: told by a column, converted letter by letter."""

import pytest

from lms.legacy import TCVN3, VNI, convert, encoding_of, is_unicode


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Uû ban nh©n d©n", "Uỷ ban nhân dân"),
        ("NguyÔn ThÞ Hßa", "Nguyễn Thị Hòa"),
        ("TrÇn V¨n §øc", "Trần Văn Đức"),
        ("L\u00adu B¸ ¦ng", "Lưu Bá Ưng"),  # the soft hyphen is a letter
    ],
)
def test_tcvn3_becomes_unicode(old: str, text: str) -> None:
    assert convert(old, TCVN3) == text
    assert encoding_of([old]) == TCVN3


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("Xin chaøo caùc baïn", "Xin chào các bạn"),
        ("Nguyeãn Thò Höôøng", "Nguyễn Thị Hường"),
        ("Ñoã Tröôøng Giang", "Đỗ Trường Giang"),
        ("NGUYEÃN VAÊN ÑÖÙC", "NGUYỄN VĂN ĐỨC"),
        ("Leâ Hoaøng Phöôùc", "Lê Hoàng Phước"),
        ("Quyønh, Kyø, Myõ, Thuyû", "Quỳnh, Kỳ, Mỹ, Thuỷ"),
    ],
)
def test_vni_becomes_unicode(old: str, text: str) -> None:
    assert convert(old, VNI) == text
    assert encoding_of([old]) == VNI


@pytest.mark.parametrize(
    "texts",
    [
        ["Nguyễn Thị Hòa", "Trần Văn Đức"],
        ["HÒA", "TÔ HOÀ", "LÝ"],  # capitals that TCVN3 uses for other letters
        ["Toàn", "Hoà", "Khoá"],  # o and à beside each other are VNI for ồ
        ["Café", "Doña", "Straße"],
        ["Nguyen Van A", ""],
    ],
)
def test_what_is_no_old_text_is_left_alone(texts: list[str]) -> None:
    assert encoding_of(texts) == ""


def test_a_column_is_told_by_most_of_its_cells_never_by_one() -> None:
    assert encoding_of(["NguyÔn V¨n A", "Trần Văn B", "Đỗ Thị C"]) == ""
    assert encoding_of(["NguyÔn V¨n A", "TrÇn V¨n B", "Đỗ Thị C"]) == TCVN3


def test_unicode_is_known_by_letters_that_nothing_else_has() -> None:
    assert is_unicode("Trần") and is_unicode("đ") and not is_unicode("Hòa") and not is_unicode("NguyÔn")
