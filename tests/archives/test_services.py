"""One job however often it is asked for, a file for a day, a code for ever."""

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.changing import change_section
from kuaiji.archives import check_codes, system_checks, tasks
from kuaiji.archives.enums import PrintKind, PrintState
from kuaiji.archives.models import ArchivePrint
from kuaiji.archives.paper import fonts
from kuaiji.archives.services import KEPT, MAKE, PATIENCE, find_print, newest_print, read_print, sweep_prints
from kuaiji.attachments import storage
from kuaiji.attachments.tasks import STRAY_AFTER
from kuaiji.attachments.tasks import sweep_strays as sweep_stray_files
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.models import Event
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.keys.models import PersonKey
from tests.support.archive_prints import ask, code_on, collected, make, text_of

HOUR = dt.timedelta(hours=1)


def stored(files: Path) -> int:
    return sum(path.is_file() for path in files.rglob("*"))


def events(record: Record) -> list[str]:
    kept = Event.objects.filter(subject_id=record.pk, kind__startswith="Print")
    return sorted(kept.values_list("kind", flat=True))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=MAKE).count()


@pytest.mark.django_db
def test_a_print_from_the_button_to_the_end(
    files: Path, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: object
) -> None:
    """Asked for twice it is one job and one file; after a day the file goes, and the code goes on to be known."""
    record, photo_only = collected(), stored(files)
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        asked = ask(record)
        assert ask(record) == asked and jobs() == 1
        made = make(asked)
        assert made.state == PrintState.READY and stored(files) == photo_only + 1
        assert make(asked) == made and ask(record) == made and jobs() == 1
        pdf = read_print(made)
        code = code_on(pdf)
        assert events(record) == ["PrintAsked", "PrintMade"]

        sealed = b"".join(path.read_bytes() for path in files.rglob("*") if path.is_file())
        assert b"%PDF" not in sealed and code not in caplog.text
        row = str(ArchivePrint.objects.values().get(pk=made.pk))
        assert code not in row and code.replace("-", "") not in row

        traveller.shift(KEPT - HOUR)
        sweep_stray_files(timestamp=0)
        tasks.sweep(timestamp=0)
        assert newest_print(record, PrintKind.ARCHIVE) == made and read_print(made) == pdf

        traveller.shift(HOUR)
        assert newest_print(record, PrintKind.ARCHIVE) is None
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            assert sweep_prints(now=clock.now()) == 1
        assert stored(files) == photo_only
        assert ask(record) != made

        traveller.shift(dt.timedelta(days=3650))
        found = find_print(check_codes.read_code(code))
        assert found == made and found.made_at == start and found.state == PrintState.EXPIRED
        PersonKey.objects.filter(pk=record.person_key_id).update(wrapped=None, destroyed_at=clock.now())
        assert find_print(check_codes.read_code(code)) is None


def test_the_sweep_of_strays_spares_prints_for_as_long_as_they_are_kept() -> None:
    """It knows the files of attachments only."""
    assert KEPT <= STRAY_AFTER


def add_award(record: Record, name: str) -> None:
    record.refresh_from_db()
    change_section(
        operation=Operation(kind=OperationKind.RECORD_CHANGING, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id),
        record_id=record.pk,
        slug=SectionSlug.AWARDS,
        answers={"awards": [{"name": name, "level": "3", "year": 2020, "giver": ""}]},
        based_on=record.version,
    )
    record.refresh_from_db()


@pytest.mark.django_db
def test_a_changed_record_is_printed_anew() -> None:
    """A job that comes late prints the newest version; a print of an earlier one is not given out any more."""
    record = collected()
    late = ask(record)
    add_award(record, "先到的奖励")
    assert ask(record) == late
    made = make(late)
    assert made.version == 2 and "先到的奖励" in text_of(read_print(made))
    add_award(record, "后来的奖励")
    assert newest_print(record, PrintKind.ARCHIVE) is None
    assert ask(record) != made and jobs() == 2


@pytest.mark.django_db
def test_where_fonts_are_missing_it_is_said(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """On the row, in the log and when a worker starts; the person may ask again."""
    assert system_checks.check_printing(None) == []
    record = collected()
    monkeypatch.setitem(fonts.FAMILIES, "No Such Family", "fonts-none")
    monkeypatch.setitem(fonts.LIBRARIES, "libnone.so.0", "libnone-0")
    [said] = system_checks.check_printing(None)
    assert "fonts-none libnone-0" in said.msg
    away = make(ask(record))
    assert away.state == PrintState.UNAVAILABLE and newest_print(record, PrintKind.ARCHIVE) == away
    assert "printing_unavailable" in caplog.text and "fonts-none libnone-0" in caplog.text
    assert events(record) == ["PrintAsked", "PrintFailed"]
    monkeypatch.undo()
    assert make(ask(record)).state == PrintState.READY


@pytest.mark.django_db
def test_fonts_installed_while_a_worker_runs_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OC32: the same process prints as soon as they are there."""
    configuration = tmp_path / "fonts.conf"
    monkeypatch.setenv("FONTCONFIG_FILE", str(configuration))
    configuration.write_text(f"<fontconfig><dir>{tmp_path}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    record = collected()
    assert make(ask(record)).state == PrintState.UNAVAILABLE
    configuration.write_text("<fontconfig><include>/etc/fonts/fonts.conf</include></fontconfig>")
    assert make(ask(record)).state == PrintState.READY


@pytest.mark.django_db
def test_a_print_that_fails_says_so(caplog: pytest.LogCaptureFixture) -> None:
    """Without the photo, or when the job never comes."""
    record = collected()
    storage.remove(record.personal.photo.storage_key)
    failed = make(ask(record))
    assert failed.state == PrintState.FAILED and "printing_failed" in caplog.text
    assert record.user.name not in caplog.text
    waiting = ask(record)
    assert waiting != failed
    sweep_prints(now=clock.now() + PATIENCE - HOUR / 60)
    assert newest_print(record, PrintKind.ARCHIVE) == waiting
    sweep_prints(now=clock.now() + PATIENCE + HOUR / 60)
    assert [asked.state for asked in ArchivePrint.objects.all()] == [PrintState.FAILED] * 2
    with time_machine.travel(clock.now() + KEPT):
        assert newest_print(record, PrintKind.ARCHIVE) is None


@pytest.mark.django_db
def test_a_job_of_nothing_does_nothing() -> None:
    tasks.make_print(print_id=str(uuid.uuid4()), address="http://platform.example/verify/")
    assert not ArchivePrint.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.race
def test_two_presses_at_once_are_one_job() -> None:
    record = collected()

    def press(_: int) -> uuid.UUID:
        try:
            return ask(record).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as threads:
        asked = set(threads.map(press, range(8)))
    assert len(asked) == 1 and jobs() == 1
    assert events(record) == ["PrintAsked"]
