"""Comparing the benches of two versions: what is read of their output, and what the ratios say."""

import json
import sys
from pathlib import Path
from unittest import mock

import pytest

from bench import compare

SIGN_INS = {
    "bench": "sign_ins",
    "per_second": 40.0,
    "p95_ms": 200.0,
    "ratio_to_pure": 0.8,
    "rounds": [{"foreign_cores": 0.1}, {"foreign_cores": 0.4}],
    "pure": [],
}
BENCH = compare.BENCHES["sign_ins"]


def figures(per_second: float, p95_ms: float = 200.0) -> compare.Figures:
    return {"per_second": per_second, "p95_ms": p95_ms, "ratio_to_pure": 0.8, "foreign_cores": 0.0}


def test_figures_are_read_from_the_last_line_of_json() -> None:
    output = f"a warning\n{json.dumps(SIGN_INS)}\n"
    assert compare.read_figures(output, BENCH) == {**figures(40.0), "foreign_cores": 0.4}


def test_a_path_with_slashes_is_one_part_of_a_name() -> None:
    page = {"bytes": 14_000, "requests": 6}
    told = json.dumps({"pages": {"/": page, "/register/": page}})
    found = compare.read_figures(told, compare.BENCHES["first_visit"])
    assert found["pages./register/.bytes"] == found["pages./.bytes"] == 14_000


@pytest.mark.parametrize("output", ["", "Traceback\n", json.dumps({"per_second": 1.0})])
def test_output_without_the_figures_is_no_result(output: str) -> None:
    with pytest.raises(compare.NoFigures):
        compare.read_figures(output, BENCH)


def test_more_a_second_and_fewer_milliseconds_are_faster() -> None:
    assert BENCH.ratio("per_second", 40, 44) == pytest.approx(1.1)
    assert BENCH.ratio("p95_ms", 220, 200) == pytest.approx(1.1)


def test_a_median_below_the_least_is_told_and_one_bad_pair_is_not() -> None:
    one_bad = [(figures(40), figures(20)), (figures(40), figures(40)), (figures(40), figures(42))]
    result = compare.told("sign_ins", one_bad)
    assert result["slower"] == []
    assert result["figures"]["per_second"]["ratios"] == [0.5, 1.0, 1.05]
    assert [result["figures"]["per_second"][name] for name in ("least", "median", "greatest")] == [0.5, 1.0, 1.05]
    slower = [(figures(40), figures(37))] * 3
    assert compare.told("sign_ins", slower)["slower"] == ["per_second"]


def checkout(folder: Path, per_second: float) -> Path:
    """A folder whose bench prints at once, and notes that it ran."""
    (folder / "bench").mkdir(parents=True)
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    line = json.dumps(SIGN_INS | {"per_second": per_second})
    note = f"open({str(folder.parent / 'order')!r}, 'a').write({folder.name + ' '!r})"
    (folder / "bench/sign_ins.py").write_text(f"{note}\nprint({line!r})\nraise SystemExit(1)\n", "utf-8")
    return folder


def test_both_checkouts_are_run_in_turn_whatever_their_own_goals_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = checkout(tmp_path / "old", 40), checkout(tmp_path / "new", 30)
    with mock.patch.object(sys, "argv", ["compare", str(old), str(new), "--pairs", "2", "--only", "sign_ins"]):
        assert compare.main() == 1
    assert (tmp_path / "order").read_text() == "old new old new "
    result = json.loads(capsys.readouterr().out)
    assert (result["compared"], result["pairs"], result["slower"]) == ("sign_ins", 2, ["per_second"])


def test_every_figure_is_one_that_the_bench_of_this_checkout_can_run_for() -> None:
    folder = Path(compare.__file__).parent
    assert all((folder / f"{name}.py").is_file() for name in compare.BENCHES)
    known = {figure for bench in compare.BENCHES.values() for figure in (*bench.rates, *bench.costs)}
    assert known >= compare.UNJUDGED
