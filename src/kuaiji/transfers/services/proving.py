"""Is a claim the person's? By the phone bound at the origin, by the 调转码, or a bureau has to know them (R8.2).

The bound phone is looked for before anything is counted or asked: what others do never stops it.
"""

import dataclasses
import functools
import operator
import threading
import uuid
from typing import Any

from django.db.models import Q

from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.fetching import fetch_now
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import document_fingerprints
from kuaiji.transfers.enums import Road
from kuaiji.transfers.models import Release, TransferIn
from kuaiji.transfers.services.guesses import Try, give_back, note_refused, take_try
from kuaiji.transfers.services.matching import find_release
from kuaiji.transfers.services.releases import open_release
from kuaiji.transfers.workflow import DISPLACED_BY
from kuaiji_wire.people import Document
from kuaiji_wire.proofs import ClaimProofs

# Each look at a code takes 19 MiB and a core for its time, or what its digest says: more at once slow everybody down.
_LANES = threading.BoundedSemaphore(2)


@dataclasses.dataclass(frozen=True, slots=True)
class Proven:
    """The transfer that fits (``match``: its id, the code and the name of its origin), and by what the claim is known
    to be the person's. ``renewal`` says which proofs of the release were looked at; 0 where it has none."""

    match: dict[str, Any]
    road: Road
    renewal: int


def prove_claim(details: Details, division_code: str, code: str) -> Proven:
    """Ask the hub which transfer fits, and look what proves the claim; ``code`` as ``read_code`` gives it, or empty.

    Outside transactions. Raises RuleBroken: what ``find_release`` raises, ``limit_claim_guess``,
    ``archive_on_its_way``, ``already_claimed``, and of the field ``transfer_code``: ``transfer_code_wrong``,
    ``transfer_code_useless``, ``limit_claim_guess_by_all``.
    """
    coming = release_of(details.person.document)
    if coming and has_bound_phone(coming, details.phone):
        match = _match(details, division_code, coming, Road.PHONE)
        return Proven(match, Road.PHONE, renewal_of(coming))
    taken = take_try(details)
    try:
        proven = _prove_otherwise(details, division_code, code, coming, taken)
    except RuleBroken as broken:
        wrong = {"not_released": "wrong_divisions", "transfer_code_wrong": "wrong_codes"}.get(broken.code)
        if wrong is None:
            give_back(taken)
        elif coming:
            note_refused(coming, taken, **{wrong: 1})
        raise
    give_back(taken)
    return proven


def release_of(document: Document) -> Release | None:
    """Who of this document was let go to this platform and is not here yet."""
    keys = list(document_fingerprints(document).values())
    return Release.objects.select_related("person_key").filter(document_key__in=keys, ended_at=None).first()


def has_bound_phone(release: Release, phone: str) -> bool:
    """Whether this phone is the one that is bound at the origin."""
    proofs = proofs_in(release)
    return proofs is not None and proofs.phone is not None and proofs.phone.is_of(phone)


def proofs_in(release: Release) -> ClaimProofs | None:
    """What proves a claim on it; None of a release in version 1 of the wire."""
    return ClaimProofs.model_validate(release.proofs) if release.proofs else None


def renewal_of(release: Release) -> int:
    """Which proofs hold now; 0 where there are none."""
    proofs = proofs_in(release)
    return proofs.renewal if proofs else 0


def claim_in_the_way(transfer_id: uuid.UUID, road: Road) -> TransferIn | None:
    """The claim on this transfer that one by ``road`` displaces, if there is such a one."""
    rows = TransferIn.objects.select_related("user__person_key", "person_key", "origin")
    weaker = (Q(road=other, state__in=states) for other, states in DISPLACED_BY[road].items())
    found = functools.reduce(operator.or_, weaker, Q(pk=None))
    return rows.filter(found, transfer_id=transfer_id).first()


def _prove_otherwise(details: Details, division_code: str, code: str, coming: Release | None, taken: Try) -> Proven:
    """By the code, or not at all. Where a claim waits already only a code helps."""
    match = _match(details, division_code, coming, Road.CODE if code else Road.BUREAU)
    release = _release_here(uuid.UUID(match["transfer_id"]))
    if release is None:
        raise RuleBroken("archive_on_its_way", "档案还在途中，一般几分钟内收到，请稍后再点“验证信息”")
    if has_bound_phone(release, details.phone):  # came in this moment, or before documents were indexed
        return Proven(match, Road.PHONE, renewal_of(release))
    if not code:
        return Proven(match, Road.BUREAU, renewal_of(release))
    _check_code(release, code, taken)
    return Proven(match, Road.CODE, renewal_of(release))


def _release_here(transfer_id: uuid.UUID) -> Release | None:
    """What came for this transfer; the hub is asked for what it has for us, if it did not come yet."""
    if release := open_release(transfer_id):
        return release
    fetch_now()
    return open_release(transfer_id)


def _check_code(release: Release, code: str, taken: Try) -> None:
    proofs = proofs_in(release)
    if proofs is None or proofs.code is None:
        words = "这笔调转不能用调转码，请留空，由调入地财政部门核实"
        raise RuleBroken("transfer_code_useless", words, "transfer_code")
    if taken.is_closed_to_others:
        words = "今天对这份证件的错误尝试太多，调转码暂停使用。请用办理调出的手机号，或留空由调入地财政部门核实"
        raise RuleBroken("limit_claim_guess_by_all", words, "transfer_code")
    with _LANES:
        is_right = proofs.code.is_of(code)
    if not is_right:
        raise RuleBroken("transfer_code_wrong", "调转码不正确，请对照调出平台“调出详情”页重新输入", "transfer_code")


def _match(details: Details, division_code: str, coming: Release | None, road: Road) -> dict[str, Any]:
    """The transfer that fits, also with a claim that one by ``road`` displaces."""
    try:
        return find_release(details.person, division_code)
    except RuleBroken as broken:
        weaker = claim_in_the_way(coming.pk, road) if coming and broken.code == "already_claimed" else None
        if weaker is None:
            raise
    return {"transfer_id": str(weaker.transfer_id), "origin": weaker.origin_id, "name": weaker.origin.name}
