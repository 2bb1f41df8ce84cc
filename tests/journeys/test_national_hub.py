"""Who is collected at 广东 is known at the national hub as held by 440000, and is told so at 深圳's door (R1.4, S5)."""

import dataclasses
import random
import time

import pytest

from kuaiji_wire.client import HubClient
from kuaiji_wire.keys import KeyBook, dump_public_key, load_private_key
from kuaiji_wire.people import Document
from kuaiji_wire.people import Person as OnTheWire
from kuaiji_wire.shapes import PlatformName
from kuaiji_wire.signing import Signer
from people.houses.stack import Stack, opened_home
from people.http_visitor import HttpVisitor, Stuck
from people.persons import make_person

WAIT_SECONDS = 30

pytestmark = pytest.mark.usefixtures("other_platform")


def shenzhen_at_the_hub(stack: Stack) -> HubClient:
    """As the second platform of the house asks."""
    with opened_home(stack.home, KUAIJI_BASE_PORT=stack.platform.rpartition(":")[2]) as development:
        ours, hubs = development.secrets["wire_key_shenzhen"], development.secrets["hub_signing_key"]
        address = development.address("hub")
    book = KeyBook({"hub:house": dump_public_key(load_private_key(hubs).public_key())})
    signer = Signer("440300:house", load_private_key(ours))
    return HubClient(address, signer=signer, hub_keys=book)


def test_a_collected_person_is_held_by_guangdong(stack: Stack) -> None:
    person = make_person(random.Random(time.time_ns()), status="1")
    document = Document(type=person.document_type, country="", number=person.document_number)
    asked = OnTheWire(name=person.details["name"], document=document)
    hub = shenzhen_at_the_hub(stack)
    assert hub.look_up(asked).verdict == "not_found"
    with HttpVisitor(stack.platform) as here:
        here.register(person)
        here.collect(person)
    deadline = time.monotonic() + WAIT_SECONDS
    while (answer := hub.look_up(asked)).verdict == "not_found" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert answer.held_by == PlatformName(code="440000", name="广东省")
    with HttpVisitor(stack.other) as there:
        # Another phone: the demo's messages of both platforms lie in one inbox.
        phone = person.phone[:-4] + f"{(int(person.phone[-4:]) + 1) % 10_000:04}"
        again = dataclasses.replace(person, phone=phone, details=person.details | {"phone": phone})
        with pytest.raises(Stuck, match="其他地区采集"):
            there.register(again)
