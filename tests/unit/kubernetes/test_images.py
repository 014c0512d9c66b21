"""The images' recipes: what goes in is enough, pinned, and without development aids."""

import ast
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.unit.kubernetes.conftest import ROOT, TREE

ENTRIES = {
    "services": (
        "services.booking.__main__",
        "services.booking.seed",
        "services.identity.__main__",
        "services.spaces.__main__",
        "services.notify.__main__",
        "services.media.control.__main__",
    ),
    "worker": ("services.media.worker.__main__",),
    "gateway": tuple(
        ".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "gateway").rglob("*.py")
    ),
}
"""Modules that are started or loaded by name."""
OURS = ("services", "gateway")


def recipe(image: str) -> str:
    return (TREE / "images" / f"{image}.Containerfile").read_text().replace("\\\n", "")


@pytest.fixture(params=ENTRIES)
def image(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def contents(image: str, tmp_path: Path) -> Path:
    """The folder /app of an image, as its last stage but one leaves it (without what Node builds)."""
    build = recipe(image).split(" AS build")[1].split("\nFROM ")[0]
    for source, target in re.findall(r"^COPY (\w\S+) (\S+)$", build, re.MULTILINE):
        copy(ROOT / source, tmp_path / target)
    for flags, paths in re.findall(r"\brm (-r )?([\w/. -]+?)(?= &&|$)", build, re.MULTILINE):
        for path in paths.split():
            (shutil.rmtree if flags else Path.unlink)(tmp_path / path)
    return tmp_path


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "build"))
    else:
        shutil.copy(source, target)


def test_last_stage_runs_as_nobody_in_particular(image: str) -> None:
    last = recipe(image).rpartition("\nFROM ")[2]
    assert "\nUSER 10001:10001\n" in last
    assert "\nRUN " not in last


def test_bases_are_pinned_and_packages_come_with_hashes(image: str) -> None:
    stages = set(re.findall(r"^FROM \S+ AS (\S+)", recipe(image), re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", recipe(image), re.MULTILINE)) - stages
    assert all(re.fullmatch(r"(python|node):\d+\.\d+\.\d+-(slim-bookworm|bookworm-slim)", b) for b in bases)
    assert "--require-hashes" in recipe(image)
    assert f"requirements/{image}.txt" in recipe(image)


def test_the_sandbox_and_demo_persons_are_left_out(contents: Path) -> None:
    left = [path.relative_to(contents).as_posix() for path in contents.rglob("*") if path.is_file()]
    assert "services/identity/seed.py" not in left
    assert [path for path in left if path.startswith("deploy/") or "sandbox" in path] == []


def test_nothing_that_is_built_imports_what_is_for_development(contents: Path) -> None:
    imports = {name for path in contents.rglob("*.py") for name in imported(path)}
    assert {name for name in imports if name.split(".")[0] in ("deploy", "tests")} == set()


def test_everything_that_is_imported_is_in_the_image(image: str, contents: Path) -> None:
    """Starting an entry would import nothing of ours that was left out, nor a package that is not locked."""
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements" / f"{image}.txt").read_text(), re.M))
    for entry in ENTRIES[image]:
        modules, packages = closure(contents, entry)
        assert {m for m in modules if find(contents, m) is None} == set(), entry
        assert {p for p in packages if not distributions(p) & locked} == set(), entry


def closure(folder: Path, entry: str) -> tuple[set[str], set[str]]:
    """Our modules and the packages that importing `entry` brings in; imports inside functions come later."""
    modules, packages, waiting = set[str](), set[str](), [entry]
    while waiting:
        module = waiting.pop()
        path = find(folder, module)
        if module in modules:
            continue
        modules.add(module)
        for name in imported(path) if path else ():
            if name.split(".")[0] in OURS:
                waiting.append(name)
            elif name.split(".")[0] not in sys.stdlib_module_names:
                packages.add(name.split(".")[0])
    return modules, packages


def find(folder: Path, module: str) -> Path | None:
    plain = folder.joinpath(*module.split("."))
    found = (p for p in (plain.with_suffix(".py"), plain / "__init__.py") if p.exists())
    return next(found, None)


@cache
def imported(path: Path) -> tuple[str, ...]:
    """What a file imports when it is imported itself; a name from one of our packages may be a module."""
    return tuple(names_in(path))


def names_in(path: Path) -> Iterator[str]:
    for statement in ast.parse(path.read_text()).body:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            yield statement.module
            yield from submodules(statement.module, [alias.name for alias in statement.names])


def submodules(package: str, names: list[str]) -> Iterator[str]:
    if package.split(".")[0] in OURS:
        yield from (f"{package}.{name}" for name in names if find(ROOT, f"{package}.{name}"))


@cache
def installed() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def distributions(package: str) -> frozenset[str]:
    found = installed().get(package, [package])
    return frozenset(re.sub(r"[-_.]+", "-", name).lower() for name in found)
