"""What a test has people do who claim what is theirs, or is not: run in a process of a platform.

Named by ``platform_commands``, whose functions a test calls by name.
"""

import datetime as dt
import time
import uuid
from typing import Any

import time_machine

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import SmsCode
from kuaiji.identity.people.details import Details
from kuaiji.identity.sms_codes.services import draw_requested_code
from kuaiji.identity.unfinished.services import keep_answers
from kuaiji.transfers.services.claiming import (
    claim_signs_in,
    confirm_claim,
    send_claim_code,
    start_claim,
    verify_claim,
)
from kuaiji.transfers.services.guesses import tell_refused
from people.houses.bureau import decide_about
from people.houses.platform_views import PASSWORD


def claim(
    *,
    details: dict[str, str],
    division: str,
    phone: str = "",
    name: str = "",
    code: str = "",
    password: str = PASSWORD,
    patience: float = 0,
) -> dict[str, Any]:
    """验证信息 and 确认调入; pressed again for so many seconds while the hub is away."""
    draft = verify(details=details, division=division, phone=phone, name=name, code=code, patience=patience)
    row = confirm_claim(
        operation=Operation(kind=OperationKind.TRANSFER_CLAIMING, actor_kind=ActorKind.CITIZEN),
        draft_id=uuid.UUID(draft),
        password=password,
    )
    return {
        "claim": str(row.pk),
        "user": str(row.user_id),
        "state": row.state,
        "road": row.road,
        "signs_in": claim_signs_in(row),
    }


def verify(
    *, details: dict[str, str], division: str, phone: str = "", name: str = "", code: str = "", patience: float = 0
) -> str:
    """验证信息 alone: the id of what was typed."""
    typed = Details.from_flat(details | ({"phone": phone} if phone else {}) | ({"name": name} if name else {}))
    draft = start_claim()
    send_claim_code(draft=draft, details=typed, division_code=division)
    draw_requested_code(code_id=SmsCode.objects.get(form_id=draft.pk).pk)
    message = SmsCode.objects.get(form_id=draft.pk).message
    assert message and message.parameters
    deadline = time.monotonic() + patience
    while True:
        try:
            sms_code = message.parameters["code"]
            verify_claim(draft=draft, details=typed, division_code=division, sms_code=sms_code, transfer_code=code)
            return str(draft.pk)
        except RuleBroken as broken:
            if broken.code != "hub_away" or time.monotonic() > deadline:
                raise
        time.sleep(0.5)


def try_often(*, details: dict[str, str], tries: list[dict[str, str]], phone: str = "") -> list[str]:
    """One phone, proven once, that verifies again and again with other places and codes: what each came to."""
    typed = Details.from_flat(details | ({"phone": phone} if phone else {}))
    draft = start_claim()
    keep_answers(draft, proven_phone=typed.phone)
    found = []
    for one in tries:
        try:
            verify_claim(
                draft=draft,
                details=typed,
                division_code=one["division"],
                sms_code="",
                transfer_code=one.get("code", ""),
            )
            found.append(str(draft.answers["road"]))
        except RuleBroken as broken:
            found.append(broken.code)
    return found


def try_and_claim(*, details: dict[str, str], tries: list[dict[str, str]], phone: str = "") -> dict[str, Any]:
    """The same phone comes again, without another code by message, and confirms."""
    typed = Details.from_flat(details | ({"phone": phone} if phone else {}))
    draft = start_claim()
    keep_answers(draft, proven_phone=typed.phone)
    for one in tries:
        code = one.get("code", "")
        try:
            verify_claim(draft=draft, details=typed, division_code=one["division"], sms_code="", transfer_code=code)
        except RuleBroken as broken:
            if broken.code != "limit_claim_guess_by_all":
                raise
            verify_claim(draft=draft, details=typed, division_code=one["division"], sms_code="")
    row = confirm_claim(
        operation=Operation(kind=OperationKind.TRANSFER_CLAIMING, actor_kind=ActorKind.CITIZEN),
        draft_id=draft.pk,
        password=PASSWORD,
    )
    return {"claim": str(row.pk), "user": str(row.user_id), "road": row.road}


def decide(*, claim: str, by: str, refuse: str = "") -> str:
    """One person of the bureau says yes, or no in these words: whether it was the first, or the second of two."""
    verdict = Verdict.RETURN if refuse else Verdict.APPROVE
    decision = decide_about(uuid.UUID(claim), verdict, by, refuse)
    return "second" if decision.second_id else "first"


def confirm(*, draft: str) -> str:
    """确认调入 of what was verified."""
    by = Operation(kind=OperationKind.TRANSFER_CLAIMING, actor_kind=ActorKind.CITIZEN)
    return str(confirm_claim(operation=by, draft_id=uuid.UUID(draft), password=PASSWORD).pk)


def tell_attempts(*, hours: int = 0) -> int:
    """What the job of every minute does, so many hours from now."""
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)):
        return tell_refused()
