"""Whoever asks what is kept of them is told of every table that points to people."""

from typing import Any

from flask import Flask

from lms.db import Model
from lms.plugins import installed, tables_of

# What is made of other tables and says nothing that they do not say.
DERIVED = {
    "lms_person_word": "the words of the name, for search",
    "certificates_span": "how a post counts, from posts, certificates and exemptions",
}


def test_no_table_that_points_to_people_is_left_out_of_what_they_are_told(app: Flask) -> None:
    for plugin in installed(app):
        told = {kept.name.partition(".")[0] for kept in plugin.personal_data(0)}
        pointing = {table.name for table in tables_of(plugin) if _points_to_people(table)}
        assert pointing - told - set(DERIVED) == set(), f"{plugin.name} does not tell people of these tables"
        assert told <= set(Model.metadata.tables), f"{plugin.name} tells of tables that are not there"


def _points_to_people(table: Any) -> bool:
    return any(key.column.table.name == "lms_person" for column in table.c for key in column.foreign_keys)
