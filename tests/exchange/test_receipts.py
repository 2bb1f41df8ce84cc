"""The client of the photo service: what it takes for an answer, and for a refusal."""

import traceback

import pytest

from kuaiji.common.http import Partner, PartnerUnavailable
from kuaiji.exchange.partners.receipts import PhotoService, ReceiptRefused
from kuaiji_wire.people import Document, Person
from people.houses.loopback import Behaviour, hang, loopback, raw, reply
from people.houses.standins import Standins

PERSON = Person(name="示例人", document=Document(type="05", country="", number="X0000001"))
TOLD = {"name": "示例人", "document_number": "X0000001"}


def take(partner: Partner, code: str = "123456789012") -> bytes:
    return PhotoService(partner).take_photo(code=code, consumer="440300:one", person=PERSON)


@pytest.mark.parametrize("reason", ["unknown", "used", "expired", "someone_elses"])
def test_refusals_are_told_apart_by_their_code(reason: str) -> None:
    with loopback(reply(409, {"code": f"receipt_{reason}"})) as partner, pytest.raises(ReceiptRefused) as caught:
        take(Partner("receipts", partner.url))
    assert caught.value.reason == reason


FAULTS: dict[str, tuple[Behaviour, str]] = {
    "silence": (hang, "timeout"),
    "redirect": (reply(302, {}, Location="/"), "redirect"),
    "server error": (reply(500, {"code": "receipt_used"}), "status_500"),
    "another refusal": (reply(403, {"code": "receipt_"}), "status_403"),
    "no reason": (reply(409, []), "status_409"),
    "page": (raw(200, b"<html>"), "not_json"),
    "too much": (raw(200, b" " * 300_000), "too_large"),
    "no photo": (reply(200, {}), "bad_answer"),
    "no base64": (reply(200, {"photo": "abcde"}), "bad_answer"),
    "not text": (reply(200, {"photo": [1]}), "bad_answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_anything_else_counts_as_down_and_holds_no_personal_data(fault: str) -> None:
    behaviour, reason = FAULTS[fault]
    with loopback(behaviour) as partner, pytest.raises(PartnerUnavailable) as caught:
        take(Partner("receipts", partner.url, total_seconds=1))
    told = "".join(traceback.format_exception(caught.value))
    assert caught.value.reason == reason and not [value for value in TOLD.values() if value in told]


@pytest.mark.parametrize(("code", "reason"), [("999999999991", "timeout"), ("999999999992", "status_503")])
def test_codes_that_fail_on_purpose(standins: Standins, code: str, reason: str) -> None:
    with pytest.raises(PartnerUnavailable) as caught:
        take(Partner("receipts", standins.url, standins.token, total_seconds=1), code)
    assert caught.value.reason == reason


def test_what_is_sent() -> None:
    with loopback(reply(200, {"photo": "AAAA", "more": 1})) as partner:
        assert take(Partner("receipts", partner.url)) == b"\0\0\0"
    [request] = partner.requests
    assert request.path == "/receipts/uses"
    assert request.json() == {"code": "123456789012", "consumer": "440300:one", **TOLD}
