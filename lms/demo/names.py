"""Invented Vietnamese names, drawn with about the frequencies of real ones."""

from random import Random

FAMILIES = {
    "Nguyễn": 38, "Trần": 11, "Lê": 9, "Phạm": 7, "Hoàng": 5, "Vũ": 4, "Phan": 4, "Đặng": 3, "Bùi": 3, "Đỗ": 3,
    "Ngô": 2, "Dương": 2, "Đinh": 2, "Hồ": 1, "Lý": 1, "Đào": 1, "Trịnh": 1, "Mai": 1, "Tạ": 1, "Chu": 1,
}  # fmt: skip
MEN = {
    "middle": ["Văn", "Đức", "Quang", "Minh", "Hữu", "Xuân", "Thanh", "Công", "Ngọc", "Anh", "Trung", "Việt", "Đình"],
    "given": [
        "An", "Anh", "Bách", "Bình", "Cường", "Dũng", "Dương", "Đạt", "Đông", "Đức", "Giang", "Hà", "Hải", "Hiếu",
        "Hòa", "Hoàng", "Hùng", "Hưng", "Huy", "Khánh", "Kiên", "Lâm", "Linh", "Long", "Mạnh", "Minh", "Nam", "Nghĩa",
        "Phong", "Phúc", "Quân", "Quang", "Quý", "Sơn", "Tâm", "Thắng", "Thành", "Thịnh", "Toàn", "Trung", "Tuấn",
        "Tùng", "Việt", "Vinh", "Ước",
    ],
}  # fmt: skip
WOMEN = {
    "middle": ["Thị", "Thị", "Thị Thu", "Thị Thanh", "Ngọc", "Thúy", "Kim", "Thị Minh", "Thị Hồng", "Bích", "Mai"],
    "given": [
        "An", "Anh", "Bình", "Châu", "Chi", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Hòa",
        "Hồng", "Huế", "Hương", "Hường", "Huyền", "Lan", "Liên", "Linh", "Loan", "Mai", "Minh", "Nga", "Ngân", "Ngọc",
        "Nguyệt", "Nhung", "Oanh", "Phương", "Phượng", "Quỳnh", "Tâm", "Thảo", "Thu", "Thủy", "Trang", "Tuyết", "Vân",
        "Yến",
    ],
}  # fmt: skip


def person_name(random: Random) -> tuple[str, str]:
    """A full name and the sex it goes with ("nam" or "nữ")."""
    sex, parts = ("nữ", WOMEN) if random.random() < 0.42 else ("nam", MEN)
    family = random.choices(list(FAMILIES), weights=list(FAMILIES.values()))[0]
    return f"{family} {random.choice(parts['middle'])} {random.choice(parts['given'])}", sex
