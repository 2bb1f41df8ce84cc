"""A question in words for people from a busy address; a refusal would stop the honest ones among them too (S-22).

What is asked and how often it was answered wrongly stands in the session. Needs neither pictures nor script, and reads
well aloud.
"""

import secrets
import unicodedata
from typing import Any

from django.http import HttpRequest

from kuaiji.common import clock
from kuaiji.common.address import client_address
from kuaiji.common.errors import RuleBroken
from kuaiji.limits.kinds import Kind
from kuaiji.limits.rules import in_words
from kuaiji.limits.services import address_of, asks_question

CHALLENGE = "challenge"
PASSES = 5  # how many acts one right answer is good for
PATIENCE = 2  # wrong answers before waiting begins
LONGEST_WAIT = 300

_NUMERALS = "零一二三四五六七八九十"


class Gate:
    """The question, if this request's address has used up its free allowance for acts of ``kind``."""

    def __init__(self, request: HttpRequest, kind: Kind) -> None:
        self._session = request.session
        self.address = address_of(client_address(request))  # what services count the act under
        self._busy = asks_question(kind, self.address.key)

    @property
    def asks(self) -> bool:
        """Must the question be answered before the act?"""
        return self._busy and not self._state["passes"]

    @property
    def question(self) -> str:
        """The question as people read it; stays the same until it is answered."""
        state = self._state
        if not state["numbers"]:
            self._save_state(numbers=[2 + secrets.randbelow(8), 1 + secrets.randbelow(9)])
        left, right = self._state["numbers"]
        return f"{in_chinese(left)}加{in_chinese(right)}等于几？"

    def answer(self, text: str) -> None:
        """Take an answer; raises RuleBroken ``challenge_wait`` or ``challenge_wrong``, then with another question."""
        state, now = self._state, clock.now().timestamp()
        if (wait := int(state["wait_until"] - now)) > 0:
            raise RuleBroken("challenge_wait", f"答错次数较多，请 {in_words(wait)}后再试", CHALLENGE)
        expected = sum(state["numbers"])
        if state["numbers"] and _read(text) in {str(expected), in_chinese(expected)}:
            return self._save_state(numbers=[], passes=PASSES, wrong=0)
        wrong = state["wrong"] + 1
        wait = min(2**wrong, LONGEST_WAIT) if wrong > PATIENCE else 0
        self._save_state(numbers=[], wrong=wrong, wait_until=now + wait)
        raise RuleBroken("challenge_wrong", "回答不对，请回答新的问题，例如：十二", CHALLENGE)

    def spend(self) -> None:
        """An act was done, and counted by the service that did it: use up one pass where passes are needed."""
        if self._busy and self._state["passes"]:
            self._save_state(passes=self._state["passes"] - 1)

    @property
    def _state(self) -> dict[str, Any]:
        begin: dict[str, Any] = {"numbers": [], "passes": 0, "wrong": 0, "wait_until": 0.0}
        kept: dict[str, Any] = self._session.get(CHALLENGE, {})
        return begin | kept

    def _save_state(self, **values: Any) -> None:
        self._session[CHALLENGE] = self._state | values


def in_chinese(number: int) -> str:
    """0 to 19 in words."""
    if number <= 10:
        return _NUMERALS[number]
    return "十" + _NUMERALS[number - 10]


def _read(text: str) -> str:
    compact = "".join(unicodedata.normalize("NFKC", text[:20]).split()).rstrip("。.")
    return compact.replace("两", "二").replace("一十", "十")
