"""A form page of about 20 fields (工作信息), against the same page with its fields drawn by Django's widget templates.

    python -m bench.form_page [--rounds 5] [--requests 240] [--clients 8]

Two ratios, each the median of paired rounds: ``drawn`` is the page alone, its forms made and its templates rendered in
this process; ``served`` is the whole request over HTTP, where session, sealed draft and access log cost both the same.
Starts a house of its own and the peer beside it; prints one JSON line. Goal: drawn at least 4 times as fast.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from unittest import mock

from bench.support.house import bench_house, served
from bench.support.load import Meter, Round, ask, run_round, wait_for_calm

if TYPE_CHECKING:
    from kuaiji.identity.models import User

PAGE = "/collection/employment/"
PEER = "bench.peers.platform_with_django_widgets:application"
DRAWINGS = 60
GOAL_DRAWN = 4.0


def drawing(user: "User") -> Callable[[], str]:
    """What draws the page of ``user``, whose draft is read once and for all."""
    from django.shortcuts import render
    from django.test import RequestFactory

    from kuaiji.accountants.sections.registry import SectionPage
    from kuaiji.collection import steps
    from kuaiji.collection.progress import progress_of

    progress, request = progress_of(user), RequestFactory().get(PAGE)
    step = steps.BY_NAME["employment"]
    context = {"step": step, "told": [], "revision": 1, "previous": steps.NOTICE.url_name, "then": ""}

    def draw() -> str:
        assert step.section is not None
        page = SectionPage(step.section, facts=progress.facts, answers=progress.answers[step.slug])
        return render(request, "collection/section.html", context | {"page": page}).content.decode()

    return draw


def compare_drawn(user: "User", rounds: int) -> dict[str, Any]:
    """Pages a second of CPU, ours and the peer's in turn."""
    from bench.peers import django_widgets
    from kuaiji.common import markup

    draw = drawing(user)

    def rate() -> float:
        begin = time.process_time()
        for _ in range(DRAWINGS):
            draw()
        return DRAWINGS / (time.process_time() - begin)

    page, pairs = draw(), []
    wait_for_calm()
    meter = Meter()
    for _ in range(rounds):
        ours = rate()
        with mock.patch.object(markup, "render_field", django_widgets.render_field):
            pairs.append((ours, rate()))
    return {
        "fields": page.count('class="k-field'),
        "page_bytes": len(page.encode()),
        **_figures(pairs),
        "foreign_cores": meter.foreign_cores(),
    }


def compare_served(ours: str, peers: str, users: "list[User]", rounds: int, requests: int) -> dict[str, Any]:
    """Requests a second, ours and the peer's in turn, as many clients as users."""
    from bench.support.citizens import signed_in

    jars = [signed_in(user) for user in users]

    def one_round(platform: str, count: int) -> Round:
        work = [jars[at % len(jars)] for at in range(count)]
        return run_round(lambda cookies: ask(f"{platform}{PAGE}", cookies=cookies)[0] == 200, work, len(jars))

    done = [one_round(platform, 4 * len(jars)) for platform in (ours, peers)]
    pairs = []
    for _ in range(rounds):
        wait_for_calm()
        pair = one_round(ours, requests), one_round(peers, requests)
        done.extend(pair)
        pairs.append((pair[0].rate, pair[1].rate))
    loads = {"failed": sum(each.failed for each in done), "foreign_cores": max(each.foreign_cores for each in done)}
    return _figures(pairs) | loads


def _figures(pairs: list[tuple[float, float]]) -> dict[str, Any]:
    """Medians of our rates, the peer's, and of the ratio of each pair."""
    ratios = [ours / peer for ours, peer in pairs]
    return {
        "per_second": round(statistics.median(ours for ours, _ in pairs), 1),
        "peer_per_second": round(statistics.median(peer for _, peer in pairs), 1),
        "ratio": round(statistics.median(ratios), 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
    }


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=240)
    parser.add_argument("--clients", type=int, default=8)
    args = parser.parse_args()
    rng = random.Random(20)
    with bench_house() as stack, served(PEER) as peers:
        from bench.support.citizens import registered

        users = [registered(rng, at) for at in range(args.clients)]
        drawn = compare_drawn(users[0], args.rounds)
        over_http = compare_served(stack.platform, peers, users, args.rounds, args.requests)
    figures = {"bench": "form_page", "page": PAGE, "drawn": drawn, "served": over_http, "goal": {"drawn": GOAL_DRAWN}}
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if over_http["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
