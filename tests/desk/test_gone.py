"""Pages of cases where something is not there any more, or never was (R9.2)."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kuaiji.accountants.models import Record
from kuaiji.applications.models import Application
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.cases.models import Case
from kuaiji.common import clock
from kuaiji.staff.enums import Role
from people.records.versioned_records import make_record
from tests.support.bureau_requests import ask
from tests.support.members import make_member, signed_in

pytestmark = pytest.mark.django_db
PROVINCE = "440000"


@pytest.fixture
def record() -> Record:
    return make_record()


@pytest.fixture
def request_(record: Record) -> Application:
    return ask(record)


@pytest.fixture
def path(request_: Application) -> str:
    return f"/staff/applications/{request_.pk}/"


@pytest.fixture
def desk(path: str) -> Client:
    """A clerk with the case in hand."""
    client = signed_in(make_member(Role.CLERK, bureau=PROVINCE))
    client.post(path, {"action": "take"})
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("is_decided", [False, True])
def test_of_who_was_erased_the_page_stands_and_says_so(
    record: Record, path: str, desk: Client, is_decided: bool
) -> None:
    if is_decided:
        desk.post(path, {"decision": "return", "reasons": ["proof_unclear"], "words": "", "at_once": "on"})
    record.user.person_key.destroy(at=clock.now())
    answer = desk.get(path)
    assert answer.status_code == 200 and "个人信息已经删除" in text(answer)
    assert ("已生效" in text(answer)) is is_decided and 'name="decision"' not in text(answer)
    assert desk.get(f"{path}pictures/{uuid.uuid4()}/").status_code == 404


def test_a_picture_whose_file_is_missing_is_said_in_its_place(request_: Application, path: str, desk: Client) -> None:
    proof = request_.details["proofs"][0]
    assert storage.written_at(Attachment.objects.get(pk=proof).storage_key) is None
    page = text(desk.get(path))
    assert "图片文件缺失" in page and str(proof) not in page
    assert desk.get(f"{path}pictures/{proof}/").status_code == 404


def test_elsewhere_and_unknown_ask_the_database_the_same(path: str) -> None:
    far, asked = signed_in(make_member(Role.CLERK, bureau="440104")), []
    Case.objects.update(division_code="440103")
    for address in (path, f"/staff/applications/{uuid.uuid4()}/", path):
        with CaptureQueriesContext(connection) as captured:
            assert far.get(address).status_code == 404
        asked.append([each["sql"].partition(" WHERE ")[0].partition('"s')[0] for each in captured.captured_queries])
    assert asked[1] == asked[2] and len(asked[1]) > 3
