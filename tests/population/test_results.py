"""What benches print becomes a page that keeps the newest of each."""

from pathlib import Path

from bench.support.results import flat, keep


def test_the_newest_result_of_each_bench_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    keep("pages", 'noise\n{"bench": "pages", "rate": [3, 2, 4], "ms": {"home": 1.5}}\n', well=True, file=file)
    keep("exam", '{"bench": "exam", "wrong": 0}', well=True, file=file)
    keep("pages", '{"bench": "pages", "rate": [5, 5, 5]}', well=False, file=file)
    keep("exam", "broke off", well=False, file=file)
    text = file.read_text(encoding="utf-8")
    assert text.index("## exam") < text.index("## pages") and text.count("## ") == 2
    assert "| wrong | 0 |" in text and "| rate | 5 · 5 · 5 |" in text and "home" not in text
    assert text.count("missed") == 1


def test_figures_are_told_by_the_names_that_lead_to_them() -> None:
    assert flat({"a": {"b": [1, 2]}, "c": [{"d": 3}], "e": "x"}) == [("a.b", "1 · 2"), ("c[0].d", "3"), ("e", "x")]
