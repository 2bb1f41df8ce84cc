"""Final submissions at 8 clients over HTTP, and where the time of one goes.

    python -m bench.submissions [--drafts 300] [--rounds 3] [--clients 8] [--without-hub] [--statements]

Starts a house of its own, durable as ``make run`` starts it; the drafts are prepared through the services, the sessions
through the session store. The national hub and the worker that reports to it share the machine; ``--without-hub``
leaves both out, as where the hub is somebody else's machine. A round is over when everything that follows in the worker
is done as well; ``cpu_ms`` says what a submission then has cost in each part of the house. ``--statements`` prints
where each statement of one submission is made. Prints one JSON line. Goal: at least 40 a second with the hub and 60
without, 95 % of them within 300 and 250 ms.
"""

import argparse
import contextlib
import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.support.house import bench_house
from bench.support.ledger import Ledger, places_of
from bench.support.load import Round, ask, run_round, wait_for_calm
from bench.support.spent import cpu_by_part, milliseconds_each

if TYPE_CHECKING:
    from kuaiji.identity.models import User

REVIEW, DONE = "/collection/review/", "/collection/done/"
WARM_UP, PROFILED = 24, 40
GOALS = {False: {"per_second": 40, "p95_ms": 300}, True: {"per_second": 60, "p95_ms": 250}}  # by --without-hub
PATIENCE_SECONDS = 120.0  # for the worker


def measure(platform: str, users: "Sequence[User]", clients: int) -> Round:
    """Everybody submits once."""
    from bench.support.citizens import CSRF, signed_in

    def submit(cookies: dict[str, str]) -> bool:
        return ask(f"{platform}{REVIEW}", cookies=cookies, fields={"csrfmiddlewaretoken": CSRF}) == (302, DONE)

    return run_round(submit, [signed_in(user) for user in users], clients)


def settled() -> float:
    """Wait until the worker has done everything; how many seconds that took."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from kuaiji.exchange.models import OutboxMessage
    from kuaiji.exchange.partners import clients
    from kuaiji.sms.models import MessageState, OutgoingSms

    waiting = [OutgoingSms.objects.filter(state=MessageState.WAITING), ProcrastinateJob.objects.filter(status="todo")]
    waiting += [OutboxMessage.objects.open()] if clients.has_hub() else []
    begin = time.monotonic()
    while any(rows.exists() for rows in waiting) and time.monotonic() < begin + PATIENCE_SECONDS:
        time.sleep(0.2)
    return round(time.monotonic() - begin, 1)


def profile(users: "Sequence[User]", show_statements: bool) -> dict[str, float]:
    """Milliseconds of one submission by part, submitted one after the other inside this process."""
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.test import Client
    from psycopg import Pipeline

    from bench.support.citizens import CSRF, signed_in
    from kuaiji.collection.services import submitting
    from kuaiji.common.http import Partner
    from kuaiji.common.keyring import Box, Keyring

    client, jars = Client(enforce_csrf_checks=True), [signed_in(user) for user in users]

    def submit(cookies: dict[str, str]) -> None:
        client.cookies.load(cookies)
        answer = client.post(REVIEW, {"csrfmiddlewaretoken": CSRF}, headers={"Host": "127.0.0.1"})
        assert answer.status_code == 302 and answer["Location"] == DONE, answer.status_code

    submit(jars[0])
    ledger, places = Ledger(), Counter[str]()
    with contextlib.ExitStack() as watching:
        watching.enter_context(connection.execute_wrapper(ledger.statement))
        if show_statements:
            watching.enter_context(connection.execute_wrapper(places_of(places)))
        for part, owner, name in (
            ("commits", BaseDatabaseWrapper, "_commit"),
            ("pipeline", Pipeline, "__exit__"),  # waiting for what was sent ahead
            ("partner", Partner, "call"),
            ("sealing", Box, "seal"),
            ("sealing", Box, "unseal"),
            ("sealing", Keyring, "open_person_key"),
            ("validation", submitting, "checked_answers"),
        ):
            watching.enter_context(ledger.watch(part, owner, name))
        cpu = time.process_time()
        for cookies in jars[1:]:
            with ledger.entry("rest"):  # building and reading statements above all, middleware, view
                submit(cookies)
        cpu = time.process_time() - cpu
    count = len(jars) - 1
    for place, number in sorted(places.items()):
        print(f"{number / count:5.1f}  {place}", file=sys.stderr)
    parts = {f"{part}_ms": round(seconds / count * 1000, 2) for part, seconds in ledger.seconds.items()}
    counts = {part: round(ledger.calls[part] / count, 1) for part in ("statements", "commits", "sealing")}
    return {
        "total_ms": round(sum(ledger.seconds.values()) / count * 1000, 1),
        "cpu_ms": round(cpu / count * 1000, 1),
    } | {
        **parts,
        **{f"{part}_count": number for part, number in counts.items()},
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drafts", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--without-hub", action="store_true")
    parser.add_argument("--statements", action="store_true")
    args = parser.parse_args()
    rng = random.Random(args.drafts)
    env = {"KUAIJI_HUB_URL": ""} if args.without_hub else {}
    with bench_house(**env) as stack:
        from bench.support.citizens import registered
        from kuaiji.accountants.models import Record

        def people(count: int) -> "list[User]":
            return [registered(rng, at) for at in range(count)]

        measure(stack.platform, people(WARM_UP), args.clients)
        rounds, spent = [], []
        for _ in range(args.rounds):
            users = people(args.drafts)
            settled()
            wait_for_calm()
            before = cpu_by_part()
            rounds.append(measure(stack.platform, users, args.clients))
            behind = settled()
            spent.append({"behind_s": behind} | milliseconds_each(before, cpu_by_part(), args.drafts))
        where = profile(people(PROFILED + 1), args.statements)
        expected = WARM_UP + args.rounds * args.drafts + PROFILED + 1
        made = Record.objects.count()
    figures = {
        "bench": "submissions",
        "clients": args.clients,
        "drafts": args.drafts,
        "per_second": round(statistics.median(each.rate for each in rounds), 1),
        "p95_ms": round(statistics.median(each.percentile(95) for each in rounds), 1),
        "goal": GOALS[args.without_hub],
        "cpu_ms": {part: statistics.median(each[part] for each in spent) for part in spent[0]},
        "records": made,
        "missing": expected - made,
        "rounds": [each.figures() | {"cpu_ms": cost} for each, cost in zip(rounds, spent, strict=True)],
        "one_submission": where,
    }
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if made != expected or any(each.failed for each in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
