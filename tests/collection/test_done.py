"""信息已采集: the page that a person reaches at the end, and what can be kept of it."""

import pytest
from django.test import Client

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.common import clock
from kuaiji.common.dates import format_date
from people.factories.records import RecordFactory

pytestmark = pytest.mark.django_db
PAGE = "/collection/done/"


def page_of(record: Record) -> str:
    client = Client()
    client.force_login(record.user)
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_card_of_completion_has_all_that_one_keeps() -> None:
    record = RecordFactory.create()
    page = page_of(record)
    for shown in (
        record.user.name,
        f'<b id="number">{record.reference_number}</b>',
        record.personal.photo.get_absolute_url(),
        format_date(clock.day_of(record.collected_at)),
    ):
        assert shown in page
    assert '<button type="button" class="btn" data-copy="number" hidden>' in page, "of no use without script"


def test_its_main_button_leads_somewhere_new() -> None:
    page = page_of(RecordFactory.create())
    assert page.count("btn-primary") == 1
    form = page.partition('action="/me/card/"')[2].partition("</form>")[0]
    assert "保存成图片" in form
    assert all(f'href="{address}"' in page for address in ("/me/proof/", "/me/archive/", "/me/"))


@pytest.mark.parametrize("status", [CollectionStatus.TRANSFERRING_OUT, CollectionStatus.TRANSFERRED_OUT])
def test_who_is_on_the_way_or_gone_is_not_told_so(status: CollectionStatus) -> None:
    record = RecordFactory.create()
    Record.objects.filter(pk=record.pk).update(status=status)
    client = Client()
    client.force_login(record.user)
    assert client.get(PAGE)["Location"] == "/me/"
