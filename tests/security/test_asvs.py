"""The register of ASVS 5.0.0 is whole: every requirement of level 1 and 2, with tests that exist or a reason."""

import ast
import functools
import re

import pytest

from tests.support.asvs_register import ROOT, Verdict, counts, read

# Levels of the requirements of each section, in their order: "22" says that 1.1.1 and 1.1.2 are of level 2.
LEVELS = """
1.1 22     1.2 1111122223   1.3 112222222223       1.4 222          1.5 123        2.1 122       2.2 112
2.3 12223  2.4 23           3.1 3                  3.2 113          3.3 12223      3.4 11222233  3.5 11122333
3.6 3      3.7 22333        4.1 12233              4.2 23333        4.3 22         4.4 1222      5.1 2
5.2 112333 5.3 113          5.4 222                6.1 122          6.2 111111112222             6.3 11223333
6.4 112233 6.5 22222333     6.6 2223               6.7 33           6.8 2222       7.1 222       7.2 1111
7.3 22     7.4 11222        7.5 223                7.6 22           8.1 1233       8.2 1123      8.3 133
8.4 23     9.1 111          9.2 1222               10.1 22          10.2 223       10.3 22223
10.4 1111122222233333       10.5 22222             10.6 22          10.7 222       11.1 2233     11.2 22233
11.3 11233 11.4 1222        11.5 23                11.6 23          11.7 33        12.1 12233    12.2 11
12.3 22223 13.1 2333        13.2 222223            13.3 2233        13.4 1222233   14.1 22       14.2 12223333
14.3 122   15.1 12233       15.2 12233             15.3 1222222     15.4 3333      16.1 2        16.2 22222
16.3 2222  16.4 222         16.5 2223              17.1 23          17.2 22223333  17.3 22
"""
ROWS = read()
TEST = re.compile(r"(?:(tests/[\w/]+\.py)::)?(test_\w+)\b(?!\.py)")
PLACE = re.compile(r"docs/production\.md(?:, ([A-Z][\w ]*))?")


def expected() -> dict[str, int]:
    """The level of every requirement of the standard."""
    words = LEVELS.split()
    return {
        f"{section}.{number}": int(level)
        for section, levels in zip(words[::2], words[1::2], strict=True)
        for number, level in enumerate(levels, 1)
    }


@functools.cache
def functions_of(path: str) -> frozenset[str]:
    """Names of the test functions of a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    names = (node.name for node in tree.body if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


@functools.cache
def every_test() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset().union(*(functions_of(file.relative_to(ROOT).as_posix()) for file in files))


def test_the_levels_are_the_standard_s() -> None:
    """345 requirements: 70 of level 1, 183 of level 2, 92 of level 3, in 17 chapters."""
    levels = list(expected().values())
    assert [levels.count(level) for level in (1, 2, 3)] == [70, 183, 92]
    assert {int(name.split(".")[0]) for name in expected()} == set(range(1, 18))


def test_every_requirement_of_level_1_and_2_is_there_once() -> None:
    wanted = {name: level for name, level in expected().items() if level < 3}
    assert [row.id for row in ROWS] == list(wanted)
    assert {row.id: row.level for row in ROWS} == wanted


def test_every_row_has_words_and_evidence() -> None:
    for row in ROWS:
        assert 0 < len(row.means.split()) <= 12 and len(row.means) <= 60, row.id
        assert row.evidence == row.evidence.strip() and len(row.evidence) >= 5, row.id


def test_what_is_met_is_proven_by_tests_that_exist() -> None:
    for row in ROWS:
        if row.verdict is Verdict.MET:
            for node in row.evidence.split(";"):
                path, _, name = node.partition("::")
                assert name in functions_of(path), f"{row.id}: {node}"


def test_reasons_name_only_tests_and_places_that_exist() -> None:
    """And what is left to the operator says where the page for operators speaks of it."""
    production = (ROOT / "docs" / "production.md").read_text("utf-8")
    for row in ROWS:
        if row.verdict is Verdict.MET:
            continue
        for path, name in TEST.findall(row.evidence):
            assert name in (functions_of(path) if path else every_test()), f"{row.id}: {name}"
        places = PLACE.findall(row.evidence)
        assert places or row.verdict is not Verdict.DEPLOYER, row.id
        for heading in filter(None, places):
            assert f"\n## {heading}\n" in production, f"{row.id}: {heading}"


def test_the_counts_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    table = counts(ROWS)
    with capsys.disabled():
        print(f"\n{table}")
    assert table.splitlines()[-1].split() == ["all", "70", "183", "253"]
