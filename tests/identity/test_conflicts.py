"""People about whom another system says something else are listed for staff, and told themselves (R1.4)."""

import pytest
from django.core.management import call_command
from django.test import Client

from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from people.sign_in_steps import make_details, make_owner

pytestmark = pytest.mark.django_db
FOUND = {
    "held": (CheckKind.HOLDER, PartnerFinding(CheckOutcome.CONFLICT, "430000", "湖南省"), "您已在湖南省采集"),
    "known otherwise": (CheckKind.HOLDER, PartnerFinding(CheckOutcome.CONFLICT), "全国平台登记的姓名与这里的不一致"),
    "identity": (CheckKind.IDENTITY, PartnerFinding(CheckOutcome.CONFLICT), "姓名与证件号码核验不一致"),
}


@pytest.mark.parametrize("what", FOUND)
def test_a_conflict_is_listed_with_its_remedy_and_shown_to_the_person(
    what: str, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    kind, finding, words = FOUND[what]
    user = make_owner(make_details(what))
    first_check(user, kind, finding).save()
    with pytest.raises(SystemExit):
        call_command("conflicts")
    said = capsys.readouterr().out
    assert str(user.pk) in said and "共 1 人次" in said and finding.holder_name in said
    assert user.name not in said and user.document_number not in said
    client.force_login(user)
    assert words in client.get("/me/").content.decode()


def test_nobody_in_conflict_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    first_check(make_owner(make_details(1)), CheckKind.HOLDER, PartnerFinding(CheckOutcome.CLEAR)).save()
    call_command("conflicts")
    assert "共 0 人次" in capsys.readouterr().out
