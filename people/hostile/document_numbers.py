"""Document numbers of all types, right or wrong by how they are made, and typed in every way."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from kuaiji.common import clock
from kuaiji.common.documents import DocumentType
from kuaiji.common.documents.cards import check_digit
from kuaiji.identity.registration.forms import DetailsForm
from people import numbers
from people.hostile.doors.strangers import DETAILS
from people.hostile.values import full_width
from people.persons import Person, make_person


class Typed(NamedTuple):
    """A number as typed for a type, and as kept; None when it is to be refused."""

    what: str
    kind: DocumentType
    text: str
    kept: str | None


CARDS = {
    DocumentType.RESIDENT_ID: "440106",
    DocumentType.HK_MACAO_RESIDENCE: "810000",
    DocumentType.TAIWAN_RESIDENCE: "830000",
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: "944840",
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "lower": str.lower,
    "full-width": full_width,
    "blanks": lambda number: " ".join([number[:6], number[6:14], number[14:]]),
    "ideographic-blanks": lambda number: f"\u3000{number}\u3000",
    "dashes": lambda number: "-".join([number[:3], number[3:]]),
    "long-dashes": lambda number: "—".join([number[:3], number[3:]]),
    "unseen": lambda number: number[:2] + "\u200b\u00ad" + number[2:] + "\ufeff",
    "marks-of-direction": lambda number: f"\u202d{number}\u202c",
    "sheet": lambda number: f"'{number}",
    "sheet-of-china": lambda number: f" \u2018{full_width(number)}",
    "sheet-formula": lambda number: f'="{number}"',
    "pasted": lambda number: f"\t{number}\n",
}
IMPOSSIBLE_BIRTHS = ("19850229", "19851301", "19850001", "19850132", "18991231", "00000000", "99999999")
CROSSES = "x×ХхΧχ✕✖✗✘Ｘｘ"
JUNK = ("\0", "<", "'", "*", "\u0301", "٣", "😀", "_", "+")


def typed() -> list[Typed]:
    """All of them, the same ones every time."""
    rng = Random(20260101)
    return [*_right(rng), *_wrong_cards(rng), *_wrong_forms(rng), *_wrong_types(rng), *_junk(rng)]


def people() -> Iterator[tuple[Person, str]]:
    """Endlessly: people of every type in turn, and their number typed in every way in turn."""
    rng, kinds, spellings = Random(20260102), list(DocumentType), list(SPELLINGS.values())
    for turn in itertools.count():
        person = make_person(rng, status="1", document_type=kinds[turn % len(kinds)])
        yield person, spellings[turn % len(spellings)](person.document_number)


def _right(rng: Random) -> Iterator[Typed]:
    for kind in DocumentType:
        for what, spell in SPELLINGS.items():
            for _ in range(2):
                number = numbers.valid_number(rng, kind)
                yield Typed(f"right-{what}", kind, spell(number), number)
    for cross in CROSSES:
        number = next(n for n in iter(lambda: numbers.resident_id(rng), "") if n.endswith("X"))
        yield Typed(f"cross-{ord(cross):x}", DocumentType.RESIDENT_ID, number[:17] + cross, number)
    for born in (dt.date(1900, 1, 1), dt.date(1980, 2, 29), dt.date(2000, 2, 29), _years_ago(14)):
        number = numbers.resident_id(rng, born=born)
        yield Typed("edge-of-birth", DocumentType.RESIDENT_ID, number, number)


def _wrong_cards(rng: Random) -> Iterator[Typed]:
    """Every card: each place changed, neighbours swapped, the birth date unreal, out of range or too near."""
    for kind, address in CARDS.items():
        number = numbers.eighteen(rng, address, born=dt.date(1985, 3, 9))
        for place in range(18):
            digit = rng.choice([one for one in "0123456789" if one != number[place]])
            yield Typed(f"digit-{place + 1}", kind, number[:place] + digit + number[place + 1 :], None)
        for place in range(17):
            if number[place] != number[place + 1]:
                swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
                yield Typed(f"swapped-{place + 1}", kind, swapped, None)
        day = dt.timedelta(days=1)
        too_late = [f"{date:%Y%m%d}" for date in (_years_ago(14) + day, clock.today() + day)]
        for birth in (*IMPOSSIBLE_BIRTHS, *too_late):
            body = f"{address}{birth}{rng.randrange(1000):03}"
            yield Typed(f"birth-{birth}", kind, body + check_digit(body), None)
        for cut in (14, 15, 16, 17):
            yield Typed(f"cut-{cut}", kind, number[:cut], None)
        yield Typed("longer", kind, number + "0", None)
        yield Typed("twice", kind, number * 2, None)
        yield Typed("fifteen-digits", kind, number[:6] + number[8:17], None)
    for province in ("00", "10", "16", "38", "47", "55", "66", "72", "99"):
        body = f"{province}0106198503090{rng.randrange(100):02}"
        yield Typed(f"province-{province}", DocumentType.RESIDENT_ID, body + check_digit(body), None)


# What a number of the type is not.
WRONG = {
    DocumentType.HK_MACAO_PERMIT: "12345678 C12345678 H1234567 H123456789 H12345678901 M1234567A HM1234567 H",
    DocumentType.TAIWAN_PERMIT: "1234567 123456789 A12345678 1234567890AB 123456789012 T2345678",
    DocumentType.FOREIGN_PASSPORT: "ABCDEFGH 1234 X123456789012345 X12_4567 X12.4567 护照12345",
    DocumentType.CHINESE_PASSPORT: "A12345678 E1234567 E123456789 EI1234567 EO1234567 G1234567 123456789 P123",
    DocumentType.OFFICER_CARD: "军字第号 军字第123号 军 123 军字第123456789012345号 军字第1234567号X",
    DocumentType.ARMED_POLICE_CARD: "武字第号 武字第12号 武警士官证件字第1234567号 武字第123.4567号",
    DocumentType.SOLDIER_CARD: "士字第号 士字第1号 士字第1234567号号",
    DocumentType.OTHER: "123 ABC 护照 ABCDEF 1_2_3_4 A1#234 " + "1" * 31,
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: "QQQ123456789012 USA12345678901 USA1234567890123 US1234567890123",
}


def _wrong_forms(rng: Random) -> Iterator[Typed]:
    for kind, texts in WRONG.items():
        for text in texts.split(" "):
            yield Typed(f"form-{len(text)}", kind, text, None)


def _wrong_types(rng: Random) -> Iterator[Typed]:
    """A right number under another type: cards under every other one, permits and old cards under cards."""
    for kind, address in CARDS.items():
        number = numbers.eighteen(rng, address, born=dt.date(1985, 3, 9))
        for other in DocumentType:
            if other != kind:
                yield Typed(f"type-{kind}", other, number, None)
    for other in CARDS:
        yield Typed("type-permit", other, "H12345678", None)
        if other != DocumentType.FOREIGN_PERMANENT_RESIDENCE:
            yield Typed("type-old-card", other, "USA" + numbers.digits(rng, 12), None)


def _junk(rng: Random) -> Iterator[Typed]:
    for kind in DocumentType:
        for junk in JUNK:
            yield Typed(f"junk-{ord(junk[0]):x}", kind, numbers.valid_number(rng, kind)[:8] + junk, None)
        for text in ("", " ", "\u200b", "-", "9" * 61, "x" * 100_000):
            yield Typed(f"nothing-{len(text)}", kind, text, None)


def _years_ago(years: int) -> dt.date:
    """The youngest birth date of somebody that old today."""
    today = clock.today()
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return dt.date(today.year - years, 3, 1)


def verdict(number: Typed) -> str:
    """What is wrong with what the form makes of it, nothing when all is well."""
    country = "USA" if number.kind == DocumentType.FOREIGN_PASSPORT else ""
    data = DETAILS | {"document_type": number.kind, "document_country": country, "document_number": number.text}
    form = DetailsForm(data, sending=True, proven_phone="")
    if form.is_valid():
        found = form.details().person.document.number
        return "" if found == number.kept else f"kept another, refused {number.kept is None}"
    words = str(*form.errors["document_number"])
    about = set(form.errors) == {"document_number"} and 4 < len(words) <= 40
    return "" if number.kept is None and about else f"{dict(form.errors)}"
