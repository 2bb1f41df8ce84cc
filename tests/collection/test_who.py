"""个人信息 says who one is in one line, and what to do where it is wrong."""

import random

import pytest
from django.test import Client

from kuaiji.accountants.reading.display import in_one_line
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.codelists.services import label
from kuaiji.common import clock
from kuaiji.common.dates import format_date
from people.factories.records import RecordFactory
from people.persons import make_person
from people.records.users import make_user
from tests.support.record_pages import browser_of

pytestmark = pytest.mark.django_db


def test_the_step_opens_with_one_line_and_the_rows_lie_in_a_fold() -> None:
    person = make_person(random.Random(3), status="1", document_type="01")
    user, client = make_user(person), Client()
    client.force_login(user)
    client.post("/collection/notice/", {"truthful": "on"})
    facts = facts_of(user, None, clock.today())
    page = client.get("/collection/personal/").content.decode()
    assert facts.birth_date and facts.gender
    line = f"{person.name} · 居民身份证 · {label('genders', facts.gender)} · {format_date(facts.birth_date)}"
    assert in_one_line(user, facts) == line
    before, _, after = page.partition("<summary>有误怎么办</summary>")
    assert f"<p>{line}</p>" in before and "k-kv" not in before.partition("<main")[2]
    fold, _, rest = after.partition("</details>")
    for said in ("重新注册", 'href="/me/security/"', 'href="/directory/"', "手机号"):
        assert said in fold
    assert "id_ethnic_group" in rest


def test_what_a_document_does_not_tell_is_not_in_the_line() -> None:
    person = make_person(random.Random(3), status="1", document_type="04")
    user = make_user(person)
    assert in_one_line(user, facts_of(user, None, clock.today())) == f"{person.name} · {label('document_types', '04')}"


def test_in_a_change_the_fold_leads_to_the_name_and_to_corrections() -> None:
    page = browser_of(RecordFactory.create()).get("/changes/personal/").content.decode()
    fold = page.partition("<summary>有误怎么办</summary>")[2].partition("</details>")[0]
    assert 'href="/changes/name/"' in fold and 'href="/me/corrections/"' in fold and "重新注册" not in fold


def test_the_mailbox_hint_says_which_exist_by_themselves() -> None:
    page = browser_of(RecordFactory.create()).get("/changes/personal/").content.decode()
    assert "例如 12345678@qq.com" in page and "移动手机号加 @139.com" in page
