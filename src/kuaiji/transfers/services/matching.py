"""Is this person released to us? The hub's verdict, in words that tell nothing about anybody else (R8.2)."""

from typing import Any

import structlog

from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.partners.clients import hub
from kuaiji.regions.models import Registry
from kuaiji_wire.answers import Match
from kuaiji_wire.errors import HubRefused, HubUnavailable, HubUntrusted
from kuaiji_wire.people import Person

log = structlog.get_logger(__name__)

_WORDS = {
    "already_claimed": "已有调入申请正在审核，请登录查看进度",
    "held_here": "您的信息已在本平台，无须调入，请直接登录",
}
_NOT_RELEASED = "没有查到调往这里的调出，请核对调入地；还没有办理的，请先到原来的平台办理调出"


def find_release(person: Person, division_code: str) -> dict[str, Any]:
    """The transfer that fits: its id, the code and the name of its origin. Talks to the hub: outside transactions.

    Raises RuleBroken ``hub_away``, ``identity_mismatch``, ``not_released`` (field ``destination_division``; also for a
    transfer that goes elsewhere), and the verdicts in ``_WORDS``.
    """
    try:
        match = hub().match_transfer(person, division_code=division_code or None)
    except (HubUnavailable, HubUntrusted, HubRefused) as error:
        log.warning("transfer_not_matched", reason=type(error).__name__)
        raise RuleBroken("hub_away", "暂时无法查询调出情况，请稍后再试") from None
    if match.verdict == "matched" and match.transfer_id and match.origin:
        known = Registry.objects.filter(pk=match.origin.code).first()
        if known:
            return {"transfer_id": str(match.transfer_id), "origin": known.pk, "name": known.name}
    raise refusal_of(match)


def identity_mismatch() -> RuleBroken:
    """Nobody of that number, or somebody of another name: the same words for both."""
    return RuleBroken("identity_mismatch", "没有找到姓名和证件都一致的人员，请核对；未采集过的请先注册", "name")


def refusal_of(match: Match) -> RuleBroken:
    """What the hub said, in words that tell nothing of anybody else."""
    if match.verdict in ("not_found", "name_mismatch"):
        return identity_mismatch()
    if match.verdict in _WORDS:
        return RuleBroken(match.verdict, _WORDS[match.verdict])
    # Released to nobody, to another platform or to another place: whoever only guesses learns nothing by asking.
    return RuleBroken("not_released", _NOT_RELEASED, "destination_division")
