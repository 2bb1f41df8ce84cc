"""The copy of the seals in a second place: what it finds, how it catches up, and what it says where it is missing."""

import json
import tempfile
from pathlib import Path

import pytest
from pytest_django import Settings

from kuaiji.audit import seals, system_checks
from kuaiji.audit.proving.verification import Kind
from tests.support.sealing import kinds, write_and_seal

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("copy")]


def test_the_copy_catches_up_and_mends_a_line_that_a_crash_cut(copy: Path) -> None:
    write_and_seal(3)
    whole = copy.read_bytes()
    for left in (0, 10, whole.index(b"\n") + 1, len(whole) - 5, len(whole)):
        copy.write_bytes(whole[:left])
        seals.seal_waiting()
        assert copy.read_bytes() == whole


@pytest.mark.parametrize("end", [b"rubbish", b"rubbish\n", b'{"number": 9}\n', b"[]\n"])
def test_a_copy_that_ends_otherwise_is_left_alone(copy: Path, end: bytes) -> None:
    write_and_seal(2)
    copy.write_bytes(copy.read_bytes() + end)
    before = copy.read_bytes()
    write_and_seal(1)
    assert copy.read_bytes() == before
    assert kinds() == [Kind.SECOND_PLACE]


def test_without_a_second_place_sealing_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as gone:
        gone.setenv("KUAIJI_SEALS", str(tmp_path / "not mounted"))
        write_and_seal(2)
        assert kinds() == [Kind.SECOND_PLACE]
    write_and_seal(1)
    assert kinds() == []


def test_by_default_the_copy_stands_in_the_home(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUAIJI_SEALS")
    settings.HOME = tmp_path / "home"
    write_and_seal(1)
    assert json.loads((tmp_path / "home" / "seals" / "guangdong.jsonl").read_text())["number"] == 1


def test_a_second_place_on_the_same_disk_or_none_at_all_is_told_before_a_release(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> list[str | None]:
        return [message.id for message in system_checks.check_second_place(None)]

    settings.HOME = tmp_path / "home" / "still to be made"
    assert said() == ["audit.W001"]
    monkeypatch.setenv("KUAIJI_SEALS", str(tmp_path / "not mounted"))
    assert said() == ["audit.W002"]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as elsewhere:
        monkeypatch.setenv("KUAIJI_SEALS", elsewhere)
        assert said() == []
    monkeypatch.delenv("KUAIJI_SEALS")
    assert said() == ["audit.W001"]
