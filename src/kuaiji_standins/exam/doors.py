"""The platforms that can be asked, with our keys there, and what they answer."""

import base64
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from kuaiji.common import environment
from kuaiji.common.http import Partner, PartnerAnswer, PartnerUnavailable
from kuaiji_standins.exam.signing import Key, signed

KEYS = "demo-exam-client.json"
QUESTIONS, REPAIRS = "/api/exam/v1/verifications", "/api/exam/v1/repairs"


class Verdict(PartnerAnswer):
    """One condition of the registration."""

    condition: str
    met: bool
    code: str
    text: str
    remedy_url: str | None = None


class Verification(PartnerAnswer):
    """What the platform says of a candidate; ``code`` and ``text`` where it knows nobody by this name and number."""

    outcome: Literal["found", "not_found", "name_mismatch"]
    code: str = ""
    text: str = ""
    remedy_url: str | None = None
    eligible: bool = False
    verdicts: list[Verdict] = []
    collect_by: str | None = None
    answered_at: str
    answer_id: str


class Problem(Exception):
    """The platform did not take the question: ``code`` by RFC 9457, ``field`` where one is to blame."""

    def __init__(self, status: int, data: Any) -> None:
        said: Mapping[str, Any] = data if isinstance(data, dict) else {}
        self.status, self.code, self.field = status, str(said.get("code", "")), said.get("field")
        words = [said.get("title"), said.get("limit") and f"应为{said['limit']}", said.get("remedy")]
        self.words = "，".join(str(each) for each in words if each) or "平台没有受理"
        super().__init__(f"{status} {self.code}")


@dataclass(frozen=True, slots=True)
class Door:
    """One platform: its code and region, where it answers, and our key there."""

    platform: str
    region: str
    address: str
    key: Key

    def verify(self, question: Mapping[str, Any]) -> Verification:
        """The answer about one candidate. Raises Problem, PartnerUnavailable."""
        body = json.dumps(question, ensure_ascii=False).encode()
        partner = _partner(self.address)
        return partner.read(self._ask("POST", QUESTIONS, body), Verification)

    def repairs(self, after: str) -> tuple[list[str], str]:
        """References of refusals that were mended since ``after``, and where to go on. Raises as ``verify``."""
        data = self._ask("GET", f"{REPAIRS}?after={after}")
        try:
            return [str(each["reference"]) for each in data["repairs"]], str(data["next"])
        except (KeyError, TypeError):
            raise PartnerUnavailable("exam", "bad_answer") from None

    def _ask(self, method: str, target: str, body: bytes | None = None) -> Any:
        headers = signed(self.key, method, urlsplit(self.address).netloc, target, body)
        answer = _partner(self.address).call(method, target, content=body, headers=headers)
        if answer.status != 200:
            raise Problem(answer.status, answer.data)
        return answer.data


def doors() -> dict[str, Door]:
    """By the platforms' codes, in the order of the file of keys; none before the platforms have made it."""
    try:
        entries = json.loads((environment.HOME.get() / KEYS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {
        each["code"]: Door(
            platform=each["code"],
            region=each["region"],
            address=each["address"],
            key=Key(each["keyid"], each["alg"], base64.b64decode(each["secret"])),
        )
        for each in entries
    }


@functools.cache
def _partner(address: str) -> Partner:
    return Partner("exam", address)
