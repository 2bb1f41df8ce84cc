"""Where the rules of docs/requirements.md live: the files of ``src`` whose docstrings and comments name them, with the
function that does where a rule stands in one."""

import ast
import pathlib
import re
from collections.abc import Iterator

RULE = re.compile(r"\bR\d+\.\d+\b")
SOURCE = pathlib.Path(__file__).resolve().parents[1] / "src"
# What decides a rule comes before what carries it out, and that before the tables; all other files come last.
ROOMS = ({"rules", "workflow", "field_matrix", "scope"}, {"services"}, {"models"})


def found() -> dict[str, list[str]]:
    """The files by rule: by room, the platform before others, and where it is named most often first."""
    places: dict[str, list[tuple[int, bool, int, str]]] = {}
    for path, text in _sources():
        named = RULE.findall(text)
        place = path.relative_to(SOURCE).as_posix().removeprefix("kuaiji/")
        for rule in set(named):
            rank = (_room(path), place.startswith("kuaiji_"), -named.count(rule))
            places.setdefault(rule, []).append((*rank, f"{place}{_function(path, text, rule)}"))
    return {rule: [place for *_, place in sorted(rows)] for rule, rows in places.items()}


def _sources() -> Iterator[tuple[pathlib.Path, str]]:
    for path in SOURCE.rglob("*"):
        if path.suffix in {".py", ".toml", ".html"} and "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")


def _function(path: pathlib.Path, text: str, rule: str) -> str:
    """``:name`` of the function or class whose docstring is the first to name the rule; empty where none does."""
    if path.suffix != ".py":
        return ""
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and rule in RULE.findall(ast.get_docstring(node) or ""):
            return f":{node.name}"
    return ""


def _room(path: pathlib.Path) -> int:
    words = {*path.relative_to(SOURCE).parts, path.stem}
    return next((number for number, room in enumerate(ROOMS) if room & words), len(ROOMS))
