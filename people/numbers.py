"""Made-up numbers that are right by the rules, of nobody in particular, and hypothesis strategies for them."""

import datetime as dt
from collections.abc import Callable
from random import Random

from hypothesis import strategies as st

from kuaiji.common import credit_codes
from kuaiji.common.documents import OF_CHINA, DocumentType
from kuaiji.common.documents.cards import PROVINCES, check_digit
from kuaiji.common.documents.countries import ALPHA_3

TODAY = dt.date(2026, 3, 1)
BORN_FIRST = dt.date(1900, 1, 1)
BORN_LAST = dt.date(2012, 3, 1)  # fourteen on TODAY

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PROVINCES = sorted(PROVINCES)
_COUNTRIES = sorted(ALPHA_3 - OF_CHINA)
_REGISTERS = ("11", "12", "19", "31", "51", "52", "54", "81", "91", "92", "93", "A1", "N1", "N2", "N3", "Y1")


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def birth_date(rng: Random) -> dt.date:
    return BORN_FIRST + dt.timedelta(days=rng.randrange((BORN_LAST - BORN_FIRST).days + 1))


def eighteen(rng: Random, address: str, *, born: dt.date | None = None, gender: str | None = None) -> str:
    """An 18-character number of that address (6 digits)."""
    born = born or birth_date(rng)
    odd = rng.randrange(2) if gender is None else gender == "1"
    body = f"{address}{born:%Y%m%d}{digits(rng, 2)}{2 * rng.randrange(5) + odd}"
    return body + check_digit(body)


def resident_id(
    rng: Random, *, born: dt.date | None = None, gender: str | None = None, region: str | None = None
) -> str:
    """A resident ID card's number; ``region`` is a division of 2 to 6 digits."""
    address = region or rng.choice(_PROVINCES)
    return eighteen(rng, address + digits(rng, 6 - len(address)), born=born, gender=gender)


def hk_macao_residence(rng: Random) -> str:
    return eighteen(rng, rng.choice(("810000", "820000")))


def taiwan_residence(rng: Random) -> str:
    return eighteen(rng, "830000")


def new_permanent_residence(rng: Random) -> str:
    return eighteen(rng, f"9{rng.choice(_PROVINCES)}{rng.choice('267')}{digits(rng, 2)}")  # no country of China


def old_permanent_residence(rng: Random) -> str:
    return rng.choice(_COUNTRIES) + digits(rng, 12)


def _hk_macao_permit(rng: Random) -> str:
    begin = rng.choice(("H", "M", "HA", "MA"))
    return begin + digits(rng, 7 if len(begin) == 2 else rng.choice((8, 10)))


def _taiwan_permit(rng: Random) -> str:
    return digits(rng, 8) + rng.choice(("", digits(rng, 2), digits(rng, 2) + rng.choice(LETTERS)))


def _foreign_passport(rng: Random) -> str:
    length = rng.randint(5, 15)
    number = [rng.choice(LETTERS + "0123456789") for _ in range(length)]
    number[rng.randrange(length)] = rng.choice("0123456789")
    return "".join(number)


def _chinese_passport(rng: Random) -> str:
    plain = rng.choice("EG") + digits(rng, 8)
    lettered = "E" + rng.choice(LETTERS.replace("I", "").replace("O", "")) + digits(rng, 7)
    official = rng.choice(("DE", "SE", "PE", "P", "S", "D")) + digits(rng, 7)
    return rng.choice((plain, lettered, official))


def _forces(force: str) -> Callable[[Random], str]:
    return lambda rng: f"{force}字第{digits(rng, rng.randint(6, 8))}号"


def _other(rng: Random) -> str:
    return rng.choice(("粤", "港", "")) + rng.choice(LETTERS) + digits(rng, rng.randint(5, 12))


_MAKERS: dict[DocumentType, Callable[[Random], str]] = {
    DocumentType.RESIDENT_ID: resident_id,
    DocumentType.HK_MACAO_PERMIT: _hk_macao_permit,
    DocumentType.TAIWAN_PERMIT: _taiwan_permit,
    DocumentType.FOREIGN_PASSPORT: _foreign_passport,
    DocumentType.CHINESE_PASSPORT: _chinese_passport,
    DocumentType.HK_MACAO_RESIDENCE: hk_macao_residence,
    DocumentType.TAIWAN_RESIDENCE: taiwan_residence,
    DocumentType.FOREIGN_PERMANENT_RESIDENCE: lambda rng: rng.choice(
        (new_permanent_residence, old_permanent_residence)
    )(rng),
    DocumentType.OFFICER_CARD: _forces("军"),
    DocumentType.ARMED_POLICE_CARD: _forces("武"),
    DocumentType.SOLDIER_CARD: _forces("士"),
    DocumentType.OTHER: _other,
}


def valid_number(rng: Random, document_type: DocumentType) -> str:
    """A number of that type, right and normalised."""
    return _MAKERS[document_type](rng)


def valid_uscc(rng: Random) -> str:
    """A 统一社会信用代码 with both check characters right."""
    body = "".join(rng.choice(credit_codes.ALPHABET) for _ in range(8))
    code = rng.choice(_REGISTERS) + rng.choice(_PROVINCES) + digits(rng, 4) + body
    code += credit_codes.organisation_check_digit(body)
    return code + credit_codes.check_digit(code)


def valid_mobile(rng: Random) -> str:
    return "1" + rng.choice("3456789") + digits(rng, 9)


def randoms() -> st.SearchStrategy[Random]:
    return st.randoms(use_true_random=False)


def births() -> st.SearchStrategy[dt.date]:
    return st.dates(BORN_FIRST, BORN_LAST)


def typed_numbers() -> st.SearchStrategy[tuple[DocumentType, str]]:
    """A type and a right number of it."""
    return st.builds(lambda rng, kind: (kind, valid_number(rng, kind)), randoms(), st.sampled_from(DocumentType))


def eighteen_digit_numbers() -> st.SearchStrategy[tuple[DocumentType, str]]:
    """A type of card with GB 11643 numbers, and such a number."""
    makers = {
        DocumentType.RESIDENT_ID: resident_id,
        DocumentType.HK_MACAO_RESIDENCE: hk_macao_residence,
        DocumentType.TAIWAN_RESIDENCE: taiwan_residence,
        DocumentType.FOREIGN_PERMANENT_RESIDENCE: new_permanent_residence,
    }
    return st.builds(lambda rng, kind: (kind, makers[kind](rng)), randoms(), st.sampled_from(sorted(makers)))


def usccs() -> st.SearchStrategy[str]:
    return st.builds(valid_uscc, randoms())


def mobiles() -> st.SearchStrategy[str]:
    return st.builds(valid_mobile, randoms())
