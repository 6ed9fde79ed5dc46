"""A branch secretary's way, in a real browser: from the sign-in to a certificate that anybody can check."""

import re
from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import follow, press

Visit = Callable[..., Page]

RIGHT_PAIRS = {"một": "1", "hai": "2", "ba": "3"}


def questions(page: Page) -> list[Locator]:
    groups = page.get_by_role("group", name=re.compile("^Câu "))
    groups.first.wait_for()
    return groups.all()


def answer(question: Locator) -> None:
    """Gives the right answer of a question of the small course, whatever its kind."""
    pairs = question.get_by_role("combobox")
    if pairs.count():
        for prompt, partner in RIGHT_PAIRS.items():
            question.get_by_label(prompt, exact=True).select_option(label=partner)
        return
    right = re.compile("^(Đúng|đúng( một| hai)?)$")
    for choice in question.get_by_role("radio", name=right).or_(question.get_by_role("checkbox", name=right)).all():
        choice.check()


def study(page: Page) -> None:
    """From the first page to the open final: enrol, read, practise."""
    follow(page, "Khóa nhỏ")
    press(page, "Bắt đầu học")
    press(page, "Tôi đã học xong bài này")
    pass_quiz(page)
    follow(page, "Về khóa bồi dưỡng")


def pass_quiz(page: Page) -> None:
    press(page, "Bắt đầu")
    for question in questions(page):
        answer(question)
    press(page, "Nộp bài")
    expect(page.get_by_role("main")).to_contain_text("đạt")


def rate_of_the_bloc(page: Page) -> str:
    page.goto("/targets/KH100?unit=BLOC")
    return page.get_by_role("main").locator(".hero").inner_text()


@pytest.mark.parametrize(("who", "options"), [("an", {}), ("giang", {"java_script_enabled": False})],
                         ids=["with JavaScript", "without JavaScript"])  # fmt: skip
def test_a_learner_earns_a_certificate_and_the_target_moves(visit: Visit, who: str, options: dict[str, bool]) -> None:
    inspector = visit("dung")
    before = rate_of_the_bloc(inspector)
    page = visit(who, **options)
    expect(page.get_by_role("main")).to_contain_text("100% được bồi dưỡng")
    study(page)
    follow(page, "Vào bài kiểm tra cuối khóa")
    pass_quiz(page)
    expect(page.get_by_role("main")).to_contain_text("10")
    name = {"an": "Trần Văn An", "giang": "Đỗ Trường Giang"}[who]

    page.goto("/certificates")
    address = page.get_by_role("link", name=re.compile("PDF")).get_attribute("href")
    answer = page.request.get(str(address))
    pdf = pypdfium2.PdfDocument(BytesIO(answer.body()))
    assert name.upper() in pdf[0].get_textpage().get_text_range().upper()

    code = re.search(r"/certificates/(\w+)\.pdf", str(address))
    assert code
    anybody = visit()
    anybody.goto("/verify")
    anybody.get_by_label("Mã trên giấy chứng nhận").fill(code[1])
    press(anybody, "Kiểm tra")
    expect(anybody.get_by_role("status")).to_contain_text("hợp lệ")
    expect(anybody.get_by_role("main")).to_contain_text(name)
    assert rate_of_the_bloc(inspector) != before


def test_answers_given_without_a_line_are_sent_when_it_is_back(visit: Visit) -> None:
    page = visit("binh")
    study(page)
    follow(page, "Vào bài kiểm tra cuối khóa")
    press(page, "Bắt đầu")
    first, *others = questions(page)
    answer(first)
    state = page.locator("[data-save-status]")
    expect(state).to_contain_text("Đã lưu")
    page.context.set_offline(True)
    for question in others:
        answer(question)
    expect(state).to_contain_text("Mất kết nối")
    page.context.set_offline(False)
    expect(state).to_contain_text("Đã lưu", timeout=20000)
    page.reload()
    assert page.locator("fieldset input:checked").count() >= 4
    press(page, "Nộp bài")
    expect(page.get_by_role("main")).to_contain_text("10")


def test_two_devices_at_one_attempt_lose_nothing(visit: Visit) -> None:
    page, other = visit("em"), visit("em")
    page.goto("/courses/KH-1")
    press(page, "Bắt đầu học")
    press(page, "Tôi đã học xong bài này")
    press(page, "Bắt đầu")
    other.goto(page.url)
    mine, theirs = questions(page)[0], questions(other)[1]
    answer(mine)
    expect(page.locator("[data-save-status]")).to_contain_text("Đã lưu")
    answer(theirs)
    expect(other.locator("[data-save-status]")).to_contain_text("Đã lưu")
    page.reload()
    press(page, "Nộp bài")
    expect(page.get_by_role("main")).to_contain_text("10")
    # The device that was left behind is told, and is not stuck.
    answer(questions(other)[0])
    expect(other.get_by_role("main")).to_contain_text("đã nộp")
