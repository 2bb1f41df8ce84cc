"""What a first visit brings over the network, as Chromium counts it.

    python -m bench.first_visit

Each page is opened by a browser that has never been here. A browser without a window asks for no icon, so the icon of
the page is added. Starts a house of its own; prints one JSON line. Goal: at most 60 KB and 8 requests in all, nothing
from anybody else.
"""

import contextlib
import dataclasses
import json
import re
import sys
import urllib.request
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Browser

from bench.support.house import bench_house
from people.browsers import launched, opened_page

PAGES = ("/", "/register/")
MOST_BYTES, MOST_REQUESTS = 60_000, 8
ICON = re.compile(r'<link rel="icon" href="([^"]+)"')


@dataclasses.dataclass(slots=True)
class Visit:
    """Bytes that came (headers included) by address, and every host that was asked."""

    received: dict[str, int] = dataclasses.field(default_factory=dict)
    hosts: set[str] = dataclasses.field(default_factory=set)

    def add(self, url: str, size: int) -> None:
        """One more request."""
        self.hosts.add(urlsplit(url).netloc)
        self.received[urlsplit(url).path] = size


def visit(browser: Browser, url: str) -> Visit:
    """Open ``url`` as nobody's second visit."""
    seen, addresses = Visit(), dict[str, str]()

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        seen.add(addresses[event["requestId"]], int(event["encodedDataLength"]))

    with contextlib.contextmanager(opened_page)(browser) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", asked)
        session.on("Network.loadingFinished", came)
        page.goto(url, wait_until="networkidle")
        icon = ICON.search(page.content())
    missing = set(addresses.values()) - {urljoin(url, path) for path in seen.received}
    for address in missing | ({urljoin(url, icon[1])} - set(addresses.values()) if icon else set()):
        seen.add(address, _weigh(address))
    return seen


def _weigh(url: str) -> int:
    """Bytes of a file as a browser would receive it, and of the headers."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "gzip, br"})) as answer:
        return len(bytes(answer.headers)) + len(answer.read())


def main() -> int:
    """Run and print."""
    with bench_house() as stack, contextlib.contextmanager(launched)() as browser:
        visits = {path: visit(browser, stack.platform + path) for path in PAGES}
        foreign = {host for seen in visits.values() for host in seen.hosts} - {urlsplit(stack.platform).netloc}
    figures = {
        "bench": "first_visit",
        "pages": {
            path: {"bytes": sum(seen.received.values()), "requests": len(seen.received), "by_address": seen.received}
            for path, seen in visits.items()
        },
        "third_parties": sorted(foreign),
        "goal": {"bytes": MOST_BYTES, "requests": MOST_REQUESTS, "third_parties": 0},
    }
    print(json.dumps(figures, ensure_ascii=False))
    within = all(
        sum(seen.received.values()) <= MOST_BYTES and len(seen.received) <= MOST_REQUESTS for seen in visits.values()
    )
    return 0 if within and not foreign else 1


if __name__ == "__main__":
    sys.exit(main())
