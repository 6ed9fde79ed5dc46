"""Commands for the organisation."""

from flask.cli import AppGroup

roster_cli = AppGroup("roster", help="Rosters.")
