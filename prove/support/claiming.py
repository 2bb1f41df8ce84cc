"""Thieves and owners who claim the same people at the same moment, and a bureau that can tell them apart."""

import dataclasses
import itertools
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from people.houses.two_platforms import Platform, Refused

Found = tuple[dict[str, Any], list[str]]
DIVISION, PLACES = "440304", ("440303", "440304", "440305", "440306", "440307")
LATER = 20  # days: past every review
THIEVES, TRIES = 4, 4  # who guess, each with a phone of their own
WAITING = 3  # claims of thieves that only wait
CLAIMS_OF_EACH = THIEVES * TRIES + WAITING + 1
WAVE = 20
OWN, STOLEN = "mulan-9-tigers-on-the-hill", "another-7-bridge-over-water"
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PASSED = ("phone", "code")
# Somebody else confirmed in the same moment, or guessed too often: the page says what to do, and the owner does it.
FIRST_COME = ("already_claimed", "claim_unverified", "limit_claim_guess_by_all")
Move = dict[str, Any]


@dataclasses.dataclass
class Crowd:
    """Everybody's claims; ``came_to`` counts what each was answered."""

    origin: Platform
    destination: Platform
    rng: random.Random
    phones: Iterator[int] = dataclasses.field(default_factory=lambda: itertools.count(13600000000))
    came_to: Counter[str] = dataclasses.field(default_factory=Counter)
    moves: list[Move] = dataclasses.field(default_factory=list)
    claims: int = 0
    waves: int = 0

    def wave(self, numbers: range) -> None:
        """Some people set out; all of them are claimed by thieves and owners; the bureau decides."""
        self.release(numbers)
        moves = self.moves[-len(numbers) :]
        for move in moves:
            self.besiege(move)
        for platform in (self.destination, self.origin):
            platform.do("settle")
        for move in moves:
            if move["road"] not in PASSED:
                self.let_through(move)
        self.destination.do("review", days=LATER)
        for platform in (self.destination, self.origin):
            platform.do("settle")

    def release(self, numbers: range) -> None:
        """They apply and are let go, every third wave in version 1 of the wire."""
        version = 1 if self.waves % 3 == 2 else 2
        self.waves += 1
        self.origin.do("speak", version=version)
        where = {"destination": self.destination.code, "division": DIVISION}
        for number in numbers:
            made = self.origin.do("set_out", seed=number, **where)
            self.moves.append(made | {"version": version, "road": "", "phone": made["details"]["phone"]})
        self.origin.do("review", days=LATER)
        for platform in (self.origin, self.destination):
            platform.do("settle")
        for move in self.moves[-len(numbers) :]:
            move["code"] = self.origin.do("code_of", transfer=move["transfer"])

    def besiege(self, move: Move) -> None:
        """Thieves and the owner at the same moment."""
        asked = {"details": move["details"], "division": DIVISION}
        guesses = [("try_often", self.guesses(move)) for _ in range(THIEVES)]
        waiting = [("claim", asked | {"phone": self.phone(), "password": STOLEN}) for _ in range(WAITING)]
        crowd = [*guesses, *waiting, ("claim", asked | self.proof(move))]
        self.rng.shuffle(crowd)
        place = crowd.index(("claim", asked | move["proof"]))
        answers = self.destination.do("at_once", each=crowd)
        self.claims += CLAIMS_OF_EACH
        self.count([answer for at, answer in enumerate(answers) if at != place])
        self.own(move, answers[place])

    def own(self, move: Move, answer: Any) -> None:
        """The owner's answer; who was told that somebody else was first comes again, once."""
        if answer in FIRST_COME:
            tries = [{"division": DIVISION, "code": move["proof"].get("code", "")}]
            phone = move["proof"].get("phone", "")
            try:
                answer = self.destination.do("try_and_claim", details=move["details"], tries=tries, phone=phone)
            except Refused as refused:  # left the bureau
                answer = str(refused)
        move["road"] = answer["road"] if isinstance(answer, dict) else ""
        move["claim"] = answer["claim"] if isinstance(answer, dict) else ""
        self.came_to[f"owner: {move['road'] or answer}"] += 1

    def let_through(self, move: Move) -> None:
        """Nothing proves the owner: the bureau refuses whom it does not know, and two people let the owner through."""
        for claim in self.destination.do("to_verify", transfer=move["transfer"]):
            if claim["password_is"] != OWN:
                for name in ("张三", "李四"):
                    self.destination.do("decide", claim=claim["claim"], by=name, refuse="不是本人")
        self.destination.do("settle")
        if not move["claim"]:
            tries = [{"division": DIVISION}]
            made = self.destination.do("try_and_claim", details=move["details"], tries=tries, phone=self.phone())
            move["claim"] = made["claim"]
            self.destination.do("settle")
        for name in ("张三", "李四"):
            self.destination.do("decide", claim=move["claim"], by=name)

    def proof(self, move: Move) -> dict[str, str]:
        """With what the owner comes: most with the phone, some with the code, some with neither."""
        kind = self.rng.choices(("phone", "code", "neither"), (6, 3, 1))[0]
        move["proof"] = {} if kind == "phone" else {"phone": self.phone()}
        if kind == "code" and move["code"]:
            move["proof"]["code"] = move["code"]
        return dict(move["proof"])

    def guesses(self, move: Move) -> dict[str, Any]:
        """Places and codes that one thief tries with one phone."""
        made = [
            {"division": self.rng.choice(PLACES), "code": "".join(self.rng.choices(SIGNS, k=8))} for _ in range(TRIES)
        ]
        return {"details": move["details"], "phone": self.phone(), "tries": made}

    def phone(self) -> str:
        """One that nobody had."""
        return str(next(self.phones))

    def count(self, answers: list[Any]) -> None:
        """What the thieves were answered."""
        for answer in answers:
            for one in answer if isinstance(answer, list) else [answer]:
                self.came_to[f"thief: {one['road'] if isinstance(one, dict) else one}"] += 1


def claim_all(origin: Platform, destination: Platform, *, claims: int, wave: int = WAVE) -> Found:
    """So many claims, in waves of people; how they ended, and what is wrong."""
    people = -(-claims // CLAIMS_OF_EACH)
    crowd = Crowd(origin, destination, random.Random(claims))
    for start in range(0, people, wave):
        crowd.wave(range(start, min(start + wave, people)))
    origin.do("speak", version=2)
    figures, wrong = judge(crowd)
    return {"claims": crowd.claims, "people": people, **figures, "answers": dict(sorted(crowd.came_to.items()))}, wrong


def judge(crowd: Crowd) -> Found:
    """Whose archive went to whom."""
    stolen, stopped = [], []
    versions = Counter(move["version"] for move in crowd.moves)
    for move in crowd.moves:
        try:
            found = crowd.destination.do("holder_of", transfer=move["transfer"], passwords=[OWN, STOLEN])
        except Refused:
            found = {"record": False, "password": ""}
        if found["record"] and found["password"] != OWN:
            stolen.append(move["transfer"])
        if not found["record"]:
            stopped.append(f"{move['transfer']}: {move['road']}")
    wrong = [f"stolen: {one}" for one in stolen] + [f"stopped: {one}" for one in stopped]
    return {"wire": dict(versions), "stolen": len(stolen), "owners_stopped": len(stopped)}, wrong
