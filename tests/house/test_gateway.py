"""The server in front of the application (ADR 0061): who is slow, silent or torn holds no thread, and what of a request
reaches WSGI. Counts and orders only; how fast it is meanwhile is told by ``prove/slow_visitors.py``."""

import base64
import concurrent.futures
import contextlib
import hashlib
import json
import random
import re
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kuaiji.house import serving
from people.houses.served import Served, served

TARGET = "tests.support.echo:application"
POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"
GET = "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    """One worker with two threads: bodies get a second, headers two."""
    with served(TARGET, bodies_STRETCH_SECONDS=1, serving_HEADER_MILLISECONDS=2000) as running:
        yield running


def connect(server: Served, text: str = "") -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=15)
    wire.sendall(text.encode("latin-1"))
    return wire


def rest(wire: socket.socket) -> bytes:
    """All that comes until the server hangs up."""
    received = b""
    with wire, contextlib.suppress(ConnectionResetError):
        while part := wire.recv(65536):
            received += part
    return received


def ask(server: Served, path: str = "/") -> Any:
    """What the application tells of a request."""
    return told(rest(connect(server, GET.format(path))))


def told(answer: bytes) -> Any:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), answer
    return json.loads(body)


def drip(wires: list[socket.socket], piece: bytes, *, seconds: float) -> None:
    """Send a little on all of them, again and again; some may have been closed."""
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        for wire in wires:
            with contextlib.suppress(OSError):
                wire.sendall(piece)
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("path", "length"), [("/", 5_000), ("/programs/", 190_000), ("/", 3_000_000)]
)  # in memory twice, and on the disk
def test_slow_bodies_hold_no_thread_and_are_ended(path: str, length: int, server: Served) -> None:
    before = ask(server)["number"]
    slow = [connect(server, POST.format(length).replace("/", path, 1)) for _ in range(64)]
    answered = [ask(server)["number"] for _ in range(20)]
    assert answered == list(range(before + 1, before + 21))
    drip(slow, b"a", seconds=2.5)
    assert [rest(wire)[:12] for wire in slow] == [b"HTTP/1.1 408"] * 64
    assert ask(server)["number"] == before + 21


def test_a_body_that_stops_after_a_quick_beginning_is_ended(server: Served) -> None:
    with connect(server, POST.format(3_000_000)) as wire:
        wire.sendall(bytes(2_000_000))
        assert rest(wire).startswith(b"HTTP/1.1 408")


def test_a_torn_body_never_reaches_the_application(server: Served) -> None:
    before = ask(server)["number"]
    for path, length in (("/", 5_000), ("/programs/", 190_000), ("/", 3_000_000)):
        with connect(server, POST.format(length).replace("/", path, 1)) as wire:
            wire.sendall(bytes(length - 1))
    time.sleep(0.5)
    assert ask(server)["number"] == before + 1


def test_a_large_body_arrives_as_it_was_sent(server: Served) -> None:
    body = random.Random(1).randbytes(3_500_000)
    wire = connect(
        server, POST.format(len(body)).replace("/ ", "/digest ", 1).replace("Host", "Connection: close\r\nHost")
    )
    for at in range(0, len(body), 70_001):
        wire.sendall(body[at : at + 70_001])
    assert told(rest(wire)) == hashlib.sha256(body).hexdigest()


def test_requests_with_large_bodies_have_half_of_the_threads(server: Served) -> None:
    """Of two threads one; those without a body have both."""
    wire = "POST /busy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n"
    large = [connect(server, wire.format(100_000) + "a" * 100_000) for _ in range(5)]
    assert [told(rest(each)) for each in large] == [1] * 5
    small = [connect(server, GET.format("/busy")) for _ in range(5)]
    assert max(told(rest(each)) for each in small) == 2


def test_larger_bodies_of_programs_stay_in_memory_as_long_as_there_is_room() -> None:
    """One fills the room of such bodies, still on its way: the next one has to go by the disk."""
    body, length = random.Random(2).randbytes(190_000), 190_000
    text = POST.format(length).replace("/ ", "/programs/digest ", 1).replace("Host", "Connection: close\r\nHost")
    with served(TARGET, bodies_AT_ONCE_IN_MEMORY=200_000, bodies_AT_ONCE=100_000) as running:
        first = connect(running, text)
        first.sendall(body[:-1])
        time.sleep(0.3)
        second = connect(running, text)
        second.sendall(body)
        assert rest(second).startswith(b"HTTP/1.1 503")  # the disk has no room for it here
        first.sendall(body[-1:])
        assert told(rest(first)) == hashlib.sha256(body).hexdigest()
        third = connect(running, text)
        third.sendall(body)
        assert told(rest(third)) == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize(("path", "length"), [("/", 4_000_001), ("/little", 1001)])
def test_a_body_over_the_cap_is_refused_before_it_is_sent(path: str, length: int, server: Served) -> None:
    answer = rest(connect(server, POST.format(length).replace("/", path, 1)))
    assert answer.startswith(b"HTTP/1.1 413") and b"connection: close" in answer


def test_a_larger_body_of_who_may_not_bring_it_is_not_read(server: Served) -> None:
    answer = rest(connect(server, POST.format(70_000).replace("/ ", "/unwanted ", 1)))
    assert answer.startswith(b"HTTP/1.1 413") and b"connection: close" in answer
    small = POST.format(3).replace("/ ", "/unwanted ", 1).replace("Host", "Connection: close\r\nHost") + "abc"
    assert told(rest(connect(server, small)))["body"] == "abc"


def test_a_body_without_a_length_is_not_read(server: Served) -> None:
    answer = rest(
        connect(server, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n")
    )
    assert answer.startswith(b"HTTP/1.1 411")


def test_idle_connections_are_ended_and_hold_nothing(server: Served) -> None:
    idle = [connect(server) for _ in range(150)]
    kept = [connect(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(150)]
    assert ask(server)["method"] == "GET"
    assert [rest(wire) for wire in idle] == [b""] * 150
    assert all(rest(wire).startswith(b"HTTP/1.1 200") for wire in kept)


def test_readers_who_do_not_read_hold_no_thread(server: Served) -> None:
    wires = [connect(server, GET.format("/large")) for _ in range(8)]
    assert [ask(server)["method"] for _ in range(10)] == ["GET"] * 10
    for wire in wires:
        wire.close()


FORGED = [
    ("X-Forwarded-For: 1.1.1.1", "X_Forwarded_For: 9.9.9.9"),
    ("X_Forwarded_For: 9.9.9.9", "X-Forwarded-For: 1.1.1.1"),
    ("X_Forwarded_For: 9.9.9.9", "X-Forwarded-For: 1.1.1.1", "X_Forwarded-For: 9.9.9.9"),
    ("X-Forwarded_For: 9.9.9.9", "X-Forwarded-For: 1.1.1.1", "x_forwarded_for: 9.9.9.9"),
]


@pytest.mark.parametrize("lines", FORGED)
def test_a_header_with_an_underscore_never_reaches_the_application(lines: tuple[str, ...], server: Served) -> None:
    more = "\r\n".join([*lines, "X_Forwarded_Proto: https", "Content_Length: 7", "Content_Type: a/b", ""])
    headers = told(rest(connect(server, GET.format("/").replace("\r\n\r\n", f"\r\n{more}\r\n"))))["headers"]
    assert headers["HTTP_X_FORWARDED_FOR"] == "1.1.1.1"
    assert headers.keys() & {"HTTP_X_FORWARDED_PROTO", "CONTENT_LENGTH", "CONTENT_TYPE"} == set()


def test_a_header_that_comes_twice_is_one_in_its_order(server: Served) -> None:
    more = "X-Forwarded-For: 1.1.1.1\r\nCookie: a=1\r\nX-Forwarded-For: 2.2.2.2\r\nCookie: b=2\r\n\r\n"
    headers = told(rest(connect(server, GET.format("/").removesuffix("\r\n") + more)))["headers"]
    assert (headers["HTTP_X_FORWARDED_FOR"], headers["HTTP_COOKIE"]) == ("1.1.1.1, 2.2.2.2", "a=1; b=2")


def test_two_hosts_are_refused(server: Served) -> None:
    answer = rest(connect(server, GET.format("/").removesuffix("\r\n") + "Host: y\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 400")


def test_the_application_sees_nothing_of_the_servers_environment(server: Served) -> None:
    assert ask(server)["headers"].keys() & {"PATH", "PYTHONPATH", "HOME"} == set()


def test_an_answer_without_a_body_keeps_the_length_that_it_tells(server: Served) -> None:
    answer = rest(connect(server, GET.format("/").replace("GET", "HEAD")))
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"\r\n\r\n")
    assert int(re.findall(rb"content-length: (\d+)", answer)[0]) > 100


def test_what_an_application_streams_is_closed(server: Served) -> None:
    before = ask(server)["closed"]
    assert rest(connect(server, GET.format("/stream"))).endswith(b"ab")
    assert ask(server)["closed"] == before + 1


def test_an_application_that_breaks_answers_500_and_goes_on(server: Served) -> None:
    for _ in range(5):
        answer = rest(connect(server, GET.format("/breaks")))
        assert answer.startswith(b"HTTP/1.1 500") and b"fault" in answer and b"LookupError" not in answer
    assert ask(server)["method"] == "GET"


def test_a_cap_that_breaks_answers_500(server: Served) -> None:
    answer = rest(
        connect(
            server, POST.format(3).replace("/ ", "/unknown ", 1).replace("Host", "Connection: close\r\nHost") + "abc"
        )
    )
    assert answer.startswith(b"HTTP/1.1 500") and b"LookupError" not in answer


def test_more_than_may_wait_are_told_to_come_back() -> None:
    with served(TARGET, threads=1, lanes_WAITING=2) as crowded, concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: rest(connect(crowded, GET.format("/slow"))), range(8)))
        assert ask(crowded)["method"] == "GET"
    refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503") and b"retry-after: 5" in answer]
    assert len(refused) == 5
    assert [told(answer) for answer in answers if answer not in refused] == ["slow"] * 3


def test_a_crowd_waits_once_and_one_that_stays_is_told_to_come_back() -> None:
    """Five come at the same moment and wait. They are still there when others come: now only one may wait.
    Once a thread has been free, a crowd waits again."""
    with served(TARGET, threads=1, lanes_STANDING_SECONDS=0.5, lanes_STAYING=1) as crowded:
        crowd = [connect(crowded, GET.format("/slow")) for _ in range(5)]
        time.sleep(0.8)
        later = [rest(connect(crowded, GET.format("/slow")))[:12] for _ in range(3)]
        assert later == [b"HTTP/1.1 503"] * 3
        assert [told(rest(wire)) for wire in crowd] == ["slow"] * 5
        again = [connect(crowded, GET.format("/slow")) for _ in range(3)]
        assert [told(rest(wire)) for wire in again] == ["slow"] * 3


def test_programs_and_people_do_not_wait_for_each_other() -> None:
    """Each kind has a thread, and nobody waits for one."""
    with served(TARGET, threads=1, lanes_WAITING=0) as crowded:
        person = connect(crowded, GET.format("/slow"))
        time.sleep(0.2)
        assert ask(crowded, "/alive")["path"] == "/alive"
        program = connect(crowded, GET.format("/programs/slow"))
        time.sleep(0.2)
        refused = [rest(connect(crowded, GET.format(path))) for path in ("/", "/programs/a", "/alive")]
        assert [answer[:12] for answer in refused] == [b"HTTP/1.1 503"] * 3
        assert [told(rest(wire)) for wire in (person, program)] == ["slow"] * 2
    for answer in refused[1:]:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"content-type: application/problem+json" in head and b"retry-after: 1" in head
        assert (json.loads(body)["status"], json.loads(body)["code"]) == (503, "busy")


@pytest.mark.parametrize(("method", "words"), [("GET", "再打开一次"), ("POST", "再提交一次")])
def test_people_are_told_so_on_a_page_of_its_own(method: str, words: str) -> None:
    with served(TARGET, threads=1, lanes_WAITING=0) as crowded:
        first = connect(crowded, GET.format("/slow"))
        time.sleep(0.2)
        wire = connect(crowded, f"{method} / HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nContent-Length: 0\r\n")
        wire.sendall(b"Connection: close\r\n\r\n")
        head, _, page = rest(wire).decode().partition("\r\n\r\n")
        assert told(rest(first)) == "slow"
    assert head.startswith("HTTP/1.1 503") and "retry-after: 5" in head and "cache-control: no-store" in head
    assert words in page and "<h1>" in page and "src=" not in page and "<link" not in page
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"content-security-policy: default-src 'none'; style-src 'sha256-{digest}'" in head


def test_what_waits_for_a_thread_of_a_shared_lane_is_answered_together(server: Served) -> None:
    """The first is alone; all that come while it is under way are one, and each gets its own answer."""
    wire = "POST {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{}"
    first = connect(server, wire.format("/together", "a"))
    time.sleep(0.2)
    others = [connect(server, wire.format("/together", body)) for body in "bcde"]
    assert told(rest(connect(server, wire.format("/together?alone", "z"))))["body"] == "z"
    assert [told(rest(one)) for one in (first, *others)] == [[1, "a"], *([4, body] for body in "bcde")]
    large = POST.format(70_000).replace("/ ", "/together ", 1).replace("Host", "Connection: close\r\nHost")
    assert told(rest(connect(server, large + "a" * 70_000)))["path"] == "/together"


def test_what_was_loaded_is_not_searched_for_cycles(server: Served) -> None:
    frozen, after = ask(server, "/collector")
    assert frozen > 10_000 and after == serving.COLLECT_AFTER


def test_what_breaks_together_is_told_to_each_and_the_lane_goes_on(server: Served) -> None:
    wire = "POST /together HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}"
    assert rest(connect(server, wire.format(5, "break")))[:12] == b"HTTP/1.1 500"
    assert told(rest(connect(server, wire.format(1, "a")))) == [1, "a"]


def test_large_bodies_share_what_room_there_is() -> None:
    """One is on its way and holds nearly all; a form is taken nevertheless, and once it is over the next one. What is
    only announced holds nothing."""
    with served(TARGET, bodies_AT_ONCE=3_000_000) as small, connect(small, POST.format(3_000_000)):
        first = connect(small, POST.format(3_000_000).replace("Host", "Connection: close\r\nHost"))
        first.sendall(bytes(2_950_000))
        time.sleep(0.5)
        answer = rest(connect(small, POST.format(100_000) + "a" * 100_000))
        assert answer.startswith(b"HTTP/1.1 503") and b"retry-after: 5" in answer
        wire = connect(small, POST.format(3).replace("Host", "Connection: close\r\nHost") + "abc")
        assert told(rest(wire))["body"] == "abc"
        first.sendall(bytes(50_000))
        assert len(told(rest(first))["body"]) == 3_000_000
        again = connect(small, POST.format(100_000).replace("Host", "Connection: close\r\nHost") + "a" * 100_000)
        assert len(told(rest(again))["body"]) == 100_000


def test_a_stop_lets_requests_under_way_finish() -> None:
    with served(TARGET) as stopping:
        wires = [connect(stopping, GET.format("/slow")) for _ in range(2)]
        time.sleep(0.3)
        stopping.process.send_signal(signal.SIGTERM)
        assert [told(rest(wire)) for wire in wires] == ["slow", "slow"]
        assert stopping.process.wait(20) == 0
