"""The house with nothing in front of it, while others hold connections; and how many of the database's it takes.

How quick pages are meanwhile, with 628 such visitors: ``prove/slow_visitors.py``.
"""

import concurrent.futures
import http.client
import re
import socket
from collections import Counter

import httpx
import psycopg
import pytest

from kuaiji.cli import APPLICATIONS
from kuaiji.house.postgres import CONFIGURATION
from people.hostile.slow_visitors import Crowd
from people.houses.own_house import development_of
from people.houses.stack import Stack
from tests.support.sources import read_rows

PLATFORM, HUB, STANDINS = 0, 2, 3  # ports of a house, after its base
PAGES = {PLATFORM: "/", HUB: "/readyz", STANDINS: "/readyz"}
PATHS = {PLATFORM: "/login/", HUB: "/wire/v1/messages", STANDINS: "/sms/"}


def status(port: int, page: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", page)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("service", PAGES)
def test_slow_visitors_stop_nobody(service: int, stack: Stack) -> None:
    port = stack.base_port + service
    crowd = Crowd(port, path=PATHS[service], page=PAGES[service])
    try:
        crowd.join("bodies", 40)
        crowd.join("idle", 140)  # more than two workers took before
        crowd.join("readers", 8)
        crowd.drip()
        assert [status(port, PAGES[service]) for _ in range(12)] == [200] * 12
    finally:
        crowd.leave()


@pytest.mark.parametrize("session", ["", "kuaiji_guangdong_session=made-up"])
def test_pictures_of_who_is_not_signed_in_are_not_read(session: str, stack: Stack) -> None:
    """They are led to the sign-in although of 2 MB not one has been sent."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.base_port, timeout=10)
    connection.putrequest("POST", "/changes/name/")
    kind = "multipart/form-data; boundary=x"
    for name, value in {"Content-Type": kind, "Content-Length": "2000000", "Cookie": session}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.headers["location"]) == (302, "/login/?next=/changes/name/")
    assert answer.headers["connection"] == "close"
    connection.close()


def refused(stack: Stack) -> dict[str, int]:
    """What the platform tells of the requests that never reached the application."""
    figures = httpx.get(f"{stack.platform}/metrics", trust_env=False).text
    return {
        name: int(float(count))
        for name, count in re.findall(r'kuaiji_requests_refused_total\{reason="(\w+)"\} (\S+)', figures)
    }


def test_what_the_server_refuses_is_counted_for_all_workers(stack: Stack) -> None:
    before = refused(stack).get("two_hosts", 0)
    for _ in range(6):
        with socket.create_connection(("127.0.0.1", stack.base_port), timeout=10) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            assert wire.recv(12) == b"HTTP/1.1 400"
    assert refused(stack)["two_hosts"] == before + 6


def declared() -> dict[str, int]:
    """What docs/production.md says of the connections that one process of each kind takes at most."""
    return {row[0].strip("`"): int(row[1]) for row in read_rows("production.md", heading="a process of")}


def test_all_processes_of_a_house_stay_below_its_databases_connections() -> None:
    """Two platforms with a worker each, the hub with its timer, the stand-ins; 10 are left to people and commands."""
    most = declared()
    platforms = 2 * (APPLICATIONS["serve"].workers * most["kuaiji serve"] + most["kuaiji worker"])
    others = most["kuaiji hub-serve"] + most["kuaiji hub expire"] + most["kuaiji standins-serve"]
    assert platforms + others + 10 < int(CONFIGURATION["max_connections"])


def test_a_house_takes_no_more_connections_than_is_written(stack: Stack) -> None:
    most = declared()
    # What watches has a thread of its own, and is refused where too many watch (docs/adr/0099).
    pages = PAGES | {PLATFORM: "/login/"}
    with concurrent.futures.ThreadPoolExecutor(48) as pool:
        asked = [
            pool.submit(status, stack.base_port + service, page)
            for service, page in pages.items()
            for _ in range(8 if service == HUB else 40)
        ]
        counted = Counter[str]()
        while not all(each.done() for each in asked):
            counted |= connections(stack)
    assert {each.result() for each in asked} == {200}
    counted |= connections(stack)
    assert counted["kuaiji_guangdong"] <= APPLICATIONS["serve"].workers * most["kuaiji serve"] + most["kuaiji worker"]
    assert counted["kuaiji_hub"] <= most["kuaiji hub-serve"] + most["kuaiji hub expire"]
    assert counted["kuaiji_standins"] <= most["kuaiji standins-serve"]
    assert min(counted[name] for name in ("kuaiji_guangdong", "kuaiji_hub", "kuaiji_standins")) > 0


def connections(stack: Stack) -> Counter[str]:
    """Those of the app role, by database, at this moment."""
    query = "SELECT datname, count(*) FROM pg_stat_activity WHERE usename = 'kuaiji_app' GROUP BY datname"
    with psycopg.connect(development_of(stack).server.admin_url) as admin:
        return Counter({str(name): int(count) for name, count in admin.execute(query).fetchall()})
