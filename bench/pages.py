"""Pages of citizens: requests a second at 8 clients, and what one of them costs.

    python -m bench.pages [--rounds 3] [--requests 400] [--clients 8] [--only NAME ...]

``home`` and ``directory`` are asked for by strangers, ``me`` (采集状态) and ``change`` (变更工作信息) by people with a
record, each in a session of their own; ``save`` stores a change of that section. For each the rate over HTTP, the
median of the rounds, and of one request inside this process the CPU, the CPU of its database backend and the
statements. Rates need an idle machine; CPU says nearly the same on a busy one. Starts a house of its own, durable as
``make run`` starts it; prints one JSON line. The exit status is 1 when an answer was wrong.
"""

import argparse
import functools
import itertools
import json
import random
import statistics
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.support.house import bench_house
from bench.support.load import Kept, Round, run_round, wait_for_calm

if TYPE_CHECKING:
    from kuaiji.identity.models import User

# Requests a second that a machine of 2 idle cores is to reach.
GOALS = {"home": 0, "directory": 800, "me": 250, "change": 250, "save": 80}
PATHS = {"home": "/", "directory": "/directory/", "me": "/me/", "change": "/changes/employment/"}
PEOPLE = 48  # so many sessions take turns: nobody's saves meet each other
COSTED = 200


@dataclass
class Citizen:
    """Somebody with a record and a session, who saves one change after the other."""

    cookies: Mapping[str, str]
    answers: Mapping[str, str]
    saves: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def next_change(self) -> dict[str, str]:
        """The form of the work section with another address, made on the version that stands."""
        version = next(self.saves)
        return {**self.answers, "employer_address": f"天河路{version}号", "based_on": str(version)}


@dataclass(frozen=True)
class Asked:
    """One request and the answer that it has to get: status, and how Location begins."""

    path: str
    cookies: Mapping[str, str]
    fields: Mapping[str, str] | None
    answer: tuple[int, str]

    def is_answered_by(self, answer: tuple[int, str]) -> bool:
        """Whether it is that answer."""
        return answer[0] == self.answer[0] and answer[1].startswith(self.answer[1])


def citizen(user: "User") -> Citizen:
    """``user`` with a record, signed in."""
    from bench.support.citizens import CSRF, signed_in
    from kuaiji.accountants.enums import SectionSlug
    from kuaiji.accountants.sections.registry import BY_SLUG, as_data
    from kuaiji.accountants.services.versions import answers_of, current_version
    from people.records.drafts import submit

    employment = answers_of(current_version(submit(user)))[SectionSlug.EMPLOYMENT]
    fields = as_data(BY_SLUG[SectionSlug.EMPLOYMENT], employment).dict() | {"csrfmiddlewaretoken": CSRF}
    return Citizen(signed_in(user), {name: str(value) for name, value in fields.items()})


def work_of(page: str, people: list[Citizen], count: int) -> list[Asked]:
    """``count`` requests for a page, people taking turns."""
    turns = itertools.islice(itertools.cycle(people), count)
    if page == "save":
        return [Asked(PATHS["change"], who.cookies, who.next_change(), (302, "/changes/?done=")) for who in turns]
    known = page in ("me", "change")
    return [Asked(PATHS[page], who.cookies if known else {}, None, (200, "")) for who in turns]


def measure(platform: str, page: str, people: list[Citizen], requests: int, clients: int) -> Round:
    """One round over HTTP."""
    wire = Kept(platform)
    work = [
        (each, wire.request(each.path, cookies=each.cookies, fields=each.fields))
        for each in work_of(page, people, requests)
    ]
    return run_round(lambda one: one[0].is_answered_by(wire.ask(one[1])), work, clients)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--only", action="append", choices=GOALS)
    chosen = parser.parse_args()
    rng, figures, failed = random.Random(1), {}, False
    with bench_house(KUAIJI_HUB_URL="") as stack:
        from bench.support.citizens import registered

        people = [citizen(registered(rng, 0)) for _ in range(PEOPLE)]
        for page in chosen.only or GOALS:
            figures[page], went_wrong = _figures(stack.platform, page, people, chosen)
            failed = failed or went_wrong
    print(json.dumps({"bench": "pages", "clients": chosen.clients, "pages": figures}, ensure_ascii=False))
    return int(failed)


def _figures(
    platform: str, page: str, people: list[Citizen], chosen: argparse.Namespace
) -> tuple[dict[str, Any], bool]:
    from bench.support.here import ask_here, cost_of

    rounds = [measure(platform, page, people, chosen.requests // 4, chosen.clients)]  # warms up
    for _ in range(chosen.rounds):
        wait_for_calm()
        rounds.append(measure(platform, page, people, chosen.requests, chosen.clients))

    def here(asked: Asked) -> bool:
        return asked.is_answered_by(ask_here(asked.path, cookies=asked.cookies, fields=asked.fields))

    cost = cost_of([functools.partial(here, each) for each in work_of(page, people, COSTED)])
    figures = {
        "per_second": round(statistics.median(each.rate for each in rounds[1:]), 1),
        "goal": GOALS[page],
        **cost.figures(),
        "rounds": [each.figures() for each in rounds[1:]],
    }
    return figures, any(each.failed for each in rounds)


if __name__ == "__main__":
    sys.exit(main())
