"""Reports of providers (送达回执): from whom they are taken, once in effect, in any order, whatever is sent."""

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.test import Client

from kuaiji.common import clock
from kuaiji.sms import services
from kuaiji.sms.enums import Report, TemplateKey
from kuaiji.sms.models import DeliveryReport, MessageState, OutgoingSms, ProviderCount
from kuaiji.sms.providers.tencent_reports import MOST
from tests.support.together import together

TOKEN = "3f9b2c71d5e84a06b7c1e2d3f4a59687"
ADDRESS = f"/sms/reports/tencent/{TOKEN}"
PHONE = "13912345678"
# As the provider documents it.
SAMPLE = {
    "user_receive_time": "2015-10-17 08:03:04",
    "nationcode": "86",
    "mobile": PHONE,
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "5000:1045710669157053657849499619",
}
SERIAL = str(SAMPLE["sid"])


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUAIJI_SMS_REPORT_TOKEN", TOKEN)
    monkeypatch.setenv("KUAIJI_SMS_PROVIDERS", "tencent")


def sent(serial: str = SERIAL) -> OutgoingSms:
    """A code that the provider has taken."""
    key = services.send_message(
        template_key=TemplateKey.REGISTRATION_CODE,
        phone=PHONE,
        parameters={"code": "123456", "minutes": "10"},
        expires_at=clock.now() + dt.timedelta(minutes=10),
    )
    note_sent(key, serial)
    return OutgoingSms.objects.get(pk=key)


def note_sent(key: uuid.UUID, serial: str) -> None:
    """What is written once the provider has answered."""
    taken = OutgoingSms.objects.get(pk=key)
    services.settle(handed=[services.Handed(taken, MessageState.SENT, "tencent", serial)])


def post(body: Any, address: str = ADDRESS, source: str = "127.0.0.1") -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    client = Client(enforce_csrf_checks=True, REMOTE_ADDR=source)
    return client.post(address, text, content_type="application/json")


@pytest.mark.django_db
def test_a_report_is_noted_and_counted() -> None:
    message = sent()
    answer = post([SAMPLE])
    assert (answer.status_code, answer.json()) == (200, {"result": 0, "errmsg": "OK"})
    message.refresh_from_db()
    assert (message.state, message.report, message.report_reason) == ("sent", "delivered", "DELIVRD")
    assert message.reported_at
    assert ProviderCount.objects.get(outcome="delivered").count == 1


@pytest.mark.django_db
def test_the_same_again_has_one_effect_and_arrived_stands_above_lost() -> None:
    message = sent()
    lost = SAMPLE | {"report_status": "FAIL", "errmsg": "MI:0024"}
    for body in ([lost], [lost, lost], [SAMPLE], [lost], [SAMPLE]):
        assert post(body).status_code == 200
    message.refresh_from_db()
    assert (message.report, message.report_reason) == ("delivered", "DELIVRD")
    assert DeliveryReport.objects.count() == 1
    counted = dict(ProviderCount.objects.values_list("outcome", "count"))
    assert counted == {"undelivered": 1, "delivered": 1}


@pytest.mark.django_db
def test_a_report_that_is_faster_than_our_note_is_taken_up() -> None:
    assert post([SAMPLE]).status_code == 200
    assert sent().report == "delivered"


@pytest.mark.race
@pytest.mark.parametrize("turn", range(3))
def test_report_and_note_at_the_same_moment_find_each_other(turn: int) -> None:
    key = services.send_message(
        template_key=TemplateKey.REGISTRATION_CODE,
        phone=PHONE,
        parameters={"code": "123456", "minutes": "10"},
        expires_at=clock.now() + dt.timedelta(minutes=10),
    )
    together(
        [
            lambda: note_sent(key, SERIAL),
            lambda: services.take_reports(provider="tencent", reports=[(SERIAL, Report.DELIVERED, "DELIVRD")]),
            lambda: services.take_reports(provider="tencent", reports=[(SERIAL, Report.DELIVERED, "DELIVRD")]),
        ]
    )
    assert OutgoingSms.objects.get().report == "delivered"
    assert ProviderCount.objects.get(outcome="delivered").count == 1


@pytest.mark.django_db
def test_nothing_of_the_receiver_is_kept() -> None:
    sent()
    post([SAMPLE])
    stored = [str(value) for row in DeliveryReport.objects.values_list() for value in row]
    stored += [str(value) for row in OutgoingSms.objects.values_list() for value in row]
    assert not any(PHONE in value for value in stored)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        f"/sms/reports/tencent/{TOKEN[:-1]}8",
        "/sms/reports/tencent/x",
        f"/sms/reports/standin/{TOKEN}",
        f"/sms/reports/nobody/{TOKEN}",
    ],
)
def test_a_stranger_finds_nothing(address: str) -> None:
    message = sent()
    assert post([SAMPLE], address).status_code == 404
    message.refresh_from_db()
    assert message.report == "" and not DeliveryReport.objects.exists()


@pytest.mark.django_db
def test_without_a_token_nobody_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUAIJI_SMS_REPORT_TOKEN")
    assert post([SAMPLE]).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "status"), [("203.0.113.7", 200), ("198.51.100.9", 404), ("2001:db8::1", 404)])
def test_only_networks_that_were_named_are_taken(monkeypatch: pytest.MonkeyPatch, source: str, status: int) -> None:
    monkeypatch.setenv("KUAIJI_SMS_REPORT_SOURCES", "203.0.113.0/24,2001:db8:1::/48")
    assert post([SAMPLE], source=source).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 5000,
        {},
        [],
        [{}],
        [1],
        [SAMPLE | {"sid": ""}],
        [SAMPLE | {"sid": "x" * 65}],
        [SAMPLE | {"sid": "a b"}],
        [SAMPLE | {"sid": 5}],
        [SAMPLE | {"report_status": "MAYBE"}],
        [SAMPLE | {"errmsg": "x" * 201}],
        [SAMPLE] * (MOST + 1),
    ],
)
def test_what_is_not_as_documented_is_refused_whole(body: Any) -> None:
    answer = post(body)
    assert answer.status_code == 400 and answer.json()["result"] == 1
    assert not DeliveryReport.objects.exists()


@pytest.mark.django_db
def test_a_code_of_a_carrier_keeps_no_signs_of_its_own() -> None:
    message = sent()
    post([SAMPLE | {"report_status": "FAIL", "errmsg": "<b>EXPIRED</b>" + "9" * 100}])
    message.refresh_from_db()
    assert message.report_reason == ("bEXPIREDb" + "9" * 100)[:40]


@pytest.mark.django_db
def test_reports_are_posted_only() -> None:
    assert Client().get(ADDRESS).status_code == 405
