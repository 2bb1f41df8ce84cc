"""Ways to send a message: the demo's gateway, Tencent Cloud, and several in a row."""

import datetime as dt
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine

from kuaiji.common.breaker import FAILURES
from kuaiji.common.environment import ConfigurationError
from kuaiji.common.http import Partner
from kuaiji.common.profile import SmsTemplate, load
from kuaiji.sms.enums import TryOutcome
from kuaiji.sms.providers import PROVIDERS, provider_from_settings
from kuaiji.sms.providers.base import Provider, ProviderRefused, ProviderUnavailable, Sent, SmsRefusal
from kuaiji.sms.providers.chain import COOL_DOWN, Chain, Try
from kuaiji.sms.providers.standin import StandinProvider
from kuaiji.sms.providers.tencent import REFUSALS, TencentProvider, authorization
from people.houses.loopback import Behaviour, Loopback, Request, hang, loopback, raw, reply
from people.houses.standins import Standins
from tests.support.tencent import Tencent, signature_of

SIGNATURE = "广东财政"
TEMPLATES = {
    "registration_code": SmsTemplate(
        "{code}为您的注册验证码，{minutes}分钟内有效。", {"tencent": "2100001"}, ("code", "minutes")
    ),
    "reversed": SmsTemplate("{minutes}分钟内请用{code}。", {"tencent": "2100002"}, ("minutes", "code")),
}
PHONE = "13800000000"
PARAMS = {"code": "604182", "minutes": "10"}
SECRET_ID, SECRET_KEY = "id-of-the-tests", "key-of-the-tests"


def send(provider: Provider, phone: str = PHONE, template: str = "registration_code") -> Sent:
    return provider.send(message_id=uuid.uuid4(), phone=phone, template_key=template, params=PARAMS)


def tencent(url: str, secret_key: str = SECRET_KEY, total_seconds: float = 5) -> TencentProvider:
    return TencentProvider(
        secret_id=SECRET_ID,
        secret_key=secret_key,
        app_id="1400006666",
        signature=SIGNATURE,
        templates=TEMPLATES,
        base_url=url,
        total_seconds=total_seconds,
    )


def standin(url: str, token: str = "", total_seconds: float = 5) -> StandinProvider:
    partner = Partner("standin", url, token, total_seconds)
    return StandinProvider(partner, signature=SIGNATURE, templates=TEMPLATES)


@pytest.fixture
def cloud() -> Iterator[tuple[Loopback, Tencent]]:
    """Tencent's service on the loopback, and what decides its answers."""
    service = Tencent(SECRET_ID, SECRET_KEY)
    with loopback(service) as running:
        yield running, service


# The worked example of the signature's documentation: its key is printed as 32 asterisks, and counts as printed.
EXAMPLE_PAYLOAD = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
EXAMPLE_SIGNATURE = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"


def test_the_signature_is_the_documented_one() -> None:
    header = authorization(
        secret_id="AKID" + "*" * 32,
        secret_key="*" * 32,
        service="cvm",
        host="cvm.tencentcloudapi.com",
        action="DescribeInstances",
        timestamp=1551113065,
        payload=EXAMPLE_PAYLOAD,
    )
    assert header == (
        f"TC3-HMAC-SHA256 Credential=AKID{'*' * 32}/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders=content-type;host;x-tc-action, Signature={EXAMPLE_SIGNATURE}"
    )


@pytest.mark.parametrize(
    ("key", "signed", "signature"),
    [
        ("*" * 32, "content-type;host;x-tc-action", EXAMPLE_SIGNATURE),
        # An earlier edition of the same example, with a key of its own and one header less.
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "content-type;host",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
    ],
)
def test_the_double_works_out_the_documented_signatures(key: str, signed: str, signature: str) -> None:
    stated = f"TC3-HMAC-SHA256 Credential=a/2019-02-25/cvm/tc3_request, SignedHeaders={signed}, Signature={'0' * 64}"
    headers = {
        "authorization": stated,
        "content-type": "application/json; charset=utf-8",
        "host": "cvm.tencentcloudapi.com",
        "x-tc-action": "DescribeInstances",
        "x-tc-timestamp": "1551113065",
    }
    assert signature_of(Request("POST", "/", headers, EXAMPLE_PAYLOAD), key) == signature


def test_tencent_gets_a_signed_request_with_everything_it_needs(cloud: tuple[Loopback, Tencent]) -> None:
    running, _ = cloud
    message_id = uuid.uuid4()
    sent = tencent(running.url).send(message_id=message_id, phone=PHONE, template_key="reversed", params=PARAMS)
    assert sent == Sent("5000:1045710669157053657849499619", "tencent")
    (request,) = running.requests
    assert request.json() == {
        "PhoneNumberSet": ["+8613800000000"],
        "SmsSdkAppId": "1400006666",
        "SignName": SIGNATURE,
        "TemplateId": "2100002",
        "TemplateParamSet": ["10", "604182"],
        "SessionContext": str(message_id),
    }


def test_a_wrong_key_does_not_send(cloud: tuple[Loopback, Tencent]) -> None:
    with pytest.raises(ProviderUnavailable, match=r"tencent: AuthFailure\.SignatureFailure"):
        send(tencent(cloud[0].url, secret_key="another"))


def test_a_clock_that_is_off_does_not_send(cloud: tuple[Loopback, Tencent]) -> None:
    cloud[1].skew = 310
    with pytest.raises(ProviderUnavailable, match=r"tencent: AuthFailure\.SignatureExpire"):
        send(tencent(cloud[0].url))


UNAVAILABLE = [
    "AuthFailure.SecretIdNotFound",
    "AuthFailure.UnauthorizedOperation",
    "FailedOperation.InsufficientBalanceInSmsPackage",
    "FailedOperation.SignatureIncorrectOrUnapproved",
    "FailedOperation.TemplateIncorrectOrUnapproved",
    "InternalError",
    "InternalError.Timeout",
    "InvalidParameterValue.SdkAppIdNotExist",
    "LimitExceeded.AppDailyLimit",
    "RequestLimitExceeded.IPLimitExceeded",
    "SomethingNew.NeverHeardOf",
    "UnauthorizedOperation.SerivceSuspendDueToArrears",
]


@pytest.mark.parametrize("code", UNAVAILABLE)
@pytest.mark.parametrize("whole_call", [True, False])
def test_codes_about_the_provider_leave_the_message_to_others(code: str, whole_call: bool) -> None:
    with loopback(reply(200, _answer(code, whole_call))) as running, pytest.raises(ProviderUnavailable) as caught:
        send(tencent(running.url))
    assert caught.value.reason == code


@pytest.mark.parametrize(("code", "refusal"), REFUSALS.items())
@pytest.mark.parametrize("whole_call", [True, False])
def test_codes_about_the_message_end_it(code: str, refusal: SmsRefusal, whole_call: bool) -> None:
    with loopback(reply(200, _answer(code, whole_call))) as running, pytest.raises(ProviderRefused) as caught:
        send(tencent(running.url))
    assert (caught.value.code, caught.value.reason) == (refusal, code)


def _answer(code: str, whole_call: bool) -> object:
    if whole_call:
        return {"Response": {"Error": {"Code": code, "Message": "refused"}, "RequestId": "a"}}
    status = {"SerialNo": "", "PhoneNumber": "+8613800000000", "Fee": 0, "Code": code, "Message": "refused"}
    return {"Response": {"SendStatusSet": [status], "RequestId": "a"}}


NO_ANSWERS = {
    "nothing": {},
    "list": [],
    "empty": {"Response": {}},
    "no status": {"Response": {"SendStatusSet": []}},
    "two states": {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": "1"}] * 2}},
    "sent without a number": {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": ""}]}},
    "number of a wrong type": {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": 5}]}},
    "error that says Ok": {"Response": {"Error": {"Code": "Ok"}}},
    "code with a text in it": {"Response": {"Error": {"Code": "see http://127.0.0.1/?phone=13800000000"}}},
}


@pytest.mark.parametrize("data", NO_ANSWERS.values(), ids=NO_ANSWERS.keys())
def test_an_answer_that_tencent_would_not_give_is_no_answer(data: object) -> None:
    with loopback(reply(200, data)) as running, pytest.raises(ProviderUnavailable) as caught:
        send(tencent(running.url))
    assert caught.value.reason == "bad_answer"


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "silence": (hang, "timeout"),
    "redirect": (reply(302, {}, Location="/"), "redirect"),
    "server error": (reply(500, {}), "status_500"),
    "page": (raw(200, b"<html>"), "not_json"),
    "too much": (raw(200, b" " * 300_000), "too_large"),
}


@pytest.mark.parametrize(("behaviour", "reason"), FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("make", [tencent, standin])
def test_faults_on_the_way_are_unavailability_without_personal_data(
    behaviour: Behaviour, reason: str, make: Callable[..., Provider]
) -> None:
    with loopback(behaviour) as running, pytest.raises(ProviderUnavailable) as caught:
        send(make(running.url, total_seconds=1))
    assert caught.value.reason == reason
    told = "".join(traceback.format_exception(caught.value))
    assert PHONE not in told
    assert PARAMS["code"] not in told


@pytest.mark.parametrize("params", [{}, {"code": "1"}, {"code": "1", "minutes": "10", "more": "x"}])
@pytest.mark.parametrize("make", [tencent, standin])
def test_parameters_must_be_the_templates(params: dict[str, str], make: Callable[..., Provider]) -> None:
    with pytest.raises(ValueError, match="the template takes code, minutes"):
        make("https://127.0.0.1").send(
            message_id=uuid.uuid4(), phone=PHONE, template_key="registration_code", params=params
        )


def test_the_demo_gateway_delivers_to_the_inbox_once(standins: Standins) -> None:
    provider, message_id, phone = standin(standins.url, standins.token), uuid.uuid4(), "13900000001"
    message = {"message_id": message_id, "phone": phone, "template_key": "registration_code", "params": PARAMS}
    first, second = provider.send(**message), provider.send(**message)  # type: ignore[arg-type]
    assert first == second
    assert first.provider == "standin"
    with standins.client() as client:
        (arrived,) = client.get("/sms/messages", params={"phone": phone}).json()
    assert arrived["text"] == "604182为您的注册验证码，10分钟内有效。"


@pytest.mark.parametrize(
    ("phone", "refusal"), [("17000000001", SmsRefusal.PHONE_BLOCKED), ("17000000002", SmsRefusal.PHONE_LIMITED)]
)
def test_the_demo_gateway_refuses_by_number(standins: Standins, phone: str, refusal: SmsRefusal) -> None:
    with pytest.raises(ProviderRefused) as caught:
        send(standin(standins.url, standins.token), phone)
    assert caught.value.code is refusal


@pytest.mark.parametrize(("phone", "reason"), [("17000000003", "status_500"), ("17000000004", "timeout")])
def test_the_demo_gateway_fails_by_number(standins: Standins, phone: str, reason: str) -> None:
    with pytest.raises(ProviderUnavailable) as caught:
        send(standin(standins.url, standins.token, total_seconds=1), phone)
    assert caught.value.reason == reason


def test_the_demo_gateway_with_a_wrong_token_is_unavailable(standins: Standins) -> None:
    with pytest.raises(ProviderUnavailable, match="standin: status_401"):
        send(standin(standins.url, "another"))


ACCEPTED = {"status": "accepted", "serial": "SI1"}


def test_the_second_provider_takes_over(cloud: tuple[Loopback, Tencent]) -> None:
    with loopback(reply(503, {})) as broken:
        chain = Chain([standin(broken.url), tencent(cloud[0].url)])
        assert [send(chain).provider for _ in range(FAILURES + 5)] == ["tencent"] * (FAILURES + 5)
        assert len(broken.requests) == FAILURES


def test_after_the_cool_down_one_call_finds_out(cloud: tuple[Loopback, Tencent]) -> None:
    with loopback(reply(503, {})) as broken, time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        chain = Chain([standin(broken.url), tencent(cloud[0].url)])
        for _ in range(FAILURES):
            send(chain)
        clock.shift(COOL_DOWN)
        assert [send(chain).provider for _ in range(3)] == ["tencent"] * 3
        assert len(broken.requests) == FAILURES + 1
        broken.behaviour = reply(200, ACCEPTED)
        clock.shift(COOL_DOWN)
        assert [send(chain).provider for _ in range(3)] == ["standin"] * 3


def test_while_one_call_finds_out_the_others_pass_by(cloud: tuple[Loopback, Tencent]) -> None:
    with loopback(reply(503, {})) as broken, time_machine.travel(dt.datetime.now(dt.UTC), tick=False) as clock:
        chain = Chain([standin(broken.url, total_seconds=1), tencent(cloud[0].url)])
        for _ in range(FAILURES):
            send(chain)
        clock.shift(COOL_DOWN)
        broken.behaviour = hang
        threads = [threading.Thread(target=send, args=(chain,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(broken.requests) == FAILURES + 1
        assert len(cloud[0].requests) == FAILURES + 8


def test_a_success_forgets_earlier_failures(cloud: tuple[Loopback, Tencent]) -> None:
    with loopback(reply(503, {})) as wavering:
        chain = Chain([standin(wavering.url), tencent(cloud[0].url)])
        for behaviour in [*[reply(503, {})] * (FAILURES - 1), reply(200, ACCEPTED)] * 3:
            wavering.behaviour = behaviour
            send(chain)
        assert len(wavering.requests) == FAILURES * 3


def test_a_refusal_is_asked_of_no_other_and_counts_as_health(cloud: tuple[Loopback, Tencent]) -> None:
    with loopback(reply(422, {"code": "phone_blocked"})) as refusing:
        chain = Chain([standin(refusing.url), tencent(cloud[0].url)])
        for _ in range(FAILURES + 1):
            with pytest.raises(ProviderRefused):
                send(chain)
        assert len(refusing.requests) == FAILURES + 1
    assert cloud[0].requests == []


def test_when_nobody_can_send_the_reasons_are_told_and_then_nobody_is_asked() -> None:
    with loopback(reply(500, {})) as one, loopback(reply(503, {})) as two:
        chain = Chain([standin(one.url), tencent(two.url)])
        for _ in range(FAILURES):
            with pytest.raises(ProviderUnavailable) as caught:
                send(chain)
            assert caught.value.reason == "standin: status_500; tencent: status_503"
        with pytest.raises(ProviderUnavailable, match="cooling down"):
            send(chain)
        assert len(one.requests) == len(two.requests) == FAILURES


def test_each_try_is_told_with_its_provider_outcome_and_time(cloud: tuple[Loopback, Tencent]) -> None:
    tries: list[Try] = []
    with loopback(reply(503, {})) as broken:
        chain = Chain([standin(broken.url), tencent(cloud[0].url)])
        message = {"message_id": uuid.uuid4(), "phone": PHONE, "template_key": "registration_code", "params": PARAMS}
        chain.send(**message, tries=tries)  # type: ignore[arg-type]
        broken.behaviour = reply(422, {"code": "phone_blocked"})
        with pytest.raises(ProviderRefused):
            chain.send(**message, tries=tries)  # type: ignore[arg-type]
    told = [(each.provider, each.outcome) for each in tries]
    assert told == [
        ("standin", TryOutcome.UNAVAILABLE),
        ("tencent", TryOutcome.SENT),
        ("standin", TryOutcome.REFUSED),
    ]
    assert all(0 < each.seconds < 5 for each in tries)


STANDIN = {
    "KUAIJI_DEMO": "1",
    "KUAIJI_SMS_PROVIDERS": "standin",
    "KUAIJI_STANDINS_URL": "http://127.0.0.1:8003",
    "KUAIJI_STANDINS_TOKEN": "token",
}
TENCENT = {
    "KUAIJI_SMS_PROVIDERS": "tencent",
    "TENCENT_SECRET_ID": SECRET_ID,
    "TENCENT_SECRET_KEY": SECRET_KEY,
    "KUAIJI_TENCENT_SMS_APP_ID": "1400006666",
}


@pytest.mark.parametrize(
    "environ", [STANDIN, TENCENT, STANDIN | TENCENT | {"KUAIJI_SMS_PROVIDERS": "tencent, standin"}]
)
def test_a_whole_configuration_makes_a_provider(environ: dict[str, str]) -> None:
    assert isinstance(provider_from_settings(environ, signature=SIGNATURE, templates=TEMPLATES), Chain)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        *[(dict(STANDIN, **{name: ""}), name) for name in STANDIN if name != "KUAIJI_DEMO"],
        *[(dict(TENCENT, **{name: ""}), name) for name in TENCENT],
        (STANDIN | {"KUAIJI_DEMO": "0"}, "demo only"),
        (STANDIN | {"KUAIJI_SMS_PROVIDERS": "standin,pigeon"}, "pigeon"),
    ],
)
def test_a_gap_in_the_configuration_is_named_without_its_secrets(environ: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        provider_from_settings(environ, signature=SIGNATURE, templates=TEMPLATES)
    assert SECRET_KEY not in str(caught.value)


def test_a_template_without_an_id_for_the_provider_is_named() -> None:
    templates = {"recovery_code": SmsTemplate("{code}", {"pigeon": "7"}, ("code",))}
    with pytest.raises(ConfigurationError, match=r"\[sms.recovery_code\] has no id for 'tencent'"):
        provider_from_settings(TENCENT, signature=SIGNATURE, templates=templates)
    assert provider_from_settings(STANDIN, signature=SIGNATURE, templates=templates)  # has no registered templates


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_template_that_is_shipped_has_an_id_for_every_provider_that_needs_one(name: str) -> None:
    for slug in ("guangdong", "shenzhen"):
        for template in load(slug).sms.values():
            assert template.ids.get(name) or not PROVIDERS[name].needs_ids
