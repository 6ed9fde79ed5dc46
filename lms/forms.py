"""The base of every form: CSRF, and text that is NFC when it arrives."""

from typing import Any

from flask_wtf import FlaskForm

from lms.text import clean


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


class Form(FlaskForm):
    """A form whose text fields are cleaned (NFC, single spaces); passwords and long texts stay as they are."""

    class Meta(FlaskForm.Meta):
        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            cls = unbound_field.field_class
            if cls.__name__ in ("StringField", "SearchField", "TelField", "EmailField"):
                options = dict(options)
                filters = list(unbound_field.kwargs.get("filters", ()))
                unbound_field.kwargs["filters"] = [_clean, *(f for f in filters if f is not _clean)]
            return unbound_field.bind(form=form, **options)
