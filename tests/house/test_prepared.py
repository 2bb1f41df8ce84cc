"""What is made once and copied: by one of those who need it, for one state of the code, whole or not at all."""

import concurrent.futures
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from people.houses.kept import kept
from people.houses.prepared import temporary_home
from people.houses.stack import Stack


def test_a_house_starts_from_what_is_prepared_and_prepares_nothing(stack: Stack) -> None:
    assert "databases prepared" not in (stack.home / "run.log").read_text()


def test_what_many_need_is_made_by_one_of_them(tmp_path: Path) -> None:
    makers: list[Path] = []

    def make(folder: Path) -> None:
        makers.append(folder)
        time.sleep(0.1)  # the others come meanwhile
        (folder / "made").touch()

    def use(_: int) -> bool:
        with kept(tmp_path, "code", make) as ready:
            return (ready / "made").exists()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(use, range(8))) == [True] * 8
    assert len(makers) == 1


def test_what_was_made_of_other_code_gives_way(tmp_path: Path) -> None:
    for digest in ("before", "now", "now"):
        with kept(tmp_path, digest, lambda folder: (folder / "made").touch()) as ready:
            assert ready == tmp_path / digest
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"now"}


def test_what_was_not_made_to_the_end_is_made_anew(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"), kept(tmp_path, "code", fail):
        pass
    with kept(tmp_path, "code", lambda folder: (folder / "whole").touch()) as ready:
        assert [path.name for path in ready.iterdir()] == ["whole"]


@pytest.mark.parametrize(("room", "fits"), [(1, True), (1 << 60, False)])
def test_throw_away_homes_are_in_memory_where_they_fit(room: int, fits: bool, tmp_path: Path) -> None:
    home = temporary_home(memory=tmp_path, room=room)
    try:
        assert (home.parent == tmp_path) is fits
        assert home.stat().st_mode & 0o777 == 0o711
    finally:
        shutil.rmtree(home)


def test_homes_of_processes_that_are_gone_are_removed_and_no_others(tmp_path: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    orphan = tmp_path / f"kuaiji-test-{gone.pid}-abc_1234"
    kept_ones = {f"kuaiji-test-{os.getpid()}-abc_1234", "kuaiji-test-1-another1", "kuaiji-test-abcd1234", "another"}
    for name in (orphan.name, *kept_ones):
        (tmp_path / name / "postgres").mkdir(parents=True)
    home = temporary_home(memory=tmp_path, room=1)
    assert {path.name for path in tmp_path.iterdir()} == {home.name, *kept_ones}
    assert home.name.startswith(f"kuaiji-test-{os.getpid()}-")
