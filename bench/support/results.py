"""``bench/RESULTS.md``: the newest results of every bench, with machine, date and commit. Written by ``make bench``."""

import datetime as dt
import json
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from people.houses.modules import ROOT

FILE = ROOT / "bench" / "RESULTS.md"
HEAD = """# Results

Written by `make bench` (or `python -m bench NAME`), the newest of each bench. What is measured, and how, stands at the
head of `bench/NAME.py`. Of three numbers the first is the median, then least and most. Clients, servers and database
share the machine; ratios are of rounds taken in turn, and mean more than the rates. `foreign_cores` is what others used
meanwhile: above 0.12 a rate is not to be relied on.
"""


def keep(name: str, printed: str, *, well: bool, file: Path = FILE) -> None:
    """Put the last JSON line of ``printed`` into the section of that bench; without one its section stays."""
    lines = [line for line in printed.splitlines() if line.startswith("{")]
    if not lines:
        return
    sections = _sections(file.read_text(encoding="utf-8")) if file.exists() else {}
    sections[name] = section(name, json.loads(lines[-1]), well=well)
    file.write_text(HEAD + "".join(sections[each] for each in sorted(sections)), encoding="utf-8")


def section(name: str, figures: dict[str, Any], *, well: bool) -> str:
    """A heading, where and when, and a table of everything that was said."""
    said = "" if well else " **A goal was missed or an answer was wrong.**"
    rows = "".join(f"| {path} | {value} |\n" for path, value in flat(figures) if path != "bench")
    return f"\n## {name}\n\n{_where()}.{said}\n\n| figure | value |\n|---|---|\n{rows}"


def flat(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Each number with the names that lead to it; a list of numbers is one value."""
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in flat(inner, f"{path}.{key}" if path else str(key))]
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return [each for at, inner in enumerate(value) for each in flat(inner, f"{path}[{at}]")]
    return [(path, " · ".join(map(str, value)) if isinstance(value, list) else str(value))]


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"(?m)^(?=## )", text)
    return {part.split("\n", 1)[0].removeprefix("## "): "\n" + part.rstrip("\n") + "\n" for part in parts[1:]}


def _where() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    command = ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip() or "?"
    return (
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC, commit {commit}, {os.cpu_count()} cores, {memory} GiB,"
        f" {platform.machine()}, Python {platform.python_version()}"
    )
