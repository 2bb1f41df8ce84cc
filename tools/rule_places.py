"""Where the rules of docs/requirements.md live: the files of ``src`` whose docstrings and comments name them."""

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
            places.setdefault(rule, []).append((_room(path), place.startswith("kuaiji_"), -named.count(rule), place))
    return {rule: [place for *_, place in sorted(rows)] for rule, rows in places.items()}


def _sources() -> Iterator[tuple[pathlib.Path, str]]:
    for path in SOURCE.rglob("*"):
        if path.suffix in {".py", ".toml", ".html"} and "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")


def _room(path: pathlib.Path) -> int:
    words = {*path.relative_to(SOURCE).parts, path.stem}
    return next((number for number, room in enumerate(ROOMS) if room & words), len(ROOMS))
