"""Does everybody get what must be told, once in effect, whatever gateway and workers do (ADR 0081)?

    python -m prove.messages [--messages 10000] [--workers 3] [--kill-seconds 15] [--patience 1500]

On a throw-away server. Every message is told twice. The gateway knows messages by their ids; of a hundred calls it
loses four, cuts three off after taking the message, hangs on one and breaks on two. One worker after the other is
killed (-9) and started again. Reports come twice, some before anybody has noted that the message was sent. Prints one
JSON line; the exit status is 1 when a message is missing, was told twice in an inbox, or is not known to have arrived.

``handed_over_again`` is how many the phone would get twice from a gateway that knows no ids, as Tencent's.
"""

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from people.houses.loopback import loopback
from prove.support.inside import fresh_database, platform_inside
from prove.support.messaging import Gateway

PEOPLE = 50
DATABASE = "messages"


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in {"messages": 10_000, "workers": 3, "kill-seconds": 15, "patience": 1500}.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    chosen = parser.parse_args()
    gateway = Gateway(random.Random(1))
    with loopback(gateway) as there:
        env = {
            "KUAIJI_DEMO": "1",
            "KUAIJI_SMS_PROVIDERS": "standin",
            "KUAIJI_STANDINS_URL": there.url,
            "KUAIJI_STANDINS_TOKEN": "token",
            "KUAIJI_SMS_REPORT_URL": "",
            "KUAIJI_HUB_URL": "",
        }
        with platform_inside(**env) as server, fresh_database(server, DATABASE):
            told = tell_twice(chosen.messages)
            database = server.url(server.app, DATABASE)
            with working(chosen.workers, database) as workers:
                figures = until_all_are_out(gateway, workers, database, chosen)
            figures |= counted(gateway, told)
    wrong = [name for name in ("missing", "strange", "told_twice", "not_known_to_have_arrived") if figures[name]]
    print(json.dumps({"prove": "messages", **figures, "wrong": wrong}, ensure_ascii=False))
    return 1 if wrong else 0


def tell_twice(number: int) -> int:
    """Tell so many messages that people must have, each a second time as a second press would; gives the number."""
    from kuaiji.common import clock
    from kuaiji.identity.notices import tell_user
    from kuaiji.sms.enums import TemplateKey
    from people.factories import UserFactory

    people = [UserFactory.create() for _ in range(PEOPLE)]
    for turn in range(number):
        for _ in range(2):
            parameters = {"time": "11月30日14:05"}
            tell_user(
                people[turn % PEOPLE],
                TemplateKey.PASSWORD_CHANGED,
                parameters=parameters,
                once=str(turn),
                at=clock.now(),
            )
    return number


@contextlib.contextmanager
def working(number: int, database: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers of the platform, gone afterwards."""
    workers = [_worker(database) for _ in range(number)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _worker(database: str) -> subprocess.Popen[bytes]:
    env = os.environ | {"DATABASE_URL": database}
    return subprocess.Popen(
        [sys.executable, "-m", "django", "work"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def until_all_are_out(
    gateway: Gateway, workers: list[subprocess.Popen[bytes]], database: str, chosen: argparse.Namespace
) -> dict[str, Any]:
    """Kill and start workers, and report what was taken, until nothing waits or patience ends."""
    from kuaiji.sms.models import MessageState, OutgoingSms

    begin, killed = time.monotonic(), 0
    while OutgoingSms.objects.filter(state=MessageState.WAITING).exists():
        if time.monotonic() - begin > chosen.patience:
            break
        time.sleep(chosen.kill_seconds)
        report_twice(gateway)
        at = killed % len(workers)
        workers[at].kill()
        workers[at].wait()
        workers[at] = _worker(database)
        killed += 1
    report_twice(gateway)
    return {"workers_killed": killed, "seconds": round(time.monotonic() - begin, 1)}


def report_twice(gateway: Gateway) -> None:
    """Take what the gateway reports, twice."""
    from kuaiji.sms.enums import Report
    from kuaiji.sms.services import take_reports

    for _ in range(2):
        reports = [(serial, Report.DELIVERED, "DELIVRD") for serial in gateway.reported()]
        take_reports(provider="standin", reports=reports)


def counted(gateway: Gateway, told: int) -> dict[str, Any]:
    """What came of it."""
    from kuaiji.messages.enums import DeliveryState
    from kuaiji.messages.models import Delivery, Message
    from kuaiji.sms.models import OutgoingSms

    ours = {str(key) for key in OutgoingSms.objects.values_list("pk", flat=True)}
    arrived = Delivery.objects.filter(state=DeliveryState.DELIVERED).count()
    return {
        "told": told,
        "arrived": len(gateway.taken),
        "missing": len(ours - set(gateway.taken)) + told - len(ours),
        "strange": len(set(gateway.taken) - ours),
        "told_twice": Message.objects.count() - told,
        "not_known_to_have_arrived": told - arrived,
        "handed_over_again": gateway.taken.total() - len(gateway.taken),
        "fates": dict(gateway.met),
    }


if __name__ == "__main__":
    sys.exit(main())
