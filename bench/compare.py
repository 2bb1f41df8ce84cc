"""Is one version of the platform as fast as another? The benches of two checkouts in turn: old, new, old, new …

    python -m bench.compare OLD NEW [--pairs 5] [--only NAME ...]

OLD and NEW are folders with an environment of their own (``make environment``). Every bench runs in its own checkout,
with few requests; what it prints is read here. A ratio is the new speed over the old one of the same pair, so that 1.1
is a tenth faster, for milliseconds and bytes too. Prints a JSON line for each bench: for each figure the ratios, their
median, the least and the greatest. Five pairs take about 20 minutes on 2 idle cores; what others do on the machine
meanwhile spoils them, so ``foreign_cores`` tells the most that was seen. The exit status is 1 when a median is below
0.95 or a bench gave no figures.
"""

import argparse
import dataclasses
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LEAST = 0.95
LONGEST_SECONDS = 300  # of one run, its house included
PAGES = ("home", "directory", "me", "change", "save")
DOORS = ("sign_in", "register_send_code", "recover_send_code", "recover_wrong_code")

Figures = Mapping[str, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Bench:
    """A module of ``bench``, run small. ``rates``: figures of which more is faster; ``costs``: of which less is.

    A figure that is the same in every run (``varies`` false) is taken in one pair alone.
    """

    arguments: Sequence[str]
    rates: Sequence[str] = ()
    costs: Sequence[str] = ()
    varies: bool = True

    def ratio(self, figure: str, old: float, new: float) -> float:
        """How many times as fast the new one is."""
        return new / old if figure in self.rates else old / new


BENCHES: Mapping[str, Bench] = {
    "form_page": Bench(
        ["--rounds", "3", "--requests", "120"], rates=["drawn.per_second", "drawn.ratio", "served.per_second"]
    ),
    "submissions": Bench(
        ["--drafts", "80", "--rounds", "2", "--without-hub"],
        rates=["per_second"],
        costs=["p95_ms", "one_submission.cpu_ms", "one_submission.statements_count"],
    ),
    "sign_ins": Bench(
        ["--users", "60", "--rounds", "2"], rates=["per_second", "ratio_to_pure"], costs=["p95_ms"]
    ),
    "discovery": Bench(["--pairs", "150", "--slow-pairs", "0"], costs=[f"{door}.known_ms" for door in DOORS]),
    "pages": Bench(
        ["--rounds", "2", "--requests", "200"],
        rates=[f"pages.{page}.per_second" for page in PAGES],
        costs=[f"pages.{page}.cpu_ms" for page in PAGES],
    ),
    "first_visit": Bench(
        [],
        costs=["pages./.bytes", "pages./.requests", "pages./register/.bytes", "pages./register/.requests"],
        varies=False,
    ),
}  # fmt: skip
# Too small to be measured by pairs this short, or not a speed of ours alone: printed, never judged.
UNJUDGED = frozenset({"p95_ms", "drawn.ratio", "ratio_to_pure"})


class NoFigures(Exception):
    """A bench printed nothing that can be read; says what it printed last."""


def read_figures(output: str, bench: Bench) -> Figures:
    """The figures of the last JSON line of ``output``; raises NoFigures."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            told = json.loads(line)
            found = {name: _at(told, name) for name in (*bench.rates, *bench.costs)}
            return found | {"foreign_cores": _most(told)}
    raise NoFigures(output[-2000:] or "nothing")


def _at(told: Any, name: str) -> float:
    """The number under a dotted name."""
    for part in re.findall(r"/[^.]*|[^.]+", name):
        if part not in told:
            raise NoFigures(f"{name} is missing")
        told = told[part]
    return float(told)


def _most(told: Any) -> float:
    """The most foreign cores that any part of the output tells."""
    if isinstance(told, dict):
        return max([float(told.get("foreign_cores", 0)), *(_most(part) for part in told.values())])
    return max([0.0, *map(_most, told)]) if isinstance(told, list) else 0.0


def run(checkout: Path, name: str) -> Figures:
    """What the bench of that checkout came to. Its own goals are not asked here. Raises NoFigures."""
    python = str(checkout / ".venv/bin/python")
    command = ["setpriv", "--pdeathsig", "TERM", python, "-m", f"bench.{name}", *BENCHES[name].arguments]
    try:
        done = subprocess.run(
            command, cwd=checkout, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise NoFigures(f"more than {LONGEST_SECONDS} s") from None
    try:
        return read_figures(done.stdout, BENCHES[name])
    except NoFigures as none:
        raise NoFigures(f"{checkout}: bench.{name}: {none}\n{done.stderr[-2000:]}") from None


def told(name: str, pairs: Sequence[tuple[Figures, Figures]]) -> dict[str, Any]:
    """What the pairs (old, new) of a bench come to, and which medians are too low."""
    bench, figures, slower = BENCHES[name], {}, []
    for figure in (*bench.rates, *bench.costs):
        ratios = [bench.ratio(figure, old[figure], new[figure]) for old, new in pairs]
        middle = statistics.median(ratios)
        figures[figure] = {
            "old": round(statistics.median(old[figure] for old, _ in pairs), 2),
            "new": round(statistics.median(new[figure] for _, new in pairs), 2),
            "ratios": [round(ratio, 3) for ratio in ratios],
            "median": round(middle, 3),
            "least": round(min(ratios), 3),
            "greatest": round(max(ratios), 3),
        }
        if middle < LEAST and figure not in UNJUDGED:
            slower.append(figure)
    foreign = max(each["foreign_cores"] for pair in pairs for each in pair)
    return {"compared": name, "pairs": len(pairs), "figures": figures, "foreign_cores": foreign, "slower": slower}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", action="append", choices=BENCHES, metavar="NAME", help=", ".join(BENCHES))
    chosen = parser.parse_args()
    failed = False
    for name in chosen.only or BENCHES:
        pairs = []
        try:
            for _ in range(chosen.pairs if BENCHES[name].varies else 1):
                pairs.append((run(chosen.old.resolve(), name), run(chosen.new.resolve(), name)))
                print(f"{name}: pair {len(pairs)}", file=sys.stderr)
        except NoFigures as none:
            print(none, file=sys.stderr)
            failed = True
        if pairs:
            result = told(name, pairs)
            failed = failed or bool(result["slower"])
            print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
