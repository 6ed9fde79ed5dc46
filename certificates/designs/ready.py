"""Designs that an office can use as they are, one for each heading family, and a plain one."""

from dataclasses import replace

from certificates.designs.design import Design, Line

_WORDING = (
    Line("GIẤY CHỨNG NHẬN", "serif-bold", 34, 24, "accent"),
    Line("Chứng nhận đồng chí", "serif-italic", 15, 11, gap=-3),
    Line("{name}", "serif-bold", 27, 17, gap=13),
    Line("{birth}", gap=-3),
    Line("Chức vụ: {post}"),
    Line("Đơn vị: {unit}"),
    Line("Đã hoàn thành chương trình", "serif-italic", 14.5, gap=6),
    Line("{title}", "serif-bold", 18, 13, "accent", gap=5),
    Line("Thời lượng {hours} tiết, từ ngày {started} đến ngày {completed}."),
)
_CITIZEN = (_WORDING[0], replace(_WORDING[1], text="Chứng nhận ông (bà)"), *_WORDING[2:])

READY = {
    "party": Design("Mẫu của tổ chức đảng", "party", _WORDING),
    "state": Design("Mẫu của cơ quan nhà nước", "state", _CITIZEN),
    "union": Design("Mẫu của công đoàn", "union", _WORDING, accent="#1B4F9C"),
    "youth": Design("Mẫu của Đoàn Thanh niên", "youth", _WORDING, accent="#1B5FA8"),
    "plain": Design("Mẫu đơn giản, không tiêu đề", "plain", _CITIZEN, accent="#1C1A19", frame="single"),
}
