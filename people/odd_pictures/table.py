"""The odd pictures by name, and what Chromium makes of each."""

import csv
import functools
from pathlib import Path
from typing import NamedTuple

from people.odd_pictures.jpegs import jpegs
from people.odd_pictures.others import others
from people.odd_pictures.pngs import pngs

TABLE = Path(__file__).parent / "chromium.csv"


class Shown(NamedTuple):
    """How Chromium shows a picture: pixels across and down, 0 where it does not, and the colours of the quarters."""

    width: int
    height: int
    colours: str


@functools.cache
def odd_pictures() -> dict[str, bytes]:
    """Every odd picture."""
    return jpegs() | pngs() | others()


@functools.cache
def as_chromium_shows() -> dict[str, Shown]:
    """The table by name."""
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["name"]: Shown(int(row["width"]), int(row["height"]), row["colours"]) for row in rows}
