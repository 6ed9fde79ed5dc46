"""The contract between the host and its plugins: read this file and you know what a plugin can do.

A package exposes `plugin`, an instance of a subclass of `Plugin`; `config.PLUGINS` lists the packages. What is wrong
with a plugin stops the start with one sentence that names it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask
from sqlalchemy import SQLColumnExpression, Table

from lms.db import Model
from lms.errors import StartError
from lms.events import Activity, Event, Handler, handler_name
from lms.settings import from_environment

if TYPE_CHECKING:
    from click import Command

    from lms.accounts.models import Account
    from lms.jobs import JobFunction
    from lms.messages.letters import Letter

ROLES = ("unit_manager", "teacher", "author", "issuer", "inspector", "administrator")


@dataclass(frozen=True)
class Permission:
    """A verb that can be allowed: `name` is `<plugin>.<verb>`; administrators hold every permission."""

    name: str
    description: object
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class NavItem:
    """A line of the navigation, shown to those who hold `permission` (or to all who are signed in)."""

    label: object
    endpoint: str
    icon: str
    permission: str = ""
    order: int = 50
    # How many things wait there, shown beside the label.
    count: Callable[[], int] | None = None


@dataclass(frozen=True)
class Link:
    """A place to go, with a line that says why."""

    label: object
    url: str
    note: object = ""


@dataclass(frozen=True)
class Panel:
    """A block of the first page: a named template and the data it shows; lower `order` comes first."""

    title: object
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50


@dataclass(frozen=True)
class Task:
    """What waits for whoever manages: how many (counted no further than `TASKS`), where it is done, and the first."""

    title: object
    count: int
    link: Link
    first: Sequence[Link] = ()
    order: int = 50


# More than this is "many": counting on would only cost time.
TASKS = 100


@dataclass(frozen=True)
class Measure:
    """A figure of a unit and everything beneath it: `part` of `whole`, in posts or in people."""

    title: str
    unit_id: int
    part: int
    whole: int


@dataclass(frozen=True)
class Channel:
    """A way by which letters reach people, tried in the order of installation: the first that reaches a person is used.

    `address` is where it reaches a person, said in SQL over `lms_person` (empty: not at all); `ready` whether it is set
    up; `send` takes letters and says what went wrong with each, in their order ("": it went out).
    """

    name: str
    address: SQLColumnExpression[str]
    ready: Callable[[], bool]
    send: Callable[[Sequence["Letter"]], list[str]]


@dataclass(frozen=True)
class Kept:
    """What is kept of a person in one table (`name`): a label for each column, and the rows in that order.

    Values are text, numbers, days, aware moments, or what JSON can say of them; `words` say what codes among them mean.
    """

    name: str
    title: object
    columns: Mapping[str, object]
    rows: Sequence[Sequence[Any]]
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A key of the configuration that the plugin reads; `LMS_<NAME>` overrides its default."""

    name: str
    default: Any
    description: str


class Plugin:
    """A table of contents. Every attribute has a default; an unknown one is refused when the class is defined."""

    # The importable package, filled in at installation; `name` is its last part.
    package: str

    name: str = ""
    title: object = ""
    blueprints: tuple[Blueprint, ...] = ()
    permissions: tuple[Permission, ...] = ()
    nav: tuple[NavItem, ...] = ()
    subscriptions: tuple[tuple[type[Event], Handler], ...] = ()
    commands: tuple["Command", ...] = ()
    settings: tuple[Setting, ...] = ()
    jobs: Mapping[str, "JobFunction"] = {}
    upkeep: tuple[Callable[[], int], ...] = ()
    channels: tuple[Channel, ...] = ()

    def panels(self, account: "Account") -> list[Panel]:
        """Blocks for this person's first page."""
        return []

    def inbox(self, account: "Account") -> list[Task]:
        """What waits for this person as somebody who manages, within their scopes."""
        return []

    def person_panels(self, person_id: int) -> list[Panel]:
        """Blocks for a person's page: for the person, and for those who may see them."""
        return []

    def personal_data(self, person_id: int) -> list[Kept]:
        """All that this plugin keeps of a person, table by table, the empty ones too: for the person, to take away."""
        return []

    def measures(self, units: Sequence[int], on: date) -> list[Measure]:
        """Figures of these units on a day, from what the open transaction says: asked before and after a change."""
        return []

    def activities(self) -> list[Activity]:
        """What people can complete here."""
        return []

    def activity_links(self, activity: str, account: "Account") -> list[Link]:
        """Where this person goes to complete that activity; empty when it isn't ours or isn't open to them."""
        return []

    def awards(self, activity: str, people: Iterable[int]) -> list[Link]:
        """What this plugin gave these people for that activity, which falls when their completion is withdrawn."""
        return []

    def proofs(self, activity: str, person_id: int, by: datetime) -> list[Link]:
        """What this plugin keeps of how the person completed that activity by a moment, for those who inspect it."""
        return []

    def history(self) -> Iterable[Event]:
        """Every fact that was ever published, so that a plugin installed later can catch up."""
        return []

    def demo(self, today: date, posts: int) -> None:
        """Fills an empty installation with something true to show; called in the order of installation.

        `posts` is 0 for the Bloc of 2014; else an invented country of so many posts is asked for.
        """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        unknown = [n for n in vars(cls) if not n.startswith("_") and not hasattr(Plugin, n)]
        if unknown:
            raise StartError(f"plugin class {cls.__name__} declares {unknown[0]!r}, which the contract does not know")


def installed(app: Flask) -> list[Plugin]:
    """The plugins of this application, the host first, in the order of installation."""
    plugins: list[Plugin] = app.extensions["lms_plugins"]
    return plugins


def folder_of(plugin: Plugin) -> Path:
    """Where the plugin's package lies: its `migrations` and `translations` are found there."""
    return Path(str(import_module(plugin.package).__file__)).parent


def install(app: Flask, names: Iterable[str]) -> None:
    """Imports, checks and wires the packages in their order. Raises StartError with one sentence."""
    app.extensions["lms_plugins"] = []
    app.extensions["lms_subscriptions"] = {}
    app.extensions["lms_permissions"] = {}
    for name in names:
        _install_one(app, _load(name))


def _load(package: str) -> Plugin:
    try:
        module = import_module(package)
    except ImportError as error:
        raise StartError(f"plugin {package!r} cannot be imported: {error}") from error
    plugin = getattr(module, "plugin", None)
    if not isinstance(plugin, Plugin):
        raise StartError(f"package {package!r} has no `plugin`, an instance of a subclass of lms.plugins.Plugin")
    if plugin.name != package.rpartition(".")[2]:
        raise StartError(f"plugin {package!r} calls itself {plugin.name!r}: the name must be the package's")
    plugin.package = package
    return plugin


def _install_one(app: Flask, plugin: Plugin) -> None:
    def check(right: bool, sentence: str) -> None:
        if not right:
            raise StartError(f"plugin {plugin.name!r}: {sentence}")

    name = plugin.name
    for other in (plugin.name for plugin in installed(app)):
        check(name != other, "it is listed twice")
        near = f"{name}_".startswith(f"{other}_") or f"{other}_".startswith(f"{name}_")
        check(not near, f"its tables would look like those of plugin {other!r}: choose another name")
    permissions: dict[str, Permission] = app.extensions["lms_permissions"]
    for permission in plugin.permissions:
        check(permission.name.startswith(f"{name}."), f"permission {permission.name!r} must start with '{name}.'")
        check(permission.name not in permissions, f"permission {permission.name!r} is declared twice")
        unknown = sorted(set(permission.roles) - set(ROLES))
        check(not unknown, f"permission {permission.name!r} names unknown roles: {', '.join(unknown)}")
        permissions[permission.name] = permission
    for setting in plugin.settings:
        check(setting.name.startswith(f"{name.upper()}_"),
              f"setting {setting.name!r} must start with '{name.upper()}_'")  # fmt: skip
        if setting.name not in app.config:
            app.config[setting.name] = from_environment(setting.name, setting.default)
    for event, handler in plugin.subscriptions:
        handlers = app.extensions["lms_subscriptions"].setdefault(event, {})
        full = handler_name(handler)
        check("<" not in full and full not in handlers, f"handler {full} must be a function of a module, listed once")
        handlers[full] = handler
    for channel in plugin.channels:
        taken = {taken.name for other in installed(app) for taken in other.channels}
        check(channel.name not in taken, f"there is a channel {channel.name!r} already")
    for job in plugin.jobs:
        check(job.startswith(f"{name}."), f"job {job!r} must start with '{name}.'")
    for blueprint in plugin.blueprints:
        check(blueprint.name == name or blueprint.name.startswith(f"{name}_"),
              f"blueprint {blueprint.name!r} must be called '{name}' or '{name}_...'")  # fmt: skip
        check(blueprint.name not in app.blueprints, f"there is a blueprint {blueprint.name!r} already")
        app.register_blueprint(blueprint)
    for item in plugin.nav:
        check(item.endpoint in app.view_functions, f"navigation points to {item.endpoint!r}, which is no view")
        check(not item.permission or item.permission in permissions,
              f"navigation asks for {item.permission!r}, which nobody declares")  # fmt: skip
    for command in plugin.commands:
        check(command.name not in app.cli.commands, f"there is a command {command.name!r} already")
        app.cli.add_command(command)
    for table in tables_of(plugin):
        check(table.name.startswith(f"{name}_"), f"table {table.name!r} must start with '{name}_'")
    installed(app).append(plugin)


def tables_of(plugin: Plugin) -> list[Table]:
    """The tables that the plugin's package defines, parents before children."""
    inside = f"{plugin.package}."
    defined = {m.local_table for m in Model.registry.mappers if f"{m.class_.__module__}.".startswith(inside)}
    return [table for table in Model.metadata.sorted_tables if table in defined]
