"""What strangers do to a number, a phone, or both, so that the owner shall not get in. Imports models."""

import dataclasses
from collections.abc import Callable, Iterator

from kuaiji.common.errors import RuleBroken
from kuaiji.identity.people.details import Details
from kuaiji.identity.recovery.services import send_recovery_code, start_recovery
from kuaiji.identity.registration.services import send_registration_code, start_registration
from kuaiji.identity.signing_in.services import sign_in_user
from kuaiji.limits.services import Address

TIMES = 12  # more than any limit of a day for codes
GUESSES = 6  # more than the first limit on passwords


def by_number(victim: Details, address: Address) -> Iterator[Callable[[], object]]:
    """Everything that the number alone is good for, with phones of strangers."""
    number = victim.person.document.number
    for place in range(TIMES):
        phone = f"177{(int(victim.phone[3:]) * TIMES + place) % 10**8:08}"  # of no other attack
        yield lambda phone=phone: recovers(number, phone, address)  # type: ignore[misc]
        yield lambda phone=phone: registers(dataclasses.replace(victim, phone=phone), address)  # type: ignore[misc]
    for place in range(GUESSES):
        yield lambda place=place: sign_in_user(  # type: ignore[misc]
            number=number, password=f"guess {place}", address=address
        )


def by_phone(victim: Details, others: list[Details], address: Address) -> Iterator[Callable[[], object]]:
    """Everything that the phone alone is good for, with numbers of ``others``."""
    for other in others:
        yield lambda other=other: recovers(other.person.document.number, victim.phone, address)  # type: ignore[misc]
        yield lambda other=other: registers(  # type: ignore[misc]
            dataclasses.replace(other, phone=victim.phone), address
        )


def recovers(number: str, phone: str, address: Address) -> bool:
    """Ask for a code of 找回密码 in a form of one's own."""
    return send_recovery_code(recovery=start_recovery(), number=number, phone=phone, document_type="", address=address)


def registers(details: Details, address: Address) -> bool:
    """Ask for a code of 用户注册 in a form of one's own."""
    registration = start_registration(works_in_accounting=True, holds_qualification=True)
    return send_registration_code(registration=registration, details=details, address=address)


def outcomes(acts: Iterator[Callable[[], object]]) -> list[str]:
    """Do them; the code of each refusal, empty where there was none."""
    found = []
    for act in acts:
        try:
            act()
        except RuleBroken as broken:
            found.append(broken.code)
        else:
            found.append("")
    return found
