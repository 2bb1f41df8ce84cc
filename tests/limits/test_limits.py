"""docs/limits.md says what the registered kinds do, and each line is reached."""

import datetime as dt
import re
from pathlib import Path

import pytest
import time_machine
from django.db import transaction

from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.models import SmsCode
from kuaiji.limits import kinds
from kuaiji.limits.kinds import Kind
from kuaiji.limits.models import Attempt
from kuaiji.limits.rules import Window, in_words
from kuaiji.limits.services import asks_question, count_act, count_or_refuse, seconds_to_wait, sweep
from people.records.busy import allowance
from people.sign_in_steps import refused
from tests.support.moments import BEGIN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "limits.md"
UNITS = {"minute": 60, "minutes": 60, "hour": 3600, "day": 86400}
ROWS = [(kind, window) for kind in kinds.registered() for window in kind.windows if not kind.settles]
BUDGETS = [(kind, window) for kind in kinds.registered() for window in kind.windows if kind.settles]
BY_ADDRESS = [kind for kind in kinds.registered() if kind.free_by_address]
IN_TOTAL = [kind for kind in kinds.registered() if kind.free_in_total]


def printed() -> list[tuple[str, Window]]:
    """The rows of the page's tables of limits."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\| (\d+) \| (\d+) (\w+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [(kind, Window(int(count) * UNITS[unit], int(most))) for kind, most, count, unit in rows]


def test_the_page_says_what_the_code_does() -> None:
    free = [(kind, kind.free_by_address) for kind in BY_ADDRESS] + [(kind, kind.free_in_total) for kind in IN_TOTAL]
    assert printed() == [(str(kind), window) for kind, window in [*ROWS, *BUDGETS, *free]]
    assert {kind for kind, _ in printed()} == {str(kind) for kind in kinds.registered()}


def test_the_page_answers_for_each_limit_who_can_use_it_up() -> None:
    section = PAGE.read_text(encoding="utf-8").split("### Who can use up what")[1].split("\n## ")[0]
    answered = re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in section.splitlines() if row.startswith("|")))
    assert sorted(answered) == sorted({kind.name for kind, _ in ROWS})


def in_total(kind: Kind) -> Window:
    """What everybody together may do before everybody is asked."""
    free = kinds.free_in_total(kind)
    assert free
    return free


def take(kind: Kind, key: bytes, detail: bytes | None = None) -> int:
    """0, or the seconds the refusal asks to wait."""
    broken = refused(lambda: transaction.atomic(count_or_refuse)(kind, key, detail=detail))
    if broken is None:
        return 0
    seconds = seconds_to_wait(kind, key)
    assert broken.code == f"limit_{kind}" and in_words(seconds) in broken.message
    return seconds


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "window"), ROWS)
def test_each_limit_is_reached_and_lifts(kind: Kind, window: Window) -> None:
    """Acts spread as thinly as the other windows ask; exactly ``most`` of them pass, and later another one does."""
    shorter = [other for other in kind.windows if other.seconds < window.seconds]
    pause = max([0, *(-(-other.seconds // other.most) for other in shorter)])
    assert pause * window.most < window.seconds
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for number in range(window.most):
            assert take(kind, b"key", bytes([number])) == 0
            traveller.shift(dt.timedelta(seconds=pause))
        wait = take(kind, b"key", b"another")
        assert 0 < wait <= window.seconds
        assert take(kind, b"other key", b"another") == 0
        traveller.shift(dt.timedelta(seconds=wait - 1))
        assert take(kind, b"key", b"another") > 0
        traveller.shift(dt.timedelta(seconds=1))
        assert take(kind, b"key", b"another") == 0


@pytest.mark.django_db
def test_the_same_thing_again_counts_once() -> None:
    kind = attempts.DOCUMENT_BY_PHONE
    assert [take(kind, b"phone", document) for document in (b"a", b"a", b"b", b"a", b"c", b"b")] == [0] * 6
    assert take(kind, b"phone", b"d") > 0
    assert take(kind, b"phone", b"c") == 0


@pytest.mark.django_db
@pytest.mark.parametrize("kind", BY_ADDRESS, ids=str)
def test_an_address_is_asked_past_its_allowance_and_never_refused(kind: Kind, settings: object) -> None:
    free = allowance(kind)
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for _ in range(free.most):
            assert not asks_question(kind, b"address")
            count_act(kind, b"address")
        assert asks_question(kind, b"address")
        assert not asks_question(kind, b"next door")
        settings.ADDRESS_LIMITS = False  # type: ignore[attr-defined]
        assert not asks_question(kind, b"address")
        settings.ADDRESS_LIMITS = True  # type: ignore[attr-defined]
        traveller.shift(dt.timedelta(seconds=free.seconds))
        assert not asks_question(kind, b"address")


@pytest.mark.django_db
def test_guesses_from_everywhere_together_make_everybody_answer(settings: object) -> None:
    settings.ADDRESS_LIMITS = False  # type: ignore[attr-defined]
    kind = attempts.GUESS_FROM_ADDRESS
    free = in_total(kind)
    rows = [Attempt(kind=kind.name, key=number.to_bytes(2), at=clock.now()) for number in range(free.most)]
    Attempt.objects.bulk_create(rows[1:])
    assert not asks_question(kind, b"address")
    Attempt.objects.bulk_create(rows[:1])
    assert asks_question(kind, b"address")


@pytest.mark.django_db
def test_codes_that_nobody_enters_make_everybody_answer() -> None:
    kind = attempts.CODE_FROM_ADDRESS
    free = in_total(kind)
    now = clock.now()
    made = {"purpose": "registration", "phone_fingerprint": b"p", "created_at": now, "expires_at": now}
    codes = [SmsCode(form_id="00000000-0000-7000-8000-000000000000", **made) for _ in range(free.most)]
    SmsCode.objects.bulk_create(codes)
    assert asks_question(kind, b"address")
    SmsCode.objects.filter(pk=codes[0].pk).update(used_at=now)
    assert not asks_question(kind, b"address")


@pytest.mark.django_db
def test_sweeping_removes_what_no_window_sees() -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for kind in kinds.registered():
            count_act(kind, b"old")
        traveller.shift(dt.timedelta(hours=24, minutes=59))
        sweep()
        assert Attempt.objects.count() == len(kinds.registered())
        traveller.shift(dt.timedelta(minutes=2))
        count_act(attempts.CODE_TO_PHONE, b"new")
        sweep()
        assert bytes(Attempt.objects.get().key) == b"new"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 秒"),
        (60, "60 秒"),
        (61, "2 分钟"),
        (900, "15 分钟"),
        (3600, "60 分钟"),
        (3601, "2 小时"),
        (86400, "24 小时"),
    ],
)
def test_waits_in_words(seconds: int, words: str) -> None:
    assert in_words(seconds) == words
