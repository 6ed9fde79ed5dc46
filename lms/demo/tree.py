"""The demo's units: the Bloc of 2014 as far as it is known, and invented ones beneath, marked so."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

# Rows of the table that may not have belonged to the Bloc in 2014: it counted 63 đảng bộ, the table has 65.
DOUBTED = {"UBGSTCQG", "HLGVN", "HCTD", "HCCB", "CQDUK", "NHNN"}
DOUBTED_NOTE = "Cần rà soát: chưa chắc là đảng bộ trực thuộc Khối năm 2014."
LEVEL_NOTE = "Cần rà soát: cấp (cơ sở hay trên cơ sở) là ước đoán."
INVENTED_NOTE = "Đơn vị giả định để trình diễn."

DEPARTMENTS = [
    "Văn phòng", "Vụ Tổ chức cán bộ", "Vụ Pháp chế", "Thanh tra", "Vụ Kế hoạch - Tài chính", "Vụ Hợp tác quốc tế",
    "Cục Công nghệ thông tin", "Viện Chiến lược và Chính sách", "Trường Bồi dưỡng cán bộ", "Trung tâm Thông tin",
    "Tạp chí", "Vụ Thi đua - Khen thưởng", "Cục Quản trị", "Vụ Tổng hợp", "Viện Nghiên cứu khoa học",
    "Trung tâm Tư vấn", "Nhà xuất bản", "Cục Kế hoạch - Đầu tư", "Vụ Văn hóa - Xã hội", "Vụ Kinh tế ngành",
    "Vụ Địa phương", "Trung tâm Lưu trữ", "Ban Quản lý dự án", "Nhà khách", "Vụ Khoa học và Đào tạo",
    "Cục Kiểm tra", "Văn phòng đại diện phía Nam", "Văn phòng đại diện miền Trung",
]  # fmt: skip
BRANCHES = [
    "Phòng Hành chính", "Phòng Tổ chức", "Phòng Tổng hợp", "Phòng Kế toán", "Phòng Nghiệp vụ 1", "Phòng Nghiệp vụ 2",
    "Phòng Nghiệp vụ 3", "Phòng Quản trị", "Phòng Thư ký", "Phòng Chính sách", "Phòng Đào tạo", "Phòng Dữ liệu",
    "Đội xe", "Khối hưu trí",
]  # fmt: skip

BRANCHES_IN_ALL = 5500
BASIC_ORGANISATIONS = 900


@dataclass
class Row:
    """A unit to be made; `party` is the code of the Party unit at its level."""

    code: str
    name: str
    parent: str
    kind: str
    tree: str = "party"
    party: str = ""
    doubt: str = ""


def rows(random: Random) -> list[Row]:
    """All units, parents before children: about 8,400."""
    known = list(_known())
    upper = [row for row in known if row.kind == "dang_bo_cap_tren_co_so"]
    basic = [row for row in known if row.kind == "dang_bo_co_so"]
    made = _basic_organisations(upper, random)
    branches = list(_branches(basic + made, random))
    mass = [row for party in [*upper, *basic, *made] for row in _mass_units(party)]
    return known + made + branches + mass


def _known() -> Iterator[Row]:
    with (Path(__file__).parent / "bloc_2014_units.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            doubt = LEVEL_NOTE if row["kind"] in ("dang_bo_cap_tren_co_so", "dang_bo_co_so") else ""
            doubt = DOUBTED_NOTE if row["code"] in DOUBTED else doubt
            yield Row(row["code"], row["name"], row["parent_code"], row["kind"], doubt=doubt)


def _basic_organisations(upper: list[Row], random: Random) -> list[Row]:
    weights = [random.uniform(0.6, 1.6) for _ in upper]
    shares = _shares(BASIC_ORGANISATIONS, weights)
    made = []
    for parent, share in zip(upper, shares, strict=True):
        names = _endless(DEPARTMENTS, random)
        for number in range(1, share + 1):
            code = f"{parent.code}-{number:02d}"
            made.append(Row(code, f"Đảng bộ {next(names)}", parent.code, "dang_bo_co_so", doubt=INVENTED_NOTE))
    return made


def _branches(parents: list[Row], random: Random) -> Iterator[Row]:
    """Branches beneath basic organisations; a big one has sections (đảng bộ bộ phận) between."""
    shares = _shares(BRANCHES_IN_ALL, [random.uniform(0.4, 1.9) ** 2 for _ in parents])
    for parent, share in zip(parents, shares, strict=True):
        names, above = _endless(BRANCHES, random), parent.code
        for number in range(1, share + 1):
            if share >= 20 and number % 8 == 1:
                above = f"{parent.code}-BP{number // 8 + 1}"
                name = f"Đảng bộ bộ phận số {number // 8 + 1}"
                yield Row(above, name, parent.code, "dang_bo_bo_phan", doubt=INVENTED_NOTE)
            code = f"{parent.code}-CB{number:02d}"
            yield Row(code, f"Chi bộ {next(names)}", above, "chi_bo", doubt=INVENTED_NOTE)


def _mass_units(party: Row) -> Iterator[Row]:
    """The trade union and the youth union at the level of a Party organisation."""
    name = party.name.removeprefix("Đảng bộ ").removeprefix("cơ quan ")
    for suffix, tree, title, kind in (("CD", "union", "Công đoàn", "cong_doan"), ("DTN", "youth", "Đoàn", "doan")):
        above = f"{party.parent}-{suffix}" if party.parent != "DUK" else ("DUK-DOAN" if tree == "youth" else "")
        title = title if tree == "union" else "Đoàn Thanh niên"
        yield Row(f"{party.code}-{suffix}", f"{title} {name}", above, kind, tree, party.code, INVENTED_NOTE)


def _shares(total: int, weights: list[float]) -> list[int]:
    """Splits a whole number by weights, at least one each, exactly."""
    scale = sum(weights)
    shares = [max(1, int(total * weight / scale)) for weight in weights]
    for index in count():
        if (difference := total - sum(shares)) == 0:
            return shares
        place = index % len(shares)
        if difference > 0 or shares[place] > 1:
            shares[place] += 1 if difference > 0 else -1
    raise AssertionError


def _endless(names: list[str], random: Random) -> Iterator[str]:
    order = random.sample(names, len(names))
    for round_ in count(1):
        yield from (name if round_ == 1 else f"{name} {round_}" for name in order)
