"""What pictures are for is registered by the apps that ask for them."""

import typing

import pytest

from kuaiji.accountants.sections.registry import SECTIONS
from kuaiji.applications.forms import CORRECTION_FORMS
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.purposes import PURPOSES, rule_of
from kuaiji.attachments.services import take_over_picture
from kuaiji.changes.forms import NameForm
from kuaiji.common.registry import Unregistered
from kuaiji_wire import archive
from people.records.users import make_user
from tests.support.uploads import receiving

LABELS = {
    "photo": "免冠证件照",
    "photo_original": "证件照原图",
    "id_card_front": "证件人像面",
    "id_card_back": "证件国徽面",
    "student_proof": "学生证明附件",
    "name_proof": "姓名变更证明",
    "correction_proof": "更正证明",
    "further_proof": "更正证明第二张",
    "transfer_proof": "调转证明",
    "claim_front": "调入核实证件正面",
    "claim_back": "调入核实证件背面",
    "ending_proof": "终止或恢复档案的证明",
}


def test_every_app_has_registered_its_purposes() -> None:
    assert {name: PURPOSES[name].label for name in PURPOSES} == LABELS


def test_every_picture_that_a_form_or_another_platform_sends_has_a_rule() -> None:
    forms = [section.form for section in SECTIONS] + [NameForm, *CORRECTION_FORMS.values()]
    sent = {name for form in forms for name in form.uploads} | set(typing.get_args(archive.Purpose))
    assert sent == LABELS.keys() - {"photo_original", "transfer_proof", "claim_front", "claim_back", "ending_proof"}
    assert all(rule_of(name).max_bytes for name in sent)


def test_wholes_are_kept_under_a_purpose_of_their_own_that_nobody_sends() -> None:
    assert {name: purpose.original for name in PURPOSES if (purpose := PURPOSES[name]).original} == {
        "photo": "photo_original"
    }
    with pytest.raises(ValueError, match="photo_original"):
        rule_of("photo_original")


@pytest.mark.django_db
def test_a_picture_of_no_registered_purpose_is_refused_before_it_is_opened() -> None:
    user = make_user()
    with pytest.raises(Unregistered, match="purpose of pictures 'passport'"):
        take_over_picture(operation=receiving(user), person_key=user.person_key, purpose="passport", jpeg=b"-")
    assert not Attachment.objects.exists()
    with pytest.raises(Unregistered, match="passport"):
        _ = Attachment(purpose="passport").label
