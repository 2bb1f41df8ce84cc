"""Reads the documents' tables and the source's names, without importing the source."""

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
DOCS = ROOT / "docs"


def read_rows(page: str, *, heading: str) -> list[list[str]]:
    """The rows of all tables in ``docs/<page>`` whose first column is called ``heading``."""
    rows, inside = [], False
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        inside = line.startswith("|") and (inside or line.startswith(f"| {heading} |"))
        if inside and not line.startswith((f"| {heading} |", "|---")):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


@functools.cache
def trees() -> dict[Path, ast.Module]:
    """The parsed modules of ``src``; migrations repeat names of the past and are left out."""
    paths = [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@functools.cache
def events() -> dict[str, set[str]]:
    """Every subclass of DomainEvent, with the values it names in ``PERSONAL``."""
    return {
        node.name: _personal(node)
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("DomainEvent") for base in node.bases)
    }


@functools.cache
def choices() -> dict[str, str]:
    """The Chinese label of every member of a closed set: ``CollectionStatus.DRAFT`` is 填写中."""
    return {
        f"{node.name}.{ast.unparse(line.targets[0])}": ast.literal_eval(line.value)[1]
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "models.TextChoices" in map(ast.unparse, node.bases)
        for line in node.body
        if isinstance(line, ast.Assign)
    }


def names() -> Iterator[str]:
    """Every identifier of the source: what is defined, assigned, passed or read, and modules and code lists too."""
    for path in SOURCE.rglob("*.csv"):
        yield path.stem
    for path, tree in trees().items():
        yield from path.relative_to(SOURCE).with_suffix("").parts
        for node in ast.walk(tree):
            for attribute in ("id", "attr", "arg", "name", "asname"):
                if isinstance(value := getattr(node, attribute, None), str):
                    yield from value.split(".")


def words(identifier: str) -> list[str]:
    """``PersonKey``, ``person_key`` and ``PERSON_KEY`` are each person, key."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", identifier)]


def _personal(node: ast.ClassDef) -> set[str]:
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == "PERSONAL" and line.value:
            return {str(part.value) for part in ast.walk(line.value) if isinstance(part, ast.Constant)}
    return set()
