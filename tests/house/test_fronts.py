"""nginx and Caddy with our files of ``deploy/``, as Debian packages them: what they let through, and what not."""

import contextlib
import hashlib
import json
import random
import re
import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from people.houses.fronts import DEPLOY, HOST, Front, caddy, nginx
from people.houses.loopback import Loopback, loopback, reply
from people.houses.served import served
from tests.support.sources import DOCS

FRONTS = {"nginx": nginx, "caddy": caddy}
PICTURES = "/collection/personal/"  # takes files
FORGED = [
    "X_Forwarded_For: 9.9.9.9",
    "X_Forwarded_Proto: http",
    "X-Forwarded_For: 9.9.9.9",
    "x_real_ip: 9.9.9.9",
    "X_Forwarded_Host: evil.example",
    "Content_Length: 7",
]
ORDERS = {
    "before": (*FORGED, "X-Forwarded-For: 1.1.1.1"),
    "after": ("X-Forwarded-For: 1.1.1.1", *FORGED),
    "around, twice": (*FORGED, "X-Forwarded-For: 1.1.1.1", *FORGED, "X-Forwarded-For: 2.2.2.2"),
}


@pytest.fixture(scope="module")
def platform() -> Iterator[Loopback]:
    """Behind the fronts: remembers what arrives, as it stood on the wire."""
    with loopback(reply(200, "fine")) as partner:
        yield partner


@pytest.fixture(scope="module", params=FRONTS)
def front(request: pytest.FixtureRequest, platform: Loopback) -> Iterator[Front]:
    with FRONTS[request.param](int(platform.url.rpartition(":")[2])) as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_yet(platform: Loopback) -> None:
    platform.requests.clear()


def exchange(wire: socket.socket, text: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of the one answer; the connection is closed."""
    received = b""
    with wire, contextlib.suppress(ConnectionError, ssl.SSLEOFError):
        wire.sendall(text.encode() + body)
        while not whole(received) and (part := wire.recv(65536)):
            received += part
    head, _, rest = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), rest


def whole(answer: bytes) -> bool:
    """Whether all is there that it announces: nginx keeps a connection that it refused for five seconds more."""
    head, _, rest = answer.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return length is not None and len(rest) >= int(length[1])


def get(path: str, *lines: str) -> str:
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {HOST}", "Connection: close", *lines, "", ""])


def post(path: str, length: int, *lines: str) -> str:
    return get(path, f"Content-Length: {length}", *lines).replace("GET", "POST", 1)


def test_a_request_arrives_with_what_the_proxy_vouches_for(front: Front, platform: Loopback) -> None:
    forged = ("X-Forwarded-Proto: http", "X-Forwarded-Host: evil.example", "Forwarded: for=9.9.9.9")
    assert exchange(front.connect(), get("/a?b=%20c", *forged))[0] == 200
    (seen,) = platform.requests
    assert (seen.path, seen.headers["host"]) == ("/a?b=%20c", HOST)
    assert seen.headers["x-forwarded-proto"] == "https"
    assert seen.headers["x-forwarded-for"].split(", ")[-1] == "127.0.0.1"
    assert seen.headers.keys() & {"x-forwarded-host", "forwarded"} <= {"x-forwarded-host"}
    assert seen.headers.get("x-forwarded-host") in (None, HOST)


@pytest.mark.parametrize("order", ORDERS)
def test_no_header_with_an_underscore_passes(order: str, front: Front, platform: Loopback) -> None:
    assert exchange(front.connect(), get("/", *ORDERS[order]))[0] == 200
    (seen,) = platform.requests
    assert [name for name in seen.headers if "_" in name] == []
    assert seen.headers["x-forwarded-for"].split(", ")[-1] == "127.0.0.1"


def test_plain_http_leads_to_https(front: Front, platform: Loopback) -> None:
    wire = socket.create_connection(("127.0.0.1", front.plain_port), timeout=10)
    assert exchange(wire, get("/login/"))[0] in (301, 308)
    assert platform.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_of_tls_are_refused(version: ssl.TLSVersion, front: Front) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # else we would refuse them ourselves
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    plain = socket.create_connection(("127.0.0.1", front.tls_port), timeout=10)
    with plain, pytest.raises(ssl.SSLError, match=r"(?i)version"):
        context.wrap_socket(plain, server_hostname=HOST)


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_what_is_for_operators_is_not_outside(path: str, front: Front, platform: Loopback) -> None:
    assert exchange(front.connect(), get(path))[0] == 404
    assert platform.requests == []


@pytest.mark.parametrize(("path", "length"), [("/login/", (1 << 20) + 1), (PICTURES, (72 << 20) + 1)])
def test_what_is_too_large_stops_at_the_front(path: str, length: int, front: Front, platform: Loopback) -> None:
    """By what it says of itself: not a byte of it has been sent."""
    status, body = exchange(front.connect(), post(path, length))
    assert (status, "64 MB" in body.decode()) == (413, True)
    assert platform.requests == []


@pytest.mark.parametrize(("path", "length"), [("/login/", 512 << 10), (PICTURES, 64 << 20)])
def test_what_the_platform_takes_arrives_whole(path: str, length: int, front: Front, platform: Loopback) -> None:
    body = random.Random(3).randbytes(length)
    assert exchange(front.connect(), post(path, length), body)[0] == 200
    assert [hashlib.sha256(seen.body).digest() for seen in platform.requests] == [hashlib.sha256(body).digest()]
    assert platform.requests[0].headers["content-length"] == str(length)


def test_slow_forms_wait_at_the_front(front: Front, platform: Loopback) -> None:
    slow = [front.connect() for _ in range(30)]
    for wire in slow:
        wire.sendall(post("/login/", 10_000).encode() + b"a")
    time.sleep(0.5)
    assert [exchange(front.connect(), get("/"))[0] for _ in range(5)] == [200] * 5
    assert [seen.path for seen in platform.requests] == ["/"] * 5
    for wire in slow:
        wire.close()


def test_a_platform_that_is_away_is_told_in_words() -> None:
    for make in FRONTS.values():
        with make(1) as alone:
            status, body = exchange(alone.connect(), get("/"))
            assert (status, "请过一会儿再试" in body.decode()) == (503, True)


def test_an_address_that_asks_too_often_is_held_back(platform: Loopback) -> None:
    """With small numbers in the place of ours: pages and posts each have their own."""
    port = int(platform.url.rpartition(":")[2])
    with nginx(port, burst__1000="burst=40", burst__200="burst=5", rate__50="rate=1", rate__10="rate=1") as held:
        posted = [exchange(held.connect(), post("/login/", 0)) for _ in range(12)]
        asked = [exchange(held.connect(), get("/"))[0] for _ in range(40)]
    assert [status for status, _ in posted].count(429) >= 4 and "过十秒再试" in posted[-1][1].decode()
    assert asked[0] == 200 and 429 in asked


def test_an_address_has_so_many_requests_at_a_time(platform: Loopback) -> None:
    with nginx(int(platform.url.rpartition(":")[2]), **{"kuaiji_connections   512": "kuaiji_connections 3"}) as held:
        slow = [held.connect() for _ in range(3)]
        for wire in slow:
            wire.sendall(post("/login/", 10).encode())
        time.sleep(0.3)
        assert exchange(held.connect(), get("/"))[0] == 429
        for wire in slow:
            wire.close()
        time.sleep(0.3)
        assert exchange(held.connect(), get("/"))[0] == 200


@pytest.mark.parametrize("make", FRONTS.values(), ids=FRONTS)
def test_through_front_and_gateway_the_application_hears_the_right_address(make: Any) -> None:
    """The whole way, with forged names in every order."""
    with served("tests.support.echo:application") as server, make(server.port) as running:
        answers = [exchange(running.connect(), get("/", *lines)) for lines in ORDERS.values()]
    for status, body in answers:
        headers = json.loads(body)["headers"]
        assert (status, headers["HTTP_X_FORWARDED_PROTO"]) == (200, "https")
        assert headers["HTTP_X_FORWARDED_FOR"].split(", ")[-1] == "127.0.0.1"
        assert "9.9.9.9" not in str(headers) and "evil" not in str(headers)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_forms_with_files_are_those_that_take_files(name: str) -> None:
    listed = (DOCS / "security" / "inputs.md").read_text("utf-8").partition("They are:")[2].partition(". The views")[0]
    taking = set(re.findall(r"`(/[^`]+)`", listed))
    text = (DEPLOY / name).read_text("utf-8")
    (pattern,) = set(re.findall(r"(?:location ~|path_regexp) (\S*collection\S*)", text))
    assert len(taking) > 5 and {path for path in taking if not re.search(pattern, path)} == set()
    assert not [path for path in ("/login/", "/collection/education/", "/me/", "/verify/") if re.search(pattern, path)]
