"""The proofs of the exchange (``python -m prove.exchange``), scaled down: the real hub, real processes, real kills."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from kuaiji.common import clock
from kuaiji.house.databases import Server
from people.houses.hub import Hub
from prove.support.chaos import ROUGH
from prove.support.national import National, national_hub, prepared_hub

pytestmark = pytest.mark.race


class Opening(Protocol):
    def __call__(self, name: str, rates: dict[str, float] | None = None) -> AbstractContextManager[National]: ...


@pytest.fixture(scope="module")
def pattern(server: Server) -> Hub:
    return prepared_hub(server, "hub_pattern")


@pytest.fixture
def opened(server: Server, pattern: Hub) -> Iterator[Opening]:
    """A hub of the test's own, with nobody in it."""
    names = []

    def open(name: str, rates: dict[str, float] | None = None) -> AbstractContextManager[National]:
        names.append(f"hub_{name}")
        return national_hub(server, names[-1], like=pattern, rates=rates)

    yield open
    for name in names:
        server.drop(name)


def test_everything_is_told_once_and_in_order_over_a_bad_network(server: Server, opened: Opening) -> None:
    from prove.support.told import through_chaos

    rates = {**ROUGH, "hung": 0.0}
    with opened("chaos", rates) as national:
        figures, wrong = through_chaos(server, national, people=20, versions=3, every=3, patience=100, most_kills=4)
    assert (wrong, figures["waiting"]) == ([], 0)
    assert national.faults["lost_answer"] + national.faults["lost_request"] + national.faults["twice"] > 0


def test_a_hub_that_was_away_hears_everything_in_order(server: Server, opened: Opening) -> None:
    from prove.support.told import while_away

    with opened("away") as national:
        figures, wrong = while_away(server, national, people=16, versions=2, requests=0, patience=100)
    assert (wrong, figures["waited"]) == ([], 32)


def test_every_planted_difference_is_found_and_no_other(opened: Opening) -> None:
    from prove.support.planted import find_planted

    with opened("differences") as national:
        figures, wrong = find_planted(national, rounds=1, people=40)
    assert wrong == []
    assert figures["found"] == figures["planted"] >= figures["kinds"] >= 20
    assert (figures["false"], figures["left"]) == (0, 0)


def test_every_changed_byte_is_found_offline(opened: Opening) -> None:
    from prove.support.distrust import changed_bytes_found

    with opened("bytes") as national:
        assert changed_bytes_found(national, rounds=1) == ({"messages": 12, "changed": 6, "found": 6}, [])


def test_nobody_else_is_believed(opened: Opening) -> None:
    from prove.support.distrust import others_believed

    with opened("untrusted") as national:
        figures, wrong = others_believed(national)
    assert wrong == []
    assert figures["redirect"] == "unsigned"


def reconcile(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[list[str]]]:
    """Exit status, and the words of each line."""
    status = 0
    try:
        call_command("reconcile", *options)
    except SystemExit as left:
        status = int(str(left.code))
    return status, [line.split("\t") for line in capsys.readouterr().out.splitlines()]


def test_the_command_names_what_differs_and_mends_what_is_safe(
    opened: Opening, capsys: pytest.CaptureFixture[str]
) -> None:
    from kuaiji.exchange import loop
    from kuaiji.exchange.models import OutboxMessage
    from prove.support.collected import collect

    with opened("command") as national:
        behind, parked, _ = collect(3, versions_each=2)
        loop.once()
        OutboxMessage.objects.update(done_at=clock.now() - dt.timedelta(minutes=1))
        assert reconcile(capsys) == (
            0,
            [["已核对档案 3 份、消息 6 条、通知 0 条、调转 0 笔；差异 0 项，重新上报 0 项"]],
        )
        national.hub.sql("UPDATE kuaiji_hub_person SET version = 1 WHERE record_id = ANY(%s)", [behind, parked])
        OutboxMessage.objects.filter(subject_id=parked, version=2).update(answer_code="name_mismatch")
        status, lines = reconcile(capsys, "--repair")
        assert (status, sorted(line[0] for line in lines[:-1])) == (1, ["answer_differs", "behind", "report_refused"])
        [told] = [line for line in lines if line[0] == "behind"]
        assert told[1:] == [
            "全国平台版本较旧",
            str(behind),
            "本平台：第 2 版",
            "全国平台：第 1 版",
            "处理：已排队重新上报",
        ]
        loop.once()
        assert "behind" not in [line[0] for line in reconcile(capsys)[1]]
        national.kill()
        with mock.patch("kuaiji.reconciliation.services.WAITS", ()), pytest.raises(CommandError) as away:
            reconcile(capsys)
        assert away.value.returncode == 2


def test_what_happens_while_it_compares_is_no_difference(opened: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    from kuaiji.exchange import loop
    from kuaiji.exchange.partners import clients
    from kuaiji.reconciliation.services import Comparison
    from prove.support.collected import collect

    def and_then(asked: Callable[..., Any], happens: Callable[[], object]) -> Callable[..., Any]:
        def ask(**words: Any) -> Any:
            page = asked(**words)
            happens()
            return page

        return ask

    with opened("meanwhile"):
        collect(2)
        loop.once()
        seeds = iter(range(2, 100))
        hub, begun = clients.hub(), clock.now()
        for book in ("record_book", "message_book", "transfer_book"):
            monkeypatch.setattr(hub, book, and_then(getattr(hub, book), lambda: collect(1, seed=next(seeds))))
        assert list(Comparison(hub, begun=begun).differences()) == []  # queued, and not sent
        for book in ("record_book", "message_book", "transfer_book"):
            monkeypatch.setattr(hub, book, and_then(getattr(hub, book), loop.once))
        assert list(Comparison(hub, begun=begun).differences()) == []  # sent after the page was read
