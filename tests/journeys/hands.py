"""What a person does with a page: press, follow, sign in. By what is written on it, never by how it is built."""

import os
import re

from playwright.sync_api import Page

PASSWORD = os.environ.get("LMS_TEST_PASSWORD", "dân-vận-khéo-1949")


def press(page: Page, name: "str | re.Pattern[str]") -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def follow(page: Page, name: "str | re.Pattern[str]") -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def sign_in(page: Page, who: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.get_by_label("Tên đăng nhập").fill(who)
    page.get_by_label("Mật khẩu").fill(password)
    press(page, "Đăng nhập")
    page.get_by_role("heading", name="Việc của tôi").wait_for()
