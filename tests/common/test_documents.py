"""Each document type by its own rule, with what its number tells (R2.4, U-12)."""

import csv
import datetime as dt
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kuaiji.codelists
from kuaiji.common import documents
from kuaiji.common.documents import DocumentType as Type
from kuaiji.common.documents.cards import check_digit
from kuaiji.common.documents.countries import ALPHA_3
from kuaiji_wire.people import Document
from people import numbers
from people.numbers import TODAY
from tests.support.refusals import refusal

CODE_LISTS = Path(kuaiji.codelists.__path__[0]) / "data"


def codes(name: str) -> list[str]:
    with (CODE_LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return [row["code"] for row in csv.DictReader(rows)]


def lasting(kind: Type, number: str) -> str:
    return documents.lasting_number(Document(type=kind, country="", number=number))


def check(document_type: Type, raw: str) -> documents.DocumentFacts:
    return documents.check(document_type, raw, today=TODAY)


def test_the_types_are_the_code_list() -> None:
    assert [kind.value for kind in Type] == codes("document_types")


def test_the_country_prefixes_are_the_code_list() -> None:
    assert sorted(codes("countries")) == sorted(ALPHA_3)


@given(numbers.typed_numbers())
def test_a_right_number_of_any_type_comes_back_unchanged(given_number: tuple[Type, str]) -> None:
    kind, number = given_number
    document = check(kind, number)
    assert (document.type, document.number) == given_number
    assert documents.normalise(number) == number
    assert (document.gender is None) == (document.birth_date is None)


@given(numbers.randoms(), numbers.births(), st.sampled_from("12"), st.sampled_from(["440106", "11", "659001", "71"]))
def test_a_resident_id_tells_sex_birth_and_country(rng: Random, born: dt.date, gender: str, region: str) -> None:
    document = check(Type.RESIDENT_ID, numbers.resident_id(rng, born=born, gender=gender, region=region))
    assert (document.birth_date, document.gender, document.country) == (born, gender, "CHN")


@pytest.mark.parametrize(
    ("kind", "number", "gender", "birth_date", "country"),
    [
        (Type.RESIDENT_ID, "11010519491231002X", "2", dt.date(1949, 12, 31), "CHN"),  # the example of GB 11643
        (Type.FOREIGN_PERMANENT_RESIDENCE, "932682198501010017", "1", dt.date(1985, 1, 1), None),  # NIA's specimens
        (Type.FOREIGN_PERMANENT_RESIDENCE, "911124198108030024", "2", dt.date(1981, 8, 3), None),
        (Type.FOREIGN_PERMANENT_RESIDENCE, "CAN110000000000", None, None, "CAN"),
        (Type.FOREIGN_PERMANENT_RESIDENCE, "XXA110000000000", None, None, None),
        (Type.HK_MACAO_PERMIT, "H00000001", None, None, "HKG"),
        (Type.HK_MACAO_PERMIT, "M0000000102", None, None, "MAC"),
        (Type.HK_MACAO_PERMIT, "HA0000001", None, None, None),  # of permanent residents who are no Chinese nationals
        (Type.HK_MACAO_PERMIT, "MA0000001", None, None, None),
        (Type.TAIWAN_PERMIT, "00000001", None, None, "TWN"),
        (Type.TAIWAN_PERMIT, "0000000101B", None, None, "TWN"),
        (Type.FOREIGN_PASSPORT, "C01X00T47", None, None, None),
        (Type.CHINESE_PASSPORT, "E00000001", None, None, "CHN"),
        (Type.CHINESE_PASSPORT, "EA0000001", None, None, "CHN"),
        (Type.CHINESE_PASSPORT, "G00000001", None, None, "CHN"),
        (Type.CHINESE_PASSPORT, "DE0000001", None, None, "CHN"),
        (Type.CHINESE_PASSPORT, "140000001", None, None, "CHN"),
        (Type.OFFICER_CARD, "军字第2001988号", None, None, "CHN"),
        (Type.OFFICER_CARD, "20019880", None, None, "CHN"),
        (Type.ARMED_POLICE_CARD, "武字第0000001号", None, None, "CHN"),
        (Type.SOLDIER_CARD, "士字第0000001", None, None, "CHN"),
        (Type.OTHER, "A1234567", None, None, None),
    ],
)
def test_what_documents_tell(
    kind: Type, number: str, gender: str | None, birth_date: dt.date | None, country: str | None
) -> None:
    told = documents.DocumentFacts(type=kind, number=number, gender=gender, birth_date=birth_date, country=country)
    assert check(kind, number) == told
    assert documents.told_by(Document(type=kind, country="", number=number)) == told


def test_the_issuer_of_a_passport_tells_the_country() -> None:
    passport = Document(type=Type.FOREIGN_PASSPORT, country="USA", number="X1234567")
    assert documents.told_by(passport).country == "USA"


def test_what_was_checked_once_is_not_checked_again() -> None:
    """A rule that became stricter, or a clock that went back, takes nobody's pages away."""
    born_later, wrong_last_digit = "110105203512310020", "110105194912310020"
    for number, year in ((born_later, 2035), (wrong_last_digit, 1949)):
        assert refusal(check, Type.RESIDENT_ID, number)
        told = documents.told_by(Document(type="01", country="", number=number))
        assert (told.birth_date, told.gender) == (dt.date(year, 12, 31), "2")


@pytest.mark.parametrize(("address", "country"), [("810000", "HKG"), ("820000", "MAC")])
def test_a_residence_permit_tells_hong_kong_from_macao(address: str, country: str) -> None:
    assert check(Type.HK_MACAO_RESIDENCE, numbers.eighteen(Random(1), address)).country == country


def test_a_residence_permit_tells_taiwan() -> None:
    assert check(Type.TAIWAN_RESIDENCE, numbers.taiwan_residence(Random(1))).country == "TWN"


def with_check_digit(body: str) -> str:
    return body + check_digit(body)


BAD_NUMBERS = [
    (Type.RESIDENT_ID, "", "required"),
    (Type.RESIDENT_ID, " \u3000\u200b-", "required"),
    (Type.RESIDENT_ID, "110105491231002", "fifteen_digits"),
    (Type.RESIDENT_ID, "11010519491231002", "wrong_length"),
    (Type.RESIDENT_ID, "11010519491231002XX", "wrong_length"),
    (Type.RESIDENT_ID, "1101051949123100X", "wrong_length"),
    (Type.RESIDENT_ID, "1" * 10_000, "bad_shape"),
    (Type.RESIDENT_ID, "1101051949I231002X", "bad_character"),
    (Type.RESIDENT_ID, "1101051949X231002X", "bad_character"),
    (Type.RESIDENT_ID, "11010519491231002Y", "bad_character"),
    (Type.RESIDENT_ID, "身份证11010519491231002X", "bad_character"),
    (Type.RESIDENT_ID, "\x0011010519491231002X", "bad_character"),
    (Type.RESIDENT_ID, "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "bad_character"),
    (Type.RESIDENT_ID, with_check_digit("00010519491231002"), "unknown_region"),
    (Type.RESIDENT_ID, with_check_digit("16010519491231002"), "unknown_region"),
    (Type.RESIDENT_ID, with_check_digit("66010519491231002"), "unknown_region"),
    (Type.RESIDENT_ID, with_check_digit("11010519490229002"), "unreal_birth_date"),
    (Type.RESIDENT_ID, with_check_digit("11010519491331002"), "unreal_birth_date"),
    (Type.RESIDENT_ID, with_check_digit("11010519490431002"), "unreal_birth_date"),
    (Type.RESIDENT_ID, with_check_digit("11010500000101002"), "unreal_birth_date"),
    (Type.RESIDENT_ID, with_check_digit("11010518991231002"), "birth_date_out_of_range"),
    (Type.RESIDENT_ID, with_check_digit("11010520260302002"), "birth_date_out_of_range"),
    (Type.RESIDENT_ID, "110105194912310021", "wrong_check_digit"),
    (Type.RESIDENT_ID, with_check_digit("11010520120302002"), "too_young"),
    (Type.RESIDENT_ID, with_check_digit("81000019491231002"), "wrong_type"),
    (Type.RESIDENT_ID, with_check_digit("83000019491231002"), "wrong_type"),
    (Type.RESIDENT_ID, "911124198108030024", "wrong_type"),
    (Type.RESIDENT_ID, "H00000001", "wrong_type"),
    (Type.RESIDENT_ID, "CAN110000000000", "wrong_type"),
    (Type.HK_MACAO_PERMIT, "A00000001", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "H0000001", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "H000000012", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "HA000000", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "HA00000001", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "HB0000001", "bad_shape"),
    (Type.HK_MACAO_PERMIT, "11010519491231002X", "wrong_type"),
    (Type.HK_MACAO_PERMIT, with_check_digit("81000019491231002"), "wrong_type"),
    (Type.TAIWAN_PERMIT, "0000001", "bad_shape"),
    (Type.TAIWAN_PERMIT, "000000012", "bad_shape"),
    (Type.TAIWAN_PERMIT, "T0000001", "bad_shape"),
    (Type.TAIWAN_PERMIT, "M00000001", "wrong_type"),
    (Type.FOREIGN_PASSPORT, "1234", "bad_shape"),
    (Type.FOREIGN_PASSPORT, "PASSPORT", "bad_shape"),
    (Type.FOREIGN_PASSPORT, "护照12345", "bad_shape"),
    (Type.FOREIGN_PASSPORT, "1234567890123456", "bad_shape"),
    (Type.FOREIGN_PASSPORT, "11010519491231002X", "wrong_type"),
    (Type.CHINESE_PASSPORT, "E1234567", "bad_shape"),
    (Type.CHINESE_PASSPORT, "EI1234567", "bad_shape"),
    (Type.CHINESE_PASSPORT, "123456789", "bad_shape"),
    (Type.HK_MACAO_RESIDENCE, with_check_digit("81010519491231002"), "unknown_region"),
    (Type.HK_MACAO_RESIDENCE, with_check_digit("83000019491231002"), "wrong_type"),
    (Type.HK_MACAO_RESIDENCE, "11010519491231002X", "wrong_type"),
    (Type.HK_MACAO_RESIDENCE, "H00000001", "wrong_type"),
    (Type.TAIWAN_RESIDENCE, with_check_digit("83010019491231002"), "unknown_region"),
    (Type.TAIWAN_RESIDENCE, with_check_digit("82000019491231002"), "wrong_type"),
    (Type.TAIWAN_RESIDENCE, "830000491231002", "fifteen_digits"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "911124198108030025", "wrong_check_digit"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, with_check_digit("99912419810803002"), "unknown_region"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, with_check_digit("91112420120302002"), "too_young"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "QQQ110000000000", "unknown_country"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "CHN110000000000", "chinese_national"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "TWN110000000000", "chinese_national"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, with_check_digit("91115619810803002"), "chinese_national"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, with_check_digit("91134419810803002"), "chinese_national"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "CAN11000000000", "bad_character"),
    (Type.FOREIGN_PERMANENT_RESIDENCE, "11010519491231002X", "wrong_type"),
    (Type.OFFICER_CARD, "军字第号", "bad_shape"),
    (Type.OFFICER_CARD, "123", "bad_shape"),
    (Type.OFFICER_CARD, "军字第2001988号甲", "bad_shape"),
    (Type.ARMED_POLICE_CARD, "11010519491231002X", "wrong_type"),
    (Type.SOLDIER_CARD, "士字第<1234>", "bad_shape"),
    (Type.OTHER, "123", "bad_shape"),
    (Type.OTHER, "护照", "bad_shape"),
    (Type.OTHER, "1" * 31, "bad_shape"),
    (Type.OTHER, "A1234\x00567", "bad_shape"),
    (Type.OTHER, "11010519491231002X", "wrong_type"),
    (Type.OTHER, "911124198108030024", "wrong_type"),
]


@pytest.mark.parametrize(("row", "code"), [(row, row[2]) for row in BAD_NUMBERS])
def test_a_bad_number_is_refused_for_the_right_reason(row: tuple[Type, str, str], code: str) -> None:
    broken = refusal(check, row[0], row[1])
    assert (broken.code, broken.field) == (code, "document_number")


def test_the_message_names_the_right_type() -> None:
    assert "港澳居民居住证" in refusal(check, Type.RESIDENT_ID, with_check_digit("81000019491231002")).message
    assert "台湾居民居住证" in refusal(check, Type.RESIDENT_ID, with_check_digit("83000019491231002")).message
    assert "永久居留" in refusal(check, Type.RESIDENT_ID, "911124198108030024").message


def test_the_message_names_the_position() -> None:
    assert "第11位" in refusal(check, Type.RESIDENT_ID, "1101051949I231002X").message


def test_fourteen_is_reached_on_the_birthday() -> None:
    number = numbers.resident_id(Random(1), born=dt.date(2012, 3, 1))
    assert documents.check(Type.RESIDENT_ID, number, today=dt.date(2026, 3, 1)).number == number
    assert refusal(documents.check, Type.RESIDENT_ID, number, today=dt.date(2026, 2, 28)).code == "too_young"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (dt.date(1899, 12, 31), "birth_date_out_of_range"),
        (dt.date(2026, 3, 2), "birth_date_out_of_range"),
        (dt.date(2012, 3, 2), "too_young"),
    ],
)
def test_a_birth_date_that_was_asked_for_has_the_same_limits(day: dt.date, code: str) -> None:
    broken = refusal(documents.check_birth_date, day, today=TODAY)
    assert (broken.code, broken.field) == (code, "birth_date")


def test_nothing_personal_shows_in_a_document_printed_by_chance() -> None:
    number = numbers.resident_id(Random(1), born=dt.date(1990, 5, 17))
    shown = repr(check(Type.RESIDENT_ID, number))
    assert number not in shown
    assert "1990" not in shown


def test_both_upload_places_have_a_label() -> None:
    assert documents.document_sides(Type.RESIDENT_ID) == ("身份证人像面", "身份证国徽面", True)
    for kind in Type:
        first, second, required = documents.document_sides(kind)
        assert first != second
        assert ("选传" in second) != required
    assert not documents.document_sides(Type.FOREIGN_PASSPORT)[2]


@given(numbers.typed_numbers())
def test_documents_of_foreigners_are_those_of_two_types_and_the_permits_of_2024(given_number: tuple[Type, str]) -> None:
    kind, number = given_number
    of_type = kind in (Type.FOREIGN_PASSPORT, Type.FOREIGN_PERMANENT_RESIDENCE)
    permit_of_2024 = kind == Type.HK_MACAO_PERMIT and number[1] == "A"
    assert documents.is_of_foreigner(Document(type=kind, country="", number=number)) == (of_type or permit_of_2024)


@pytest.mark.parametrize(
    ("country", "instead"), [("CHN", "中国护照"), ("HKG", "内地通行证"), ("MAC", "居住证"), ("TWN", "大陆通行证")]
)
def test_chinese_nationals_are_led_from_documents_of_foreigners_to_their_own(country: str, instead: str) -> None:
    for rule, field in ((documents.check_foreign_country, "country"), (documents.check_issuer, "document_country")):
        broken = refusal(rule, country)
        assert broken.field == field and "请改选" in broken.message and instead in broken.message
    documents.check_foreign_country("USA")
    documents.check_issuer("GBR")


def test_a_renewed_permit_keeps_its_lasting_number() -> None:
    assert lasting(Type.HK_MACAO_PERMIT, "H0000000101") == "H00000001"
    assert lasting(Type.HK_MACAO_PERMIT, "H00000001") == "H00000001"
    assert lasting(Type.HK_MACAO_PERMIT, "HA0000001") == "HA0000001"
    assert lasting(Type.TAIWAN_PERMIT, "0000000101B") == "00000001"
    assert lasting(Type.RESIDENT_ID, "11010519491231002X") == "11010519491231002X"


@given(numbers.typed_numbers())
def test_without_its_type_a_permit_has_the_same_lasting_part(given_number: tuple[Type, str]) -> None:
    kind, number = given_number
    part = documents.lasting_part(number)
    assert documents.lasting_part(part) == part and number.startswith(part)
    if kind in documents.RENEWED:
        assert part == lasting(kind, number)
    if kind == Type.RESIDENT_ID:
        assert part == number
