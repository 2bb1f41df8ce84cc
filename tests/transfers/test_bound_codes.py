"""The codes of the phone that is bound at the origin cannot be used up by strangers (docs/adr/0052, 0060)."""

import pytest

from kuaiji.common import clock
from kuaiji.common.errors import RuleBroken
from kuaiji.identity import attempts
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints, phone_fingerprints
from kuaiji.limits.services import count_act
from kuaiji.transfers.services.claiming import send_claim_code, start_claim
from kuaiji_wire.proofs import ClaimProofs, PhoneDigest
from people.factories import ReleaseFactory
from people.sign_in_steps import make_details

pytestmark = pytest.mark.django_db


def released(details: Details, phone: str) -> None:
    """On the way here, bound to ``phone``."""
    key_id, key = next(iter(document_fingerprints(details.person.document).items()))
    digest = PhoneDigest.made_of(phone, algorithm="hmac-sha256")
    proofs = ClaimProofs(renewal=1, phone=digest, code=None)
    ReleaseFactory.create(document_key=key, document_key_id=key_id, proofs=proofs.plain())


def asked(details: Details) -> str:
    """For a code, by a form of one's own: empty, or the refusal."""
    try:
        send_claim_code(draft=start_claim(), details=details, division_code="440305")
    except RuleBroken as refusal:
        return refusal.code
    return ""


def used_up(phone: str) -> None:
    """By strangers, in forms that any phone may be typed in."""
    key = current_fingerprint(phone_fingerprints(phone))
    for _ in range(10):
        count_act(attempts.CODE_TO_PHONE, key)


def test_the_bound_phone_gets_its_code_whatever_others_asked_for_it() -> None:
    owner = make_details(1)
    released(owner, owner.phone)
    used_up(owner.phone)
    assert asked(owner) == ""
    assert asked(owner) == "limit_code_to_bound", "one a minute"


def test_a_phone_that_is_not_bound_there_has_what_is_left_of_it() -> None:
    someone, other = make_details(1), make_details(2)
    released(someone, "13800000003")
    used_up(someone.phone)
    assert asked(someone) == "limit_code_to_phone"
    assert asked(other) == ""
    assert asked(other) == "limit_code_to_phone"


def test_who_has_arrived_has_no_bound_phone_any_more() -> None:
    owner = make_details(1)
    released(owner, owner.phone)
    used_up(owner.phone)
    ReleaseFactory._meta.model.objects.update(ended_at=clock.now())
    assert asked(owner) == "limit_code_to_phone"
