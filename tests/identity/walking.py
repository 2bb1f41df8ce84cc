"""The ways through the doors, step by step, as several tests go them."""

import dataclasses

from django.contrib.auth import SESSION_KEY

from tests.identity.helping import (
    Page,
    Visitor,
    code_for,
    make_details,
)

ONE = make_details("one")
TYPED = dataclasses.asdict(ONE)
SEND, REGISTER, VERIFY = ("action", "send_code"), ("action", "register"), ("action", "verify")
YES = {"works_in_accounting": "yes", "holds_qualification": "no"}


def to_details(visitor: Visitor) -> Page:
    visitor.open("/register/")
    return visitor.send(**YES)


def to_password(visitor: Visitor, typed: dict[str, str] = TYPED) -> Page:
    to_details(visitor)
    visitor.send(SEND, **typed)
    return visitor.send(REGISTER, sms_code=code_for(typed["phone"]))


def signed_in(visitor: Visitor) -> str | None:
    return visitor.client.session.get(SESSION_KEY)


def where(visitor: Visitor) -> str:
    return visitor.path.split("?")[0]
