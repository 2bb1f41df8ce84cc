"""Who the ``at``-th person of a population is. Pure: the benches ask for people without reading them from anywhere."""

import dataclasses

from kuaiji.common.documents.cards import PROVINCES, check_digit
from people.persons import GIVEN, SURNAMES

_PROVINCES = sorted(PROVINCES)
PASSWORD = "kJ-7300481926"  # of everybody, hashed once a template
EXAM_ONLY_FROM = 30_000_000  # those of whom only an exam row is there
_SERIALS = 500  # of one address, day of birth and gender
_SPREAD = len(SURNAMES) + 1  # shares no factor with the names
_STEP = 7919  # shares no factor with the number of phone numbers


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """What all people after one template have in common: born, gender, and which template it is."""

    place: int
    born: str  # YYYYMMDD
    gender: str


@dataclasses.dataclass(frozen=True, slots=True)
class Persona:
    """One made-up person with a resident ID card."""

    name: str
    number: str
    phone: str


def persona(patterns: list[Pattern], at: int) -> Persona:
    """Another one for every ``at`` below five million times the patterns; nobody shares a number or a phone."""
    pattern, nth = patterns[at % len(patterns)], at // len(patterns)
    address, serial = divmod(nth, _SERIALS)
    tens, unit = divmod(serial, 5)
    odd = pattern.gender == "1"
    # Templates have provinces of their own, as two of them may be born on one day.
    body = f"{_PROVINCES[pattern.place % len(_PROVINCES)]}{address:04}{pattern.born}{tens:02}{2 * unit + odd}"
    given = GIVEN[at // _SPREAD % len(GIVEN)] + (GIVEN[at // _SPREAD**2 % len(GIVEN)] if at % 3 else "")
    phone = f"1{'3578'[at % 4]}{at * _STEP % 10**9:09}"
    return Persona(SURNAMES[at % len(SURNAMES)] + given, body + check_digit(body), phone)
