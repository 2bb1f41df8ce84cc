"""Each look at somebody at the desk is one row of the access log, and a look at nobody is none: over every address."""

import random
import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from kuaiji.accountants.models import Record
from kuaiji.applications.staff_display import masked
from kuaiji.audit.models import AccessLog
from kuaiji.cases.models import Case
from kuaiji.cases.services.filling import fill_cases
from kuaiji.common import clock, documents
from kuaiji.desk.permissions import PERMISSIONS, Reach
from kuaiji.exchange.models import OutboxMessage
from kuaiji.exchange.parking import park
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.notices.models import Notice
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.transfers.enums import InState
from people.factories import ReleaseFactory, TransferInFactory
from people.persons import make_person
from people.records.users import make_user
from people.records.versioned_records import make_record
from tests.support.bureau_requests import ask
from tests.support.desk_addresses import ADDRESSES, arguments, path_to
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
PLACE = "440103"
Made = tuple[str, uuid.UUID]  # an address, and who stands in the row of a look at it


def of_a_correction(picture: bool = False) -> Made:
    request = ask(make_record())
    Case.objects.update(division_code=PLACE)
    return _case("desk:application", request.pk, request.user_id, picture)


def of_a_claim(picture: bool = False) -> Made:
    user = make_user(make_person(random.Random(9), status="1"))
    claim = TransferInFactory.create(user=user, person=user.person.flat(), state=InState.TO_VERIFY, division_code=PLACE)
    fill_cases()
    return _case("desk:transfer", claim.pk, user.pk, picture)


def of_a_message() -> Made:
    record = Record.objects.first() or make_record()
    Record.objects.filter(pk=record.pk).update(division_code=PLACE)
    row = OutboxMessage.objects.get(stream_id=record.pk)
    park(row, "bad_message")
    return _case("desk:message", row.message_id, record.user_id, False)


def of_a_conflict() -> Made:
    record = make_record()
    Record.objects.filter(pk=record.pk).update(division_code=PLACE)
    check = first_check(record.user, CheckKind.HOLDER, PartnerFinding(CheckOutcome.CONFLICT))
    check.save()
    fill_cases()
    return _case("desk:conflict", check.pk, record.user_id, False)


CASES: dict[str, Callable[[], Made]] = {
    "desk:application": of_a_correction,
    "desk:application_picture": lambda: of_a_correction(picture=True),
    "desk:transfer": of_a_claim,
    "desk:transfer_picture": lambda: of_a_claim(picture=True),
    "desk:conflict": of_a_conflict,
    "desk:message": of_a_message,
}
LIST_OF_PEOPLE = {"desk:people"}  # one row, of nobody
LOOKS = sorted(name for name, row in PERMISSIONS.items() if row.get)
OF_SOMEBODY = [name for name in LOOKS if PERMISSIONS[name].reach in (Reach.RECORD, Reach.PERSON, Reach.CASE)]
OF_NOBODY = [name for name in LOOKS if name not in OF_SOMEBODY and name not in LIST_OF_PEOPLE]
COLLEAGUES = {"staff:member"}  # who works here is no citizen; what is done about them are events


def _case(name: str, subject_id: object, user_id: object, picture: bool) -> Made:
    given = {"subject_id": subject_id} | ({"picture_id": uuid.uuid4()} if picture else {})
    return path_to(f"{name}_picture" if picture else name, **given), uuid.UUID(str(user_id))


def somebody(name: str) -> Made:
    """What stands at the address, and whom it is about."""
    if PERMISSIONS[name].reach == Reach.CASE:
        assert name in CASES, "say whose case it shows"
        return CASES[name]()
    given = arguments(name, PLACE)
    return path_to(name, **given), uuid.UUID(str(User.objects.get().pk))


def rows_of(member: Member) -> list[uuid.UUID | None]:
    return list(AccessLog.objects.filter(actor_id=member.pk).order_by("id").values_list("subject_id", flat=True))


def role_for(name: str) -> Role:
    """The first of these that may open it: 管理 sees most."""
    found: Role = next(role for role in (Role.MANAGER, Role.CLERK, *Role) if role in PERMISSIONS[name].get)
    return found


def looking(name: str) -> tuple[Member, Client]:
    member = make_member(role_for(name), bureau=PLACE)
    return member, signed_in(member)


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_each_look_at_somebody_is_one_row(name: str) -> None:
    """A picture that cannot be shown too: who asked for it is written down."""
    address, user_id = somebody(name)
    member, desk = looking(name)
    statuses = [desk.get(address).status_code for _ in range(2)]
    assert statuses == ([404, 404] if name.endswith("_picture") else [200, 200])
    assert rows_of(member) == [user_id] * 2


@pytest.mark.parametrize("name", OF_SOMEBODY)
def test_a_try_at_what_is_elsewhere_is_one_row_of_nobody(name: str) -> None:
    address, _ = somebody(name)
    neighbour = make_member(role_for(name), bureau="440104")
    if PERMISSIONS[name].reach == Reach.PERSON:  # who has no record is any bureau's
        address = address.replace(str(User.objects.get().pk), str(uuid.uuid4()))
    assert signed_in(neighbour).get(address).status_code == 404
    assert rows_of(neighbour) == [None]


def a_notice(member: Member) -> Notice:
    """A draft for ``PLACE``."""
    return Notice.objects.create(
        title="通知",
        text="正文",
        area=PLACE,
        bureau=member.bureau,
        saved_by=member.pk,
        saved_name=member.name,
        saved_at=clock.now(),
    )


@pytest.mark.parametrize("name", [name for name in OF_NOBODY if name not in COLLEAGUES])
def test_a_look_at_nobody_is_no_row_and_shows_nobody(name: str) -> None:
    """With somebody in every queue."""
    for make in (of_a_correction, of_a_claim, of_a_message):
        make()
    ReleaseFactory.create(division_code=PLACE)
    fill_cases()
    member, desk = looking(name)
    given = {"notice_id": a_notice(member).pk} if name == "desk:notice" else {}
    page = desk.get(path_to(name, **given)).content.decode()
    assert rows_of(member) == []
    for user in User.objects.select_related("person_key"):
        shown = (user.name, masked(user.name), user.document_number, documents.mask(user.document_number))
        assert not [words for words in shown if words in page]


def test_a_list_of_people_is_one_row_of_nobody() -> None:
    record = make_record()
    Record.objects.filter(pk=record.pk).update(division_code=PLACE)
    member, desk = looking("desk:people")
    assert desk.get(path_to("desk:people"), {"status": "collected"}).status_code == 200
    assert rows_of(member) == [None]


def test_every_address_stands_in_one_of_these() -> None:
    assert {*OF_SOMEBODY, *OF_NOBODY, *LIST_OF_PEOPLE} == {name for name in ADDRESSES if PERMISSIONS[name].get}
