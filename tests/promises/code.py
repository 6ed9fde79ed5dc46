"""The code as the architecture promises read it: modules, their imports, their functions; nothing is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST, PLUGINS = "lms", ("courses", "certificates", "tests.example_plugin")


@dataclass(frozen=True)
class Module:
    """One file: `name` is dotted; `imports` are the modules of ours that it imports when it is loaded."""

    name: str
    path: Path
    tree: ast.Module
    is_package: bool

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        return len(self.path.read_text(encoding="utf-8").splitlines())

    @property
    def role(self) -> str:
        """What kind of file it is: `views` for views.py and for everything in a folder views/."""
        kinds = ("views", "services", "queries", "models", "forms", "access", "cli", "handlers", "jobs")
        return next((part for part in reversed(self.name.split(".")[1:]) if part in kinds), "")

    def functions(self) -> Iterator[ast.FunctionDef]:
        """Every function of the file, methods and inner ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))


def plugin_of(module: str) -> str:
    """The package that a module belongs to."""
    return next((name for name in (*PLUGINS, HOST) if module == name or module.startswith(f"{name}.")), "")


@cache
def modules() -> dict[str, Module]:
    """Every module of the host, its plugins and the example plugin, migrations left out."""
    found = {}
    for package in (HOST, *PLUGINS):
        for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            found[name] = Module(name, path, tree, parts[-1] == "__init__")
    return found


def imports(module: Module) -> dict[str, str]:
    """The names that a module imports when it is loaded, each with what it stands for: `{"now": "lms.clock.now"}`.

    Imports for the type checker alone are left out: they are never run.
    """
    found: dict[str, str] = {}
    for node in _run_at_load(module.tree):
        if isinstance(node, ast.Import):
            found |= {(alias.asname or alias.name): alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module.place}: imports are written from the top"
            found |= {(alias.asname or alias.name): f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _run_at_load(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _run_at_load(node)


def module_behind(name: str) -> str:
    """`lms.clock.now` and `lms.clock` are both the module lms.clock; empty when it is none of ours."""
    while name and name not in modules():
        name = name.rpartition(".")[0]
    return name


def imported_modules(module: Module) -> set[str]:
    """The modules of ours that a module imports when it is loaded."""
    return {behind for name in imports(module).values() if (behind := module_behind(name))} - {module.name}


def called(node: ast.AST, module: Module) -> Iterator[tuple[str, int]]:
    """What is called inside a node, by its full name where it was imported or defined here, and the line."""
    names = imports(module) | {f.name: f"{module.name}.{f.name}" for f in module.tree.body if hasattr(f, "name")}
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            first, _dot, rest = ast.unparse(call.func).partition(".")
            full = names.get(first, first)
            yield (f"{full}.{rest}" if rest else full), call.lineno
