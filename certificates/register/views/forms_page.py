"""One page for every plain form of the register."""

from typing import Any

from flask import render_template, request

from lms.forms import Form


def form_page(form: Form, title: object, *, submit: object, crumbs: list[tuple[object, str]], intro: object = "",
              note: object = "") -> tuple[str, int]:  # fmt: skip
    """The form with its errors beside the fields: 422 when it was sent and is not right."""
    fields: list[Any] = [field for field in form if field.type not in ("CSRFTokenField", "HiddenField")]
    page = render_template(
        "certificates/form.html", fields=fields, title=title, intro=intro, note=note, submit_label=submit,
        crumbs=crumbs,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200
