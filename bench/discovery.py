"""Can the time or the bytes of an answer tell who is registered? (S-24)

    python -m bench.discovery [--pairs 1000] [--slow-pairs 20]

Starts a house of its own. At each door somebody registered and somebody unknown ask for the same, one right after the
other, in an order drawn by chance; at registration also with the phone proven and another name than the registered
one, while the identity check answers, is away, and is slow (5 s each: ``--slow-pairs``). Prints one JSON line: the
medians and how far they are apart, and the answers that differed in more than what was typed and the form's token. The
exit status is 1 for a difference of more than 5 ms (with the phone proven: 2 ms and 5 %), or of a byte. While the check
does not answer the answers themselves differ (docs/adr/0055) and are not compared.
"""

import argparse
import dataclasses
import difflib
import json
import pprint
import random
import re
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

import httpx

from bench.support.house import bench_house
from bench.support.load import Meter, wait_for_calm
from people.http_visitor import hidden_fields
from people.numbers import resident_id

GOAL_MS = 5
LIMITS = "code_new_networks=3600:100000,86400:100000"  # all come from one network that nobody knows
PROVEN_GOAL_MS, PROVEN_GOAL_SHARE = 2, 0.05
# A name for which the identity check of the demonstration (kuaiji_standins.magic) fails on purpose.
NAMES = {"register_denied": "假不符", "register_check_away": "假停机", "register_check_slow": "假超时"}
DETAILS = "/register/details/"
WARM_UP = 20
GUESSES_EACH = 4  # at one number, below the limit
PAGES_EVERY = 10  # the page behind a redirect is compared for every tenth pair
NAME = "陈示例"


@dataclasses.dataclass(frozen=True)
class Asker:
    """What somebody types."""

    number: str
    phone: str

    @classmethod
    def make(cls, at: int) -> "Asker":
        """The same for the same ``at``; nobody else has this phone."""
        return cls(resident_id(random.Random(at)), f"138{at:08}")


Pair = tuple[Asker, Asker]  # somebody registered, somebody unknown


class Browser:
    """A visitor whose connection stays open; ``door`` is the path of the form."""

    def __init__(self, platform: str, door: str) -> None:
        self.door = door
        self.client = httpx.Client(base_url=platform, timeout=30, trust_env=False)
        if door == DETAILS:
            answers = {"works_in_accounting": "yes", "holds_qualification": "yes"}
            self.client.post("/register/", data=hidden_fields(self.client.get("/register/").text) | answers)
        self.token = hidden_fields(self.client.get(door).text)

    def prove(self, asker: Asker) -> None:
        """From here on this browser is one that has begun to register and proven the phone of ``asker``."""
        from django.conf import settings

        from kuaiji.identity.registration.services import start_registration
        from kuaiji.identity.registration.views import REGISTRATION
        from kuaiji.identity.sessions.store import SessionStore
        from kuaiji.identity.unfinished.services import keep_answers

        registration = start_registration(works_in_accounting=True, holds_qualification=True)
        keep_answers(registration, proven_phone=asker.phone)
        session = SessionStore()
        session[REGISTRATION] = str(registration.pk)
        session.create()
        self.client.cookies.delete(settings.SESSION_COOKIE_NAME)
        self.client.cookies.set(settings.SESSION_COOKIE_NAME, str(session.session_key))

    def ask(self, asker: Asker, **typed: str) -> tuple[float, httpx.Response]:
        """Send the form; seconds until the whole answer is there."""
        data = {"document_number": asker.number, "phone": asker.phone, **typed, **self.token}
        begin = time.perf_counter()
        response = self.client.post(self.door, data=data)
        return time.perf_counter() - begin, response


def essence(response: httpx.Response, asker: Asker) -> tuple[Any, ...]:
    """The answer without what was typed, the token, the seconds that pass, and the cookie that is sent each minute."""
    text = response.text.replace(asker.number, "NUMBER").replace(asker.phone, "PHONE")
    text = text.replace(f"{asker.phone[:3]}******{asker.phone[-2:]}", "MASKED")
    text = re.sub(r'(csrfmiddlewaretoken" value="|data-seconds-left=")[^"]*|\d+(?= ?秒)', r"\1", text)
    headers = {name: value for name, value in response.headers.items() if name not in ("date", "set-cookie")}
    return response.status_code, headers, text


def compare(
    browser: Browser, pairs: Sequence[Pair], *, proven: bool = False, alike: bool = True, **typed: str
) -> dict[str, Any]:
    """Medians in milliseconds for registered and unknown askers, and how many answers differed.

    The first pairs are warm-up. ``proven``: each asker has a proven phone, and a session of its own. ``alike``: answers
    should be the same; how they differ goes to standard error.
    """
    rng = random.Random(len(pairs))
    taken: tuple[list[float], list[float]] = ([], [])
    statuses, differ = set(), 0
    foreign, meter = wait_for_calm(), Meter()
    for at, pair in enumerate(pairs):
        seen: list[list[Any]] = [[], []]
        for side in rng.sample((0, 1), 2):
            if proven:
                browser.prove(pair[side])
            seconds, response = browser.ask(pair[side], **typed)
            statuses.add(response.status_code)
            seen[side].append(essence(response, pair[side]))
            if response.is_redirect and not proven and at % PAGES_EVERY == 0:
                seen[side].append(essence(browser.client.get(browser.door), pair[side]))
            taken[side].append(seconds * 1000)
        if seen[0] != seen[1]:
            differ += 1
        if seen[0] != seen[1] and alike:
            known, unknown = (pprint.pformat(side, width=200).splitlines() for side in seen)
            print(*difflib.unified_diff(known, unknown, n=0), sep="\n", file=sys.stderr)
    cold = min(WARM_UP, len(pairs) // 4)
    medians = [statistics.median(side[cold:]) for side in taken]
    return {
        "pairs": len(pairs) - cold,
        "statuses": sorted(statuses),
        "known_ms": round(medians[0], 2),
        "unknown_ms": round(medians[1], 2),
        "difference_ms": round(medians[0] - medians[1], 2),
        "answers_that_differ": differ,
        "foreign_cores": max(foreign, meter.foreign_cores()),
    }


def register(askers: Sequence[Asker]) -> None:
    """Make them users, as registering would have; all have one password, which nobody types here."""
    from kuaiji.identity.passwords.hashing import encode_for
    from people.persons import make_person
    from people.records.users import make_user

    someone, password = make_person(random.Random(1), status="1", name=NAME), encode_for("春风 xiao-yu 0417", [])
    for asker in askers:
        user = make_user(dataclasses.replace(someone, document_number=asker.number, phone=asker.phone))
        user.password = password
        user.save(update_fields=["password"])


def is_apart(door: str, told: dict[str, Any]) -> bool:
    """Whether times, or answers that should not, tell who is registered."""
    apart = abs(told["difference_ms"])
    if door not in NAMES:
        return bool(told["answers_that_differ"]) or apart > GOAL_MS
    unlike = door == "register_denied" and told["answers_that_differ"]
    return bool(unlike) or apart > PROVEN_GOAL_MS or apart > PROVEN_GOAL_SHARE * told["unknown_ms"]


def forget() -> None:
    """What limits count: the same phones are asked for at several doors."""
    from kuaiji.identity.models import SmsCode
    from kuaiji.limits.models import Attempt

    Attempt.objects.all().delete()
    SmsCode.objects.all().delete()


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--slow-pairs", type=int, default=20)
    args = parser.parse_args()
    count = args.pairs + WARM_UP
    known, unknown = ([Asker.make(at) for at in range(begin, begin + count)] for begin in (0, 1_000_000))
    pairs = list(zip(known, unknown, strict=True))
    few = pairs[: -(-len(pairs) // GUESSES_EACH)]
    person: dict[str, Any] = {"name": NAME, "document_type": "01", "document_country": ""}
    figures: dict[str, Any] = {}
    with bench_house(KUAIJI_LIMITS=LIMITS) as house:
        register(known)
        figures["sign_in"] = compare(Browser(house.platform, "/login/"), (few * GUESSES_EACH)[:count], password="wrong")
        details = Browser(house.platform, DETAILS)
        figures["register_send_code"] = compare(details, pairs, action="send_code", **person)
        forget()
        recovery = Browser(house.platform, "/recover/")
        figures["recover_send_code"] = compare(recovery, pairs, action="send_code")
        figures["recover_wrong_code"] = compare(recovery, pairs, action="verify", sms_code="000000")
        forget()
        by_code = Browser(house.platform, "/login/code/")
        figures["code_send_code"] = compare(by_code, pairs, action="send_code")
        figures["code_wrong_code"] = compare(by_code, pairs, action="verify", sms_code="000000")
        for door, name in NAMES.items():
            forget()
            some = pairs[: args.slow_pairs] if name == "假超时" else pairs
            typed = person | {"name": name, "action": "register", "sms_code": ""}
            if some:
                alike = door == "register_denied"
                figures[door] = compare(details, some, proven=True, alike=alike, **typed)
    wrong = [door for door, told in figures.items() if is_apart(door, told)]
    print(json.dumps({"bench": "discovery", "goal_ms": GOAL_MS, **figures, "wrong": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
