"""Budgets: they hold, one by one and all at once, grow only with what came to something, and say when to come back."""

import datetime as dt
from itertools import count
from typing import Any

import pytest
import structlog
import time_machine
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.house.postgres import CONFIGURATION
from kuaiji.identity import attempts
from kuaiji.limits import budgets, kinds, tasks
from kuaiji.limits.kinds import Kind
from kuaiji.limits.models import Attempt, KnownNetwork
from kuaiji.limits.rules import Window, in_words
from kuaiji.limits.services import address_of
from people.sign_in_steps import refused
from tests.support.moments import BEGIN
from tests.support.together import together

ALL = [kind for kind in kinds.registered() if kind.settles]
WINDOWS = [(kind, window) for kind in ALL for window in kind.windows]
KNOWN, NEW = attempts.CODE_FROM_KNOWN_NETWORKS, attempts.CODE_FROM_NEW_NETWORKS
numbers = count()


def take(kind: Kind, key: bytes = b"key", *, reserved: bool = False) -> RuleBroken | None:
    act = next(numbers).to_bytes(8)
    return refused(lambda: transaction.atomic(budgets.spend)(kind, key, act=act, reserved=reserved))


def fill(kind: Kind, most: int, key: bytes = b"key", *, settled: bool = False) -> list[bytes]:
    """So many acts at this moment; their ids."""
    acts = [next(numbers).to_bytes(8) for _ in range(most)]
    now = clock.now()
    row = {"kind": kind.name, "key": key, "at": now, "settled_at": now if settled else None}
    Attempt.objects.bulk_create(Attempt(detail=act, **row) for act in acts)
    return acts


def by(value: Kind | Window) -> str:
    return f"{value.most} in {value.seconds}" if isinstance(value, Window) else value.name


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "window"), WINDOWS, ids=by)
def test_each_budget_is_reached_says_when_to_come_back_and_lifts(kind: Kind, window: Window) -> None:
    """The last but one was earlier; what is left of the shorter windows does not matter by then."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        fill(kind, window.most - 1)
        traveller.shift(dt.timedelta(seconds=window.seconds // 2))
        assert take(kind) is None
        broken = take(kind)
        assert broken and broken.code == f"limit_{kind}"
        assert in_words(window.seconds - window.seconds // 2) in broken.message
        assert (take(kind, b"other") is None) is not kind.shared
        traveller.shift(dt.timedelta(seconds=window.seconds - window.seconds // 2 - 1))
        assert take(kind)
        traveller.shift(dt.timedelta(seconds=1))
        assert take(kind) is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ALL, ids=str)
def test_a_settled_act_frees_its_place_and_makes_another_where_the_budget_grows(kind: Kind) -> None:
    [window, *_] = kind.windows
    with time_machine.travel(BEGIN, tick=False):
        acts = fill(kind, window.most)
        assert take(kind)
        budgets.settle(acts[:3], of=tuple(ALL), since=BEGIN)
        taken = 0
        while take(kind) is None:
            taken += 1
        assert taken == (6 if kind.grows else 3)


@pytest.mark.django_db
def test_what_settles_later_in_another_window_is_not_credited_twice() -> None:
    """Growth counts where the act was done: a code asked for two hours ago makes no room now."""
    kind, [window] = attempts.CODE_FROM_ADDRESS, attempts.CODE_FROM_ADDRESS.windows
    with time_machine.travel(BEGIN, tick=False) as traveller:
        acts = fill(kind, window.most)
        traveller.shift(dt.timedelta(seconds=window.seconds))
        fill(kind, window.most)
        budgets.settle(acts, of=(kind,), since=BEGIN)
        assert take(kind)


@pytest.mark.django_db
def test_the_reserve_is_for_those_with_a_claim_to_it() -> None:
    [window, *_] = KNOWN.windows
    with time_machine.travel(BEGIN, tick=False):
        fill(KNOWN, window.most)
        assert take(KNOWN) and take(KNOWN, reserved=True) is None
        budgets.refuse_if_spent(KNOWN, reserved=True)
        fill(KNOWN, window.most * KNOWN.reserve // 100 - 1)
        assert take(KNOWN, reserved=True)
        with pytest.raises(RuleBroken, match="limit_code_known_networks"):
            budgets.refuse_if_spent(KNOWN, reserved=True)


@pytest.mark.django_db
def test_an_operator_s_number_holds_for_a_day_of_many_newcomers(settings: Any) -> None:
    fill(NEW, 200)
    assert take(NEW)
    settings.LIMITS = "code_new_networks=3600:2000,86400:20000"
    assert take(NEW) is None


@pytest.mark.django_db
def test_switched_off_for_addresses_it_counts_and_refuses_nobody(settings: Any) -> None:
    settings.ADDRESS_LIMITS = False
    fill(attempts.CODE_FROM_ADDRESS, 30)
    fill(NEW, 200)
    assert take(attempts.CODE_FROM_ADDRESS) is None and Attempt.objects.filter(key=b"key").count() == 231
    assert take(NEW)


@pytest.mark.race
@pytest.mark.parametrize(
    ("before", "settled", "left"),
    [(190, 0, 10), (205, 10, 5), (200, 0, 0), (790, 10, 0)],
    ids=["near", "grown", "at", "over"],
)
def test_a_budget_holds_however_many_ask_at_once(before: int, settled: int, left: int, settings: Any) -> None:
    settings.LIMITS = "code_known_networks=3600:200"
    fill(KNOWN, before)
    fill(KNOWN, settled, settled=True)
    outcomes = together([lambda: take(KNOWN)] * 24)
    assert outcomes.count(None) == left
    assert Attempt.objects.filter(settled_at=None).count() == before + left


@pytest.mark.race
def test_whoever_stands_far_from_the_end_waits_for_nobody_and_the_last_ones_wait_for_all(settings: Any) -> None:
    """One act is under way and not committed: others pass it, until so little is left that it has to be known."""
    settings.LIMITS = f"code_known_networks=3600:{budgets.AT_ONCE + 2}"
    with transaction.atomic():
        budgets.spend(KNOWN, b"key", act=b"slow")
        assert together([lambda: take(KNOWN)]) == [None]  # beside the one that is under way
        assert together([takes_one_of_the_last]) == ["canceling statement due to lock timeout"]
    assert takes_one_of_the_last() == "taken"


def takes_one_of_the_last() -> str:
    """With patience of a fifth of a second, after another act was done."""
    fill(KNOWN, 1)
    try:
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL lock_timeout = '200ms'")
            budgets.spend(KNOWN, b"key", act=b"last")
    except OperationalError as error:
        return str(error).splitlines()[0]
    return "taken"


def test_as_many_may_stand_side_by_side_as_the_database_has_connections() -> None:
    assert int(CONFIGURATION["max_connections"]) <= budgets.AT_ONCE


@pytest.mark.django_db
def test_far_from_the_end_the_settled_ones_are_not_counted() -> None:
    """On a day of many codes they are most of the rows."""
    with CaptureQueriesContext(connection) as queries:
        assert take(KNOWN) is None
    assert not [query for query in queries.captured_queries if "settled_at" in query["sql"] and "NOT" in query["sql"]]


# ── networks ──


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("entered", "other", "known"),
    [
        ("203.0.113.9", "203.0.255.1", True),
        ("203.0.113.9", "203.1.113.9", False),
        ("2001:db8:1:2::/64", "2001:db8:ffff::/64", True),
        ("2001:db8:1:2::/64", "2001:db9:1:2::/64", False),
    ],
)
def test_a_network_is_known_for_thirty_days(entered: str, other: str, known: bool) -> None:
    with time_machine.travel(BEGIN, tick=False) as traveller:
        assert not budgets.is_known(address_of(entered))
        for _ in range(2):
            budgets.remember_network(address_of(entered).networks[0])
        assert budgets.is_known(address_of(entered)) and budgets.is_known(address_of(other)) is known
        traveller.shift(dt.timedelta(days=30))
        budgets.sweep_networks()
        assert budgets.is_known(address_of(entered))
        traveller.shift(dt.timedelta(days=1))
        assert not budgets.is_known(address_of(entered))
        budgets.sweep_networks()
        assert not KnownNetwork.objects.exists()


@pytest.mark.django_db
def test_a_busy_network_is_written_once_a_day() -> None:
    network = address_of("203.0.113.9").networks[0]
    with time_machine.travel(BEGIN, tick=False) as traveller:
        for day in range(3):
            for _ in range(3):
                budgets.remember_network(network)
                with CaptureQueriesContext(connection) as queries:
                    budgets.remember_network(network)
                assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT"]
            assert KnownNetwork.objects.get().entered_on == clock.today(), day
            traveller.shift(dt.timedelta(days=1))


@pytest.mark.django_db
def test_no_address_is_kept_in_the_clear() -> None:
    address = address_of("203.0.113.9")
    assert b"203" not in b"".join([address.key, *address.networks]) and len(address.key) == 32
    assert address.key != address_of("203.0.113.10").key and address.networks == address_of("203.0.113.10").networks


# ── what an operator sees ──


@pytest.mark.django_db
def test_the_watch_warns_before_a_budget_is_used_up_and_raises_the_alarm_when_it_is() -> None:
    with time_machine.travel(BEGIN, tick=False):
        with structlog.testing.capture_logs() as logs:
            fill(NEW, 160)
            tasks.watch(0)
        assert logs == []
        fill(NEW, 1)
        with structlog.testing.capture_logs() as logs:
            tasks.watch(0)
        low = {"event": "budget_low", "log_level": "warning", "kind": NEW.name, "count": 39}
        assert logs == [low]
        fill(NEW, 39)
        with structlog.testing.capture_logs() as logs:
            tasks.watch(0)
        assert logs == [{"event": "budget_spent", "log_level": "error", "kind": NEW.name, "count": 200}]


@pytest.mark.django_db
def test_metrics_say_what_is_left_of_each_pool_and_how_many_networks_are_known(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = "figures"
    fill(NEW, 3)
    fill(KNOWN, 2)
    budgets.remember_network(address_of("203.0.113.9").networks[0])
    figures = client.get("/metrics", headers={"Authorization": "Bearer figures"}).content.decode()
    for kind, seconds, left in (
        (NEW, 3600, 197),
        (NEW, 86400, 1497),
        (KNOWN, 3600, 998),
        (KNOWN, 86400, 4998),
    ):
        assert f'kuaiji_budget_left{{kind="{kind}",seconds="{seconds}"}} {left}.0' in figures
    assert "kuaiji_known_networks 1.0" in figures
