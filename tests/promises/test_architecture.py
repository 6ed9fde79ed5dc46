"""The house rules of docs/architecture.md, read from the code."""

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.promises.code import (
    HOST,
    PLUGINS,
    Module,
    called,
    imported_modules,
    imports,
    modules,
    plugin_of,
)

ALL = list(modules().values())
# The host's own machinery asks for the time itself: its callers are not about time.
MACHINERY = ("lms.audit.services", "lms.jobs.services", "lms.events", "lms.db")
# A view loads, reads the form, calls one service, says what happened and answers.
VIEW_STATEMENTS, VIEW_LINES = 15, 30
FILE_LINES = 360
WRITES = {
    "lms.db.transaction", "lms.db.db.session.add", "lms.db.db.session.add_all", "lms.db.db.session.delete",
    "lms.db.db.session.commit", "lms.db.db.session.merge", "sqlalchemy.insert", "sqlalchemy.update",
    "sqlalchemy.delete", "sqlalchemy.dialects.sqlite.insert", "sqlalchemy.dialects.postgresql.insert",
}  # fmt: skip


def of_role(*roles: str) -> list[Module]:
    return [module for module in ALL if module.role in roles]


def test_the_host_imports_no_plugin_and_plugins_never_import_each_other() -> None:
    wrong = [
        f"{module.place} imports {other}"
        for module in ALL
        for other in imported_modules(module)
        if plugin_of(other) not in (HOST, plugin_of(module.name))
    ]
    assert not wrong, "tell the other side by an event or a link instead:\n" + "\n".join(wrong)


def test_the_plugins_use_the_public_face_of_the_host() -> None:
    wiring = ("lms.cli", "lms.host", "lms.migrate", "lms.demo", "lms.pages.shell", "lms.accounts.services")
    wrong = [
        f"{module.place} imports {other}"
        for module in ALL
        if plugin_of(module.name) in PLUGINS
        for other in imported_modules(module)
        if other.startswith(wiring) or other == HOST
    ]
    assert not wrong, "\n".join(wrong)


def test_no_function_imports() -> None:
    wrong = [
        f"{module.place}:{node.lineno} in {function.name}"
        for module in ALL
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not wrong, "an import inside a function hides a cycle or a wrong direction:\n" + "\n".join(wrong)


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module.name: imported_modules(module) for module in ALL}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(reversed(error.args[1])))


def test_only_services_write() -> None:
    wrong = [
        f"{module.place}:{line} calls {name}"
        for module in of_role("views", "models", "queries", "forms", "access", "cli", "handlers")
        for name, line in called(module.tree, module)
        if name in WRITES
    ]
    assert not wrong, "move the write into the area's services:\n" + "\n".join(wrong)


def _opens_transaction(function: ast.FunctionDef, module: Module) -> bool:
    return any(name == "lms.db.transaction" for name, _line in called(function, module))


def test_services_do_not_call_services() -> None:
    opening = {
        f"{module.name}.{function.name}"
        for module in ALL
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and _opens_transaction(function, module)
    }
    wrong = [
        f"{module.place}:{line} {function.name} calls {name}"
        for module in of_role("services")
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and f"{module.name}.{function.name}" in opening
        for name, line in called(function, module)
        if name in opening and (not name.startswith(f"{module.name}.") or not name.rpartition(".")[2].startswith("_"))
    ]
    assert not wrong, "one service is one transaction; share a function that takes the session:\n" + "\n".join(wrong)


def test_services_and_models_are_given_the_time() -> None:
    wrong = [
        f"{module.place}:{line} calls {name}"
        for module in of_role("services", "models")
        if module.name not in MACHINERY
        for name, line in called(module.tree, module)
        if name in ("lms.clock.now", "lms.clock.today", "datetime.datetime.now", "datetime.date.today")
    ]
    assert not wrong, "take `at` or `today` as an argument:\n" + "\n".join(wrong)


def _is_view(function: ast.FunctionDef) -> bool:
    decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
    return any(".get(" in d or ".post(" in d or ".route(" in d for d in decorators)


def test_views_are_short_and_ask_the_database_nothing() -> None:
    wrong = []
    for module in of_role("views"):
        for name, line in called(module.tree, module):
            if name == "sqlalchemy.select" or name.startswith("lms.db.db.session."):
                wrong.append(f"{module.place}:{line} calls {name}: ask a function of queries or access")
        for function in filter(_is_view, module.functions()):
            statements = sum(isinstance(node, ast.stmt) for part in function.body for node in ast.walk(part))
            lines = (function.end_lineno or 0) - function.lineno
            if statements > VIEW_STATEMENTS or lines > VIEW_LINES:
                wrong.append(f"{module.place}:{function.lineno} {function.name} has {statements} statements")
            if ast.get_docstring(function) is None:
                wrong.append(f"{module.place}:{function.lineno} {function.name} has no docstring")
    assert not wrong, "\n".join(wrong)


def test_files_are_short_and_say_what_they_are() -> None:
    wrong = [f"{module.place} has {module.lines} lines" for module in ALL if module.lines > FILE_LINES]
    wrong += [f"{module.place} has no docstring" for module in ALL if ast.get_docstring(module.tree) is None]
    assert not wrong, "split by noun or audience:\n" + "\n".join(wrong)


def test_nothing_is_imported_twice_under_two_names() -> None:
    for module in ALL:
        targets = list(imports(module).values())
        assert len(targets) == len(set(targets)), module.place
