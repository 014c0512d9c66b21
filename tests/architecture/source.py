"""The source code as data: modules, what they import, how long their functions are."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file under `services/` or `gateway/`."""

    path: Path

    @property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def lines(self) -> int:
        return len(self.path.read_text().splitlines())

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    @property
    def imports(self) -> frozenset[str]:
        """Full names of what it imports, absolute; `from a import b` counts as `a.b`."""
        return frozenset(_imports(self.tree))

    def imports_any(self, *packages: str) -> set[str]:
        """Those of its imports that lie in one of the packages."""
        return {name for name in self.imports if any(inside(name, package) for package in packages)}

    def functions(self) -> Iterator[FunctionNode]:
        return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))


def modules(*folders: str) -> list[Module]:
    """All modules under the folders, in order."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted((Module(path) for path in found if "node_modules" not in path.parts), key=lambda m: m.name)


def inside(name: str, package: str) -> bool:
    """True when `name` is the package or lies in it."""
    return name == package or name.startswith(f"{package}.")


def is_standard(name: str) -> bool:
    """True for a name from the standard library."""
    return name.split(".")[0] in sys.stdlib_module_names


def service_of(name: str) -> str:
    """`services.booking` for `services.booking.domain.slots`."""
    return ".".join(name.split(".")[:2])


def body_lines(function: FunctionNode) -> int:
    """Lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
