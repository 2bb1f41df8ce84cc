"""``kuaiji manage transfers``: what waits for the bureau, masked unless asked for whole, which is written down."""

import io

import pytest
from django.core.management import CommandError, call_command

from kuaiji.audit.models import AccessLog
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import TransferIn
from people.factories import TransferInFactory
from people.records.users import make_user

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    printed = io.StringIO()
    call_command("transfers", *words, stdout=printed)
    return printed.getvalue()


@pytest.fixture
def claim() -> TransferIn:
    user = make_user()
    made: TransferIn = TransferInFactory.create(user=user, person=user.person.flat(), state=InState.TO_VERIFY)
    return made


def test_the_list_says_who_waits_and_whether_the_first_has_agreed(claim: TransferIn) -> None:
    printed = said("list")
    assert str(claim.pk) in printed and "待核实 1 份" in printed and claim.user.name not in printed
    assert "初审通过" in said("approve", str(claim.pk), "--by", "张三") and "待复核" in said("list")
    with pytest.raises(CommandError, match="同一人"):
        said("approve", str(claim.pk), "--by", "张三")
    assert "核实通过" in said("approve", str(claim.pk), "--by", "李四") and "待核实 0 份" in said("list")


def test_the_whole_is_shown_to_who_gives_a_name_and_that_is_written_down(claim: TransferIn) -> None:
    user = claim.user
    masked = said("show", str(claim.pk))
    assert not [value for value in (user.name, user.phone, user.document_number) if value in masked]
    with pytest.raises(CommandError, match="--by"):
        said("show", str(claim.pk), "--reveal")
    assert not AccessLog.objects.exists()
    whole = said("show", str(claim.pk), "--reveal", "--by", "张三")
    assert all(value in whole for value in (user.name, user.phone, user.document_number))
    assert AccessLog.objects.filter(action="transfers.reveal", subject_id=user.pk).count() == 1


@pytest.mark.parametrize("number", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_number_that_nobody_has_is_refused_in_words(number: str) -> None:
    for words in (["show", number], ["approve", number, "--by", "张三"]):
        with pytest.raises(CommandError, match="没有这个编号的调入申请"):
            said(*words)
