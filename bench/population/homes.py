"""Homes with many people in them, kept between runs: ``var/bench/<kind>``.

What made them is written beside them; where migrations or the generator are others by now, a home is made anew.
"""

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

from bench.population.personas import Pattern

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench"
STATE = "population.json"


@dataclasses.dataclass(slots=True)
class State:
    """How many people there are, after which templates, and what they were made by."""

    stamp: str
    people: int = 0
    exam_rows: int = 0  # of people of whom nothing else is there
    templates: list[str] = dataclasses.field(default_factory=list)  # ids of their users
    patterns: list[Pattern] = dataclasses.field(default_factory=list)


def made_by() -> str:
    """Changes with the tables of the platform and with what fills them."""
    digest = hashlib.sha256()
    for folder, pattern in ((ROOT / "src" / "kuaiji", "*/migrations/*.py"), (ROOT / "bench" / "population", "*.py")):
        for path in sorted(folder.glob(pattern)):
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def home_of(kind: str) -> Path:
    """The folder of that kind of population; empty where what is there was made otherwise."""
    home = FOLDER / kind
    if home.exists() and (not (home / STATE).exists() or read_state(home).stamp != made_by()):
        remove(home)
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o711)  # the database's system user passes through
    return home


def remove(home: Path) -> None:
    """With the cluster, which may stand elsewhere."""
    cluster = home / "postgres"
    if cluster.is_symlink():
        shutil.rmtree(cluster.resolve(), ignore_errors=True)
    shutil.rmtree(home)


def read_state(home: Path) -> State:
    """As it was kept; nobody where nothing was."""
    try:
        kept = json.loads((home / STATE).read_text())
    except FileNotFoundError:
        return State(made_by())
    return State(**kept | {"patterns": [Pattern(**each) for each in kept["patterns"]]})


def keep_state(home: Path, state: State) -> None:
    """After each part, so that what was broken off goes on."""
    fresh = home / f"{STATE}.new"
    fresh.write_text(json.dumps(dataclasses.asdict(state)))
    fresh.replace(home / STATE)
