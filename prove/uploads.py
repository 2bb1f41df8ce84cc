"""Hostile files through the upload page of a running house: each refused in words or stored clean, nothing dead after.

    python -m prove.uploads

A house of its own; every file is sent as a browser sends it and read back as its owner reads it. Prints one JSON line;
the exit status is 1 when a file was taken that must not be, anything but pixels was stored, a picture lay on its side,
a process of the platform died, or decoding took more than 300 MB.
"""

import concurrent.futures
import itertools
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from people.hostile.picture_checks import HEAVY, ORIENTATIONS, is_upright, peak_of_decoding, turned, with_canaries
from people.hostile.pictures import CORPUS, JPEG, Case
from people.hostile.uploading import FIELD, FILE_NAMES, PAGE, amiss, multipart, opened, picture_in
from people.houses.killing import victims
from people.houses.own_house import own_house
from people.houses.processes import descendants
from people.houses.stack import Stack
from people.http_visitor import HttpVisitor, hidden_fields
from people.persons import make_person

MOST_MEMORY = 300_000_000
CLIENTS, EACH_PERSON, A_DAY = 2, 50, 60
STORED = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{28}")


class File(NamedTuple):
    """A file to send, and what is wrong with what comes of it: nothing when all is well."""

    data: bytes
    judge: Callable[[bytes | str], str]
    name: str = "正面.jpg"


class Sender:
    """Somebody at the page of the papers; remembers how long answers took."""

    def __init__(self, visitor: HttpVisitor, seed: int) -> None:
        self.visitor = visitor
        self.visitor.register(make_person(random.Random(seed), status="1"))
        self.visitor.send("/collection/notice/", {"truthful": "on"})
        self.token = hidden_fields(self.visitor.get(PAGE))
        self.slowest = 0.0

    def post(self, body: bytes, kind: str) -> Any:
        """The answer to a body, whatever it is."""
        start = time.perf_counter()
        headers = {"Content-Type": kind, "X-CSRFToken": self.token["csrfmiddlewaretoken"]}
        answer = self.visitor.client.post(PAGE, content=body, headers=headers)
        self.slowest = max(self.slowest, time.perf_counter() - start)
        return answer

    def send(self, data: bytes, name: str = "a.jpg") -> bytes | str:
        """What is stored of a file, or the words of the refusal."""
        answer = self.post(*multipart(self.token, name, data))
        if answer.status_code != 422:
            return f"answered {answer.status_code}"
        return picture_in(answer.text, lambda address: self.visitor.client.get(address).content)


class Watch:
    """The most memory that any decoder of the house held, looked at again and again while the block lasts."""

    def __init__(self, top: int) -> None:
        self.peak = self.seen = 0
        self._top, self._over = top, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        known: set[int] = set()
        while not self._over.wait(0.02):
            for pid in descendants(self._top):
                try:
                    if b"pictures.decoder" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                        continue
                    held = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
                except OSError:
                    continue
                known.add(pid)
                self.peak = max(self.peak, int(held[1]) * 1024 if held else 0)
        self.seen = len(known)


def main() -> int:
    """Run and print."""
    start = time.perf_counter()
    with own_house() as stack:
        before = at_work(stack)
        files = dict(every_file())
        with Watch(stack.process.pid) as watch:
            faults, slowest = perform(stack, files)
            faults += beyond_the_limits(stack)
        died = len(before - at_work(stack)) + (stack.home / "run.log").read_text().count("重启")
        kept = [path.relative_to(stack.home / "files") for path in (stack.home / "files").rglob("*") if path.is_file()]
        faults += [f"stored as {path}" for path in kept if not STORED.fullmatch(str(path)) and path.suffix != ".lock"]
    peak = max(watch.peak, *measured_alone())
    figures = {
        "prove": "uploads",
        **Counter(name.partition(" ")[0] for name in files),
        "faults": len(faults),
        "processes_died": died,
        "decoders_seen": watch.seen,
        "peak_of_decoder_mb": round(peak / 1e6),
        "slowest_answer_seconds": round(slowest, 2),
        "seconds": round(time.perf_counter() - start),
    }
    print(json.dumps(figures))
    for fault in faults[:20]:
        print(fault, file=sys.stderr)
    return 1 if faults or died or peak > MOST_MEMORY else 0


def at_work(stack: Stack) -> set[int]:
    """The processes that serve the pages and do the jobs."""
    return {process for part in victims(stack.process.pid).values() for process in part}


def every_file() -> Iterator[tuple[str, File]]:
    """Each file by its sort and name."""
    for name, case in CORPUS.items():
        yield f"hostile {name}", File(case.data, partial(amiss, case))
    for orientation, kind in itertools.product(ORIENTATIONS, ("JPEG", "PNG")):
        yield f"orientations {orientation} {kind}", File(turned(orientation, kind), lies)
    for position, name in enumerate(FILE_NAMES):
        case = Case(JPEG + bytes(position + 1))  # good, and another one for each name
        yield f"file_names {position}", File(case.data, partial(amiss, case), name)
    yield "metadata", File(with_canaries(), tells)


def lies(outcome: bytes | str) -> str:
    return "" if isinstance(outcome, bytes) and is_upright(opened(outcome)) else "not upright"


def tells(outcome: bytes | str) -> str:
    return "metadata" if isinstance(outcome, bytes) and b"CANARY" in outcome else amiss(Case(b""), outcome)


def perform(stack: Stack, files: dict[str, File]) -> tuple[list[str], float]:
    """Send all files, shared out among people and clients: what was wrong, and the longest wait."""
    names = sorted(files, key=lambda name: random.Random(name).random())
    shares = [names[at : at + EACH_PERSON] for at in range(0, len(names), EACH_PERSON)]

    def share(seed: int) -> tuple[list[str], float]:
        with HttpVisitor(stack.platform) as visitor:
            sender = Sender(visitor, seed)
            sent = ((name, files[name]) for name in shares[seed])
            faults = [
                f"{name}: {fault}" for name, file in sent if (fault := file.judge(sender.send(file.data, file.name)))
            ]
        return faults, sender.slowest

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        done = list(pool.map(share, range(len(shares))))
    return [fault for faults, _ in done for fault in faults], max(slowest for _, slowest in done)


def beyond_the_limits(stack: Stack) -> list[str]:
    """Bodies too large, too many or torn, and one file a day too many."""
    faults = []
    with HttpVisitor(stack.platform) as visitor:
        sender = Sender(visitor, 1000)
        whole, kind = multipart(sender.token, "a.jpg", JPEG)
        six = b"".join(multipart({}, "a.jpg", JPEG, f"{FIELD}{at}")[0].rpartition(b"--\r\n")[0] for at in range(6))
        bodies = {
            "over 10 MB": (multipart(sender.token, "a.jpg", JPEG + bytes(10 << 20)), 422),
            "over 64 MB": (multipart(sender.token, "a.jpg", bytes(65 << 20)), 413),
            "six files": ((whole.replace(b"--%s--" % kind.partition("=")[2].encode(), six), kind), 400),
            "torn": ((whole[: len(whole) // 2], kind), 422),
            "no boundary": ((whole, "multipart/form-data"), 400),
            "another boundary": ((whole, "multipart/form-data; boundary=x"), 403),  # the form's token is not found
            "a boundary of 5,000": ((whole, f"multipart/form-data; boundary={'x' * 5000}"), 400),
        }
        for what, (body, status) in bodies.items():
            answer = sender.post(*body)
            if answer.status_code != status or "<title>" not in answer.text:
                faults.append(f"{what}: answered {answer.status_code}")
    with HttpVisitor(stack.platform) as visitor:
        sender = Sender(visitor, 1001)
        told = [sender.send(b"") for _ in range(A_DAY + 1)]
    if [words == f"今天已上传 {A_DAY} 次，请明天再上传" for words in told] != [False] * A_DAY + [True]:
        faults.append(f"one a day too many: {told[-1]!r}")
    return faults


def measured_alone() -> Iterator[int]:
    """The decoder's peak on the largest pictures it takes, each measured in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in HEAVY.items():
            yield peak_of_decoding(make(), "JPEG" if name.startswith("jpeg") else "PNG", Path(folder) / "asked")[0]


if __name__ == "__main__":
    sys.exit(main())
