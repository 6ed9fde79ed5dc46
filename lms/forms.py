"""The base of every form: CSRF, text that is NFC when it arrives, and refusals in the reader's language."""

from pathlib import Path
from typing import Any

from flask_babel import Domain
from flask_wtf import FlaskForm

from lms.text import clean

# WTForms speaks many languages, but no Vietnamese: its sentences have a catalogue of their own.
_sentences = Domain([str(Path(__file__).parent / "translations")], "wtforms")


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


class _Translations:
    """What WTForms asks of translations; it fills in the values itself."""

    def gettext(self, sentence: str) -> str:
        return str(_sentences.get_translations().ugettext(sentence))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return str(_sentences.get_translations().ungettext(singular, plural, number))


class Form(FlaskForm):
    """A form whose text fields are cleaned (NFC, single spaces); passwords and long texts stay as they are."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _Translations:
            return _Translations()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            cls = unbound_field.field_class
            if cls.__name__ in ("StringField", "SearchField", "TelField", "EmailField"):
                options = dict(options)
                filters = list(unbound_field.kwargs.get("filters", ()))
                unbound_field.kwargs["filters"] = [_clean, *(f for f in filters if f is not _clean)]
            return unbound_field.bind(form=form, **options)
