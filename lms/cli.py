"""The installation's own commands: set up, serve, work, migrate, load the demo."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from lms import clock, fonts, migrate
from lms.accounts.models import Account
from lms.db import db
from lms.jobs import worker
from lms.output import say
from lms.plugins import folder_of, installed

db_cli = AppGroup("db", help="Migrations: one history per plugin.")


@db_cli.command("upgrade")
def upgrade() -> None:
    """Bring every plugin's tables to the newest revision."""
    migrate.upgrade(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo("The database is up to date.")


@db_cli.command("revise")
@click.argument("plugin")
@click.option("-m", "--message", required=True)
def revise(plugin: str, message: str) -> None:
    """Write the next revision of one plugin from its models."""
    migrate.revise(current_app._get_current_object(), plugin, message)  # type: ignore[attr-defined]


@db_cli.command("status")
def status() -> None:
    """Say which plugins are behind; exit 1 when any is."""
    behind = migrate.pending(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo("\n".join(behind) or "The database is up to date.")
    sys.exit(bool(behind))


def compile_translations() -> int:
    """Compiles every package's messages.po that is newer than its .mo; returns how many."""
    count = 0
    for plugin in installed(current_app):
        for po in (folder_of(plugin) / "translations").glob("*/LC_MESSAGES/*.po"):
            mo = po.with_suffix(".mo")
            if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
                with po.open("rb") as source, mo.open("wb") as target:
                    write_mo(target, read_po(source, locale=po.parts[-3]))
                count += 1
    return count


def set_up() -> None:
    """Everything a start needs, each step skipped when it is done: fonts, translations, tables."""
    Path(current_app.config["DATA_FOLDER"]).mkdir(parents=True, exist_ok=True)
    fonts.build(fonts.folder_of(current_app.config["DATA_FOLDER"]))
    compile_translations()
    migrate.upgrade(current_app._get_current_object())  # type: ignore[attr-defined]


# Posts in the demo: 0 for the Bloc of 2014 as it was, else an invented country of so many.
SIZES = {"bloc": 0, "10k": 10_000, "100k": 100_000, "national": 1_000_000}


def load_demo(size: str = "bloc") -> bool:
    """Loads the demo into an empty installation; False when there are accounts already."""
    if db.session.scalar(select(Account.id).limit(1)) is not None:
        return False
    for plugin in installed(current_app):
        plugin.demo(clock.today(), SIZES[size])
    return True


@click.command("demo")
@click.option("--size", type=click.Choice(list(SIZES)), default="bloc", show_default=True)
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def demo(size: str, as_json: bool) -> None:
    """Load the demo: the historic Bloc of 2014 with a drive half-way through; or a country, to measure with."""
    set_up()
    began = time.monotonic()
    loaded = load_demo(size)
    seconds = round(time.monotonic() - began, 1)
    sentence = f"The demo is loaded ({seconds} s)." if loaded else "Nothing to do: there are accounts already."
    say(as_json, {"loaded": loaded, "seconds": seconds}, sentence)


@click.command("work")
@with_appcontext
def work() -> None:
    """Run the job worker until it is stopped."""
    worker.work()


@click.command("serve")
@click.option("--demo/--no-demo", "with_demo", default=True, help="Load the demo when the database is new.")
@with_appcontext
def serve(with_demo: bool) -> None:
    """Set up what is missing, then run the web server and the worker until Ctrl+C."""
    conf = current_app.config
    set_up()
    if with_demo and conf["MODE"] == "development":
        load_demo()
    db.session.remove()
    db.engine.dispose()
    click.echo(f"\n  {conf['SITE_NAME']}: {conf['PUBLIC_URL']}\n")
    sign_ins = Path(conf["DATA_FOLDER"]) / "demo-accounts.txt"
    if conf["MODE"] == "development" and sign_ins.exists():
        click.echo(sign_ins.read_text())
    bin_folder = Path(sys.executable).parent
    server = [
        str(bin_folder / "granian"), "--interface", "wsgi", "--factory", "--host", conf["ADDRESS"],
        "--port", str(conf["PORT"]), "--workers", str(conf["WORKERS"]), "--blocking-threads", "8",
        "--no-ws", "--log-level", "error", "lms:create_app",
    ]  # fmt: skip
    environment = os.environ | {"FLASK_APP": "lms"}
    # Sessions of their own: Ctrl+C reaches this process alone, which ends the others in order.
    commands = (server, [sys.executable, "-m", "flask", "work"])
    processes = [subprocess.Popen(command, env=environment, start_new_session=True) for command in commands]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        click.echo("The server or the worker has ended; stopping the other.", err=True)
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
