"""The home page while people send pictures as fast as they can: the largest that are taken, three at a time.

    python -m bench.greedy_uploads [--accounts 12] [--seconds 25]

Every account posts the page of its papers with three progressive JPEGs of some 9 MB, again and again; beside it one
visitor asks for the home page twenty times a second. Starts a house of its own; prints one JSON line: milliseconds of
the home page, what became of the posts, and how many pictures were kept. Goal: 95 % of the home pages within 200 ms.
"""

import argparse
import collections
import http.client
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from PIL import Image

from bench.support.house import bench_house
from bench.support.load import Meter, ask
from people.hostile.pictures import encoded

PAGE, FIELDS, BOUNDARY = "/collection/personal/", ("photo", "id_card_front", "id_card_back"), "kuaiji-3b9c"
BETWEEN_SECONDS = 0.05
GOAL_P95 = 200.0


def large_picture() -> bytes:
    """A progressive JPEG of about 9 MB."""
    return encoded(Image.effect_noise((3800, 2800), 80).convert("RGB"), quality=90, progressive=True)


def form(picture: bytes, nth: int, token: str) -> bytes:
    """The form with three pictures; the bytes differ from time to time, so that none is known already."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'.encode()]
    for place, field in enumerate(FIELDS):
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{field}.jpg"\r\n\r\n'
        parts += [head.encode(), picture, (3 * nth + place).to_bytes(4), b"\r\n"]
    return b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))


def post(platform: str, body: bytes, cookies: Mapping[str, str]) -> str:
    """The status, or the name of what broke the connection."""
    parts = urlsplit(platform)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    try:
        connection.request("POST", PAGE, body, headers)
        answer = connection.getresponse()
        answer.read()
    except OSError as error:
        return type(error).__name__
    else:
        return str(answer.status)
    finally:
        connection.close()


def look_at_home(platform: str, seconds: float) -> dict[str, float]:
    """Ask for the home page for so long; milliseconds."""
    taken, ends = [], time.monotonic() + seconds
    while time.monotonic() < ends:
        begun = time.perf_counter()
        assert ask(f"{platform}/", cookies={})[0] == 200
        taken.append((time.perf_counter() - begun) * 1000)
        time.sleep(BETWEEN_SECONDS)
    cuts = statistics.quantiles(taken, n=100, method="inclusive")
    middle, most = (round(cuts[percent - 1], 1) for percent in (50, 95))
    return {"pages": len(taken), "p50_ms": middle, "p95_ms": most, "max_ms": round(max(taken), 1)}


def measure(platform: str, jars: list[dict[str, str]], seconds: float) -> dict[str, Any]:
    """Let the accounts send, and look at the home page meanwhile."""
    from bench.support.citizens import CSRF

    picture, over = large_picture(), threading.Event()
    became: collections.Counter[str] = collections.Counter()

    def send(cookies: dict[str, str], nth: int) -> None:
        while not over.is_set():
            became[post(platform, form(picture, nth, CSRF), cookies)] += 1
            nth += len(jars)

    threads = [threading.Thread(target=send, args=(jar, nth), daemon=True) for nth, jar in enumerate(jars)]
    alone, meter = look_at_home(platform, seconds / 4), Meter()
    for thread in threads:
        thread.start()
    beside = look_at_home(platform, seconds)
    foreign = meter.foreign_cores()
    over.set()
    for thread in threads:
        thread.join(60)
    figures = {"home": beside, "home_alone": alone, "posts": dict(became), "foreign_cores": foreign}
    return {"picture_mb": round(len(picture) / 1e6, 1), **figures}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=25)
    args = parser.parse_args()
    rng = random.Random(13)
    with bench_house() as stack:
        from bench.support.citizens import registered, signed_in
        from kuaiji.attachments.events import FileReceived
        from kuaiji.audit.models import Event

        jars = [signed_in(registered(rng, at)) for at in range(args.accounts)]
        figures = measure(stack.platform, jars, args.seconds)
        kept = Event.objects.filter(kind=FileReceived.__name__).count()
    print(json.dumps({"bench": "greedy_uploads", "accounts": args.accounts, **figures, "kept": kept}))
    return 1 if figures["home"]["p95_ms"] > GOAL_P95 else 0


if __name__ == "__main__":
    sys.exit(main())
