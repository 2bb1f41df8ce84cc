"""Sign-ins at 8 clients over HTTP, against what Argon2 alone leaves possible on this machine.

    python -m bench.sign_ins [--users 200] [--rounds 3] [--clients 8]

Each round signs everybody in once over the pages, in browsers they have used before, then lets two processes do nothing
but verify passwords at the same cost. Starts a house of its own; prints one JSON line. Goal: at least 35 a second.
"""

import argparse
import concurrent.futures
import json
import multiprocessing
import random
import statistics
import sys
import time
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from bench.support.house import bench_house
from bench.support.load import Meter, ask, run_round, wait_for_calm

if TYPE_CHECKING:
    from kuaiji.identity.models import User

LOGIN, TARGET, PASSWORD = "/login/", "/me/", "kJ-bench-sign-in-4711"
PROCESSES, PURE_SECONDS = 2, 4.0
GOAL_PER_SECOND = 35


def pure_rate(encoded: str, seconds: float) -> float:
    """Verifications of ``encoded`` a second in this process."""
    hasher, count, begin = PasswordHasher(), 0, time.perf_counter()
    while (taken := time.perf_counter() - begin) < seconds:
        hasher.verify(encoded, PASSWORD)
        count += 1
    return count / taken


def with_password(users: "list[User]") -> str:
    """Give everybody the password, each under a salt of their own; one of the hashes as Argon2 writes it."""
    from django.contrib.auth.hashers import make_password

    for user in users:
        user.password = make_password(PASSWORD)
        user.save(update_fields=["password"])
    return users[0].password.removeprefix("argon2")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8)
    args = parser.parse_args()
    rng, rounds, pure = random.Random(35), [], []
    spawn = multiprocessing.get_context("spawn")
    with bench_house() as stack, concurrent.futures.ProcessPoolExecutor(PROCESSES, mp_context=spawn) as processes:
        from django.conf import settings

        from bench.support.citizens import CSRF, at_home, registered

        users = [registered(rng, at, filled_in=False) for at in range(args.users)]
        encoded = with_password(users)

        def sign_in(visitor: tuple[str, dict[str, str]]) -> bool:
            number, browser = visitor
            fields = {"csrfmiddlewaretoken": CSRF, "document_number": number, "password": PASSWORD, "document_type": ""}
            cookies = {settings.CSRF_COOKIE_NAME: CSRF, **browser}
            return ask(f"{stack.platform}{LOGIN}", cookies=cookies, fields=fields) == (302, TARGET)

        def both(seconds: float) -> float:
            return sum(processes.map(pure_rate, [encoded] * PROCESSES, [seconds] * PROCESSES))

        visitors = [(user.document_number, at_home(user)) for user in users]
        run_round(sign_in, visitors[: 4 * args.clients], args.clients)
        both(0.2)
        for _ in range(args.rounds):
            wait_for_calm()
            rounds.append(run_round(sign_in, visitors, args.clients))
            meter = Meter()
            pure.append((both(PURE_SECONDS), meter.foreign_cores()))
    ratios = [done.rate / rate for done, (rate, _) in zip(rounds, pure, strict=True)]
    figures = {
        "bench": "sign_ins",
        "clients": args.clients,
        "users": args.users,
        "per_second": round(statistics.median(done.rate for done in rounds), 1),
        "p95_ms": round(statistics.median(done.percentile(95) for done in rounds), 1),
        "pure_per_second": round(statistics.median(rate for rate, _ in pure), 1),
        "ratio_to_pure": round(statistics.median(ratios), 2),
        "goal": {"per_second": GOAL_PER_SECOND},
        "rounds": [done.figures() for done in rounds],
        "pure": [{"per_second": round(rate, 1), "foreign_cores": foreign} for rate, foreign in pure],
    }
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if any(done.failed for done in rounds) else 0


if __name__ == "__main__":
    sys.exit(main())
