"""A permit that was renewed is the same person at every door (R2.3), whichever issue was registered or is typed."""

from typing import Any

import pytest
from django.core.management import call_command

from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import Fingerprint, User
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import users_with_number
from kuaiji.identity.people.services import replace_document
from kuaiji.identity.recovery.services import (
    prove_recovery,
    recovery_phone,
    send_recovery_code,
    start_recovery,
)
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.models import Attempt
from kuaiji_wire.people import Document
from people.sign_in_steps import PASSWORD, code_for, make_details, make_owner, refused

pytestmark = pytest.mark.django_db

# type, as registered, other issues of the same permit, another person's
PERMITS = [
    ("02", "H1234567801", ["H1234567802", "H12345678", "H1234567801"], "H12345679"),
    ("02", "M12345678", ["M1234567800", "M1234567811"], "H12345678"),
    ("03", "1234567801B", ["12345678", "1234567802", "1234567899A"], "12345679"),
    ("03", "12345678", ["1234567802D"], "1234567902D"),
]


def permit(kind: str, number: str) -> Details:
    return make_details("permit", document_type=kind, document_number=number)


@pytest.mark.parametrize(("kind", "number", "issues", "other"), PERMITS)
def test_any_issue_signs_in(kind: str, number: str, issues: list[str], other: str) -> None:
    user = make_owner(permit(kind, number))
    for typed in issues:
        assert sign_in_user(number=typed, password=PASSWORD) == user
        assert sign_in_user(number=typed, password=PASSWORD, document_type=kind) == user
    assert refused(lambda: sign_in_user(number=other, password=PASSWORD)) is not None
    user.refresh_from_db()
    assert user.document_number == number  # as printed when it was registered


@pytest.mark.parametrize(("kind", "number", "issues", "other"), PERMITS)
def test_any_issue_recovers_the_password(kind: str, number: str, issues: list[str], other: str) -> None:
    details = permit(kind, number)
    user = make_owner(details)
    recovery = start_recovery()
    who: dict[str, Any] = {"number": issues[0], "phone": details.phone, "document_type": kind}
    assert send_recovery_code(recovery=recovery, **who)
    assert recovery_phone(recovery.pk) == details.phone
    prove_recovery(recovery=recovery, sms_code=code_for(details.phone), **who)
    recovery.refresh_from_db()
    assert recovery.user == user


def test_guesses_at_all_issues_of_a_permit_are_guesses_at_one_person() -> None:
    make_owner(permit("02", "H1234567801"))
    for issue in range(8):
        refused(lambda issue=issue: sign_in_user(number=f"H12345678{issue:02}", password="wrong password"))  # type: ignore[misc]
    keys = set(Attempt.objects.filter(kind__startswith="guess").values_list("key", flat=True))
    assert len(keys) == 1


def test_a_passport_that_looks_like_a_permit_is_found_by_its_own_number_alone() -> None:
    other = make_owner(
        make_details("passport", document_type="04", document_number="1234567801", document_country="USA")
    )
    assert list(users_with_number("1234567801")) == [other]
    assert not users_with_number("1234567802") and not users_with_number("12345678")


def test_who_registered_before_is_found_once_the_step_has_gone_over_them(capsys: pytest.CaptureFixture[str]) -> None:
    user = make_owner(permit("02", "H1234567801"))
    card = make_owner(make_details("card"))
    Fingerprint.objects.filter(kind=FingerprintKind.PERMIT).delete()
    assert list(users_with_number("H1234567801")) == [user] and not users_with_number("H1234567802")
    call_command("rotate_keys")
    assert "通行证索引：换了 1 条" in capsys.readouterr().out
    assert list(users_with_number("H1234567802")) == [user]
    assert list(users_with_number(card.document_number)) == [card]
    call_command("rotate_keys")
    assert "通行证索引：换了 0 条" in capsys.readouterr().out


def test_another_document_takes_the_permit_out_of_the_index() -> None:
    user = make_owner(permit("02", "H1234567801"))
    replace_document(user=user, document=Document(type="03", country="", number="1234567801"))
    assert not users_with_number("H1234567801") and not users_with_number("H12345678")
    assert list(users_with_number("12345678")) == [user]
    replace_document(user=User.objects.get(), document=Document(type="02", country="", number="H1234567803"))
    assert list(users_with_number("H12345678")) == [user]
