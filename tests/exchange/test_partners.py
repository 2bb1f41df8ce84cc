"""Clients of the identity check and the employer register."""

import traceback
from collections.abc import Callable
from typing import Any

import pytest

from kuaiji.common.http import Partner, PartnerUnavailable
from kuaiji.exchange.partners.employers import Employer, EmployerRegister
from kuaiji.exchange.partners.identity_check import IdentityCheck
from kuaiji_wire.people import Document, Person
from people.houses.loopback import Behaviour, hang, loopback, raw, reply
from people.houses.standins import Standins

NUMBER = "X0000001"
EMPLOYER: dict[str, Any] = {
    "name": "广州市南粤示例第001商贸有限公司",
    "uscc": "91440103000000019C",
    "industry": "51",
    "economic_type": "06",
    "address": "广州市荔湾区示例路1号",
    "phone": "020-90000001",
    "division_code": "440103",
}

Ask = Callable[[Partner], Any]


def check(partner: Partner, name: str = "示例人") -> Any:
    person = Person(name=name, document=Document(type="05", country="", number=NUMBER))
    return IdentityCheck(partner).check_identity(person)


def search(partner: Partner, q: str = "南粤") -> Any:
    return EmployerRegister(partner).search_employers(q, limit=2)


def at(standins: Standins, total_seconds: float = 5) -> Partner:
    return Partner("standins", standins.url, standins.token, total_seconds)


@pytest.mark.parametrize(
    ("name", "result"),
    [("示例人", "match"), ("假不符", "mismatch"), ("假未收录", "not_covered"), ("查超时", "match")],
)
def test_identity(standins: Standins, name: str, result: str) -> None:
    assert check(at(standins), name) == result


def test_employers(standins: Standins) -> None:
    register = EmployerRegister(at(standins))
    assert register.search_employers(EMPLOYER["name"]) == [Employer(**EMPLOYER)]
    assert register.search_employers(EMPLOYER["uscc"]) == [Employer(**EMPLOYER)]
    assert Employer(**EMPLOYER) in register.search_employers(EMPLOYER["uscc"][:8], limit=50)
    assert len(register.search_employers("示例", limit=3)) == 3
    assert register.search_employers("没有这个单位") == []


@pytest.mark.parametrize(
    ("ask", "name", "reason"),
    [
        (check, "假停机", "status_503"),
        (check, "假超时", "timeout"),
    ],
)
def test_partners_that_fail_by_name(standins: Standins, ask: Callable[..., Any], name: str, reason: str) -> None:
    with pytest.raises(PartnerUnavailable) as caught:
        ask(at(standins, total_seconds=1), name)
    assert caught.value.reason == reason


@pytest.mark.parametrize("ask", [check, search])
def test_a_wrong_token_is_no_answer(standins: Standins, ask: Ask) -> None:
    with pytest.raises(PartnerUnavailable, match="standins: status_401"):
        ask(Partner("standins", standins.url, "another"))


FAULTS: dict[str, Behaviour] = {
    "silence": hang,
    "redirect": reply(302, {}, Location="/"),
    "server error": reply(500, {}),
    "refusal": reply(422, {"result": "match", "more": None}),
    "page": raw(200, b"<html>"),
    "too much": raw(200, b" " * 300_000),
}


@pytest.mark.parametrize("behaviour", FAULTS.values(), ids=FAULTS.keys())
@pytest.mark.parametrize("ask", [check, search])
def test_faults_on_the_way_fail_closed_without_personal_data(behaviour: Behaviour, ask: Ask) -> None:
    with loopback(behaviour) as partner, pytest.raises(PartnerUnavailable) as caught:
        ask(Partner("partner", partner.url, total_seconds=1))
    assert NUMBER not in "".join(traceback.format_exception(caught.value))


BAD_RESULTS: list[Any] = [None, [], "match", {}, {"result": None}, {"result": "MATCH"}, {"result": True}]
BAD_EMPLOYERS: list[Any] = [
    *[None, {}, [None], [{}], [EMPLOYER] * 3, [EMPLOYER, {}], [EMPLOYER | {"uscc": "91440103000000019I"}]],
    *[[EMPLOYER | {field: value}] for field in EMPLOYER for value in (1, "?" * 201)],
]
BAD_ANSWERS: list[tuple[Ask, Any]] = [
    *[(check, data) for data in BAD_RESULTS],
    *[(search, data) for data in BAD_EMPLOYERS],
]


@pytest.mark.parametrize(("ask", "data"), BAD_ANSWERS)
def test_an_answer_of_another_shape_is_no_answer(ask: Ask, data: object) -> None:
    with loopback(reply(200, data)) as partner, pytest.raises(PartnerUnavailable, match="partner: bad_answer"):
        ask(Partner("partner", partner.url))


def test_what_a_partner_adds_to_its_answer_does_no_harm() -> None:
    with loopback(reply(200, {"result": "match", "score": 1})) as partner:
        assert check(Partner("partner", partner.url)) == "match"
    with loopback(reply(200, [EMPLOYER | {"since": 2001}])) as partner:
        assert search(Partner("partner", partner.url)) == [Employer(**EMPLOYER)]


def test_personal_data_travels_in_the_body_alone() -> None:
    with loopback(reply(200, {"result": "match", "more": None})) as partner:
        check(Partner("partner", partner.url))
    assert [request.path for request in partner.requests] == ["/identity/checks"]
    assert all(request.json()["document_number"] == NUMBER for request in partner.requests)
