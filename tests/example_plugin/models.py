"""Texts, who read them, and what was heard from other plugins. Tables begin with the plugin's name."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Code, Model


class Text(Model):
    """Something to read."""

    __tablename__ = "example_plugin_text"

    code: Mapped[str] = mapped_column(Code, unique=True)
    title: Mapped[str]
    added_at: Mapped[datetime]

    @property
    def activity(self) -> str:
        return f"example_plugin:{self.code}"


class Reading(Model):
    """A person read a text; the first time counts. Foreign keys go to own tables or to `lms_` tables."""

    __tablename__ = "example_plugin_reading"
    __table_args__ = (UniqueConstraint("text_id", "person_id"),)

    text_id: Mapped[int] = mapped_column(ForeignKey("example_plugin_text.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    read_at: Mapped[datetime]

    text: Mapped[Text] = relationship()


class Note(Model):
    """What was heard: a person completed an activity."""

    __tablename__ = "example_plugin_note"
    __table_args__ = (UniqueConstraint("person_id", "activity"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    activity: Mapped[str] = mapped_column(Code)
    completed_at: Mapped[datetime]
