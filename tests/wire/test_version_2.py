"""Version 2 says all that version 1 says, more beside it, and nothing else."""

import base64
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import given
from hypothesis import strategies as st

from kuaiji_signed import canonical
from kuaiji_wire import archive, archive_2, proofs
from kuaiji_wire.archive_2 import in_version_1
from kuaiji_wire.errors import BadMessage, UnknownVersion
from kuaiji_wire.messages import (
    MODELS,
    VERSIONS,
    Envelope,
    Message,
    RecordReported,
    RecordReported2,
    Topic,
    TransferReleased2,
    parse,
    read_envelope,
    version_of,
)
from people.wire_samples import (
    ARCHIVE,
    ARCHIVE_2,
    CODE,
    HERE,
    HISTORY_2,
    MESSAGES,
    MESSAGES_2,
    NOW,
    PERSON,
    PHONE,
    PROOFS,
    RELEASED,
    RELEASED_2,
    REPORTED,
    REPORTED_2,
    SECTIONS,
    SECTIONS_2,
)

ID = uuid.UUID("01990000-0000-7000-8000-0000000000fe")
days = st.dates(dt.date(1950, 1, 1), dt.date(2200, 12, 31))
precisions: st.SearchStrategy[Any] = st.sampled_from(["day", "month"])
moments = st.integers(0, 2**31).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC))


def arrived(message: Message, **changes: Any) -> Message:
    """As it is read where it comes to."""
    body = canonical.load(canonical.dump(message.plain() | changes))
    envelope = Envelope(id=ID, topic=message.topic, version=message.version, sent_at=NOW, body=body)
    return parse(read_envelope(canonical.dump(envelope.plain())))


@st.composite
def educations(draw: st.DrawFn) -> archive_2.Education2:
    said: dict[str, Any] = vars(SECTIONS.education)
    for mode in ("full_time", "part_time"):
        said = said | {
            f"{mode}_enrolled_on": draw(st.none() | days),
            f"{mode}_graduated_on": draw(st.none() | days),
            f"{mode}_enrolled_on_precision": draw(precisions),
            f"{mode}_graduated_on_precision": draw(precisions),
        }
    return archive_2.Education2(**said)


@st.composite
def employments(draw: st.DrawFn) -> archive_2.Employment2:
    period = st.builds(
        archive_2.Period2,
        started_on=days, ended_on=days, employer_name=st.just("示例单位"),
        started_on_precision=precisions, ended_on_precision=precisions,
    )  # fmt: skip
    said = {
        "accounting_start_date": draw(st.none() | days),
        "accounting_start_date_precision": draw(precisions),
        "technical_post_appointed_on_precision": draw(precisions),
        "periods": tuple(draw(st.lists(period, max_size=3))),
    }
    return archive_2.Employment2(**{**vars(SECTIONS.employment), **said})


@st.composite
def all_sections(draw: st.DrawFn) -> archive_2.Sections2:
    qualifications = tuple(
        archive_2.Qualification2(**{**vars(row), "obtained_on_precision": draw(precisions)})
        for row in SECTIONS.professional.qualifications
    )
    professional = archive_2.Professional2(**{**vars(SECTIONS.professional), "qualifications": qualifications})
    return archive_2.Sections2(
        personal=SECTIONS.personal,
        education=draw(educations()),
        employment=draw(employments()),
        professional=professional,
        awards=SECTIONS.awards,
    )


credits = st.integers(0, 10_000_000)


@st.composite
def archives(draw: st.DrawFn) -> archive_2.Archive2:
    years = draw(st.lists(st.integers(1900, 2200), max_size=4, unique=True))
    made = st.builds(
        archive_2.CreditYear,
        year=st.just(2000), platform=st.sampled_from(["440000", "440300"]), professional=credits,
        professional_general=credits, public=credits, is_met=st.booleans(), public_was_taken=st.booleans(),
        is_closed=st.booleans(),
    )  # fmt: skip
    reason = draw(st.sampled_from([None, "death", "withdrawn", "second_document"]))
    kept = archive_2.Kept(platform="440300", record_id=draw(st.uuids())) if reason == "second_document" else None
    return archive_2.Archive2(
        version=draw(st.integers(1, 2**31 - 1)),
        made_at=draw(moments),
        division_code="440103",
        status="ended" if reason else draw(st.sampled_from(["collected", "to_complete"])),
        collected_at=draw(moments),
        confirmed_at=draw(moments),
        sections=draw(all_sections()),
        ended=archive_2.Ended(reason=reason, on=draw(days), kept=kept) if reason else None,  # type: ignore[arg-type]
        credit_years=tuple(draw(made).model_copy(update={"year": year}) for year in years),
    )


@given(archives(), st.none() | st.just(PROOFS))
def test_whatever_version_2_says_arrives_as_it_left(said: archive_2.Archive2, proven: Any) -> None:
    past = tuple(row.model_copy(update={"sections": said.sections}) for row in HISTORY_2)
    for message in (
        RecordReported2(record_id=HERE, person=PERSON, previous=None, archive=said),
        TransferReleased2(**{**vars(RELEASED_2), "archive": said, "history": past, "proofs": proven}),
    ):
        assert arrived(message) == message


@given(all_sections(), st.integers(1, 2**31 - 1), moments)
def test_whatever_version_1_says_arrives_in_both(sections: archive_2.Sections2, version: int, at: dt.datetime) -> None:
    less = in_version_1(sections)
    said = ARCHIVE.model_copy(update={"sections": less, "version": version, "made_at": at})
    message = RecordReported(record_id=HERE, person=PERSON, previous=None, archive=said)
    assert arrived(message) == message
    grown = RecordReported2.read(canonical.dump(message.plain()))
    assert in_version_1(grown.archive.sections) == less
    known = archive.Sections.read(canonical.dump(less.plain()))
    assert known == less and known.education.full_time_graduated_on == sections.education.full_time_graduated_on


@pytest.mark.parametrize("message", MESSAGES_2, ids=lambda message: message.topic)
def test_a_message_of_version_2_arrives_as_it_left(message: Message) -> None:
    assert arrived(message) == message and message.version == 2


def test_version_1_is_read_as_version_2_with_nothing_added() -> None:
    for old, new in ((REPORTED, RecordReported2), (RELEASED, TransferReleased2)):
        assert new.read(canonical.dump(old.plain())).version == 2
    grown = TransferReleased2.read(canonical.dump(RELEASED.plain()))
    assert (grown.proofs, grown.archive.ended, grown.archive.credit_years) == (None, None, ())
    assert grown.archive.sections.education.full_time_graduated_on_precision == "day"


def path_of(spoilt: dict[str, Any], message: Message) -> str:
    with pytest.raises(BadMessage) as refused:
        arrived(message, **spoilt)
    return str(refused.value.field)


def test_what_version_1_does_not_have_is_refused_in_it() -> None:
    education = {**SECTIONS.education.plain(), "full_time_enrolled_on": "2008-09-01"}
    sections = {**SECTIONS.plain(), "education": education}
    named = "body.archive.sections.education.full_time_enrolled_on"
    assert path_of({"archive": {**ARCHIVE.plain(), "sections": sections}}, REPORTED) == named
    assert path_of({"archive": {**ARCHIVE.plain(), "credit_years": []}}, REPORTED) == "body.archive.credit_years"
    assert path_of({"archive": {**ARCHIVE.plain(), "status": "ended"}}, REPORTED) == "body.archive.status"
    assert path_of({"proofs": None}, RELEASED) == "body.proofs"
    history = [{**RELEASED.plain()["history"][0], "kind": "imported"}]
    assert path_of({"history": history}, RELEASED) == "body.history.0.kind"


def test_what_version_2_does_not_have_is_refused_too() -> None:
    assert path_of({"more": 1}, REPORTED_2) == "body.more"
    said = ARCHIVE_2.plain()
    assert path_of({"archive": {**said, "more": 1}}, REPORTED_2) == "body.archive.more"
    spoilt = json.loads(json.dumps(SECTIONS_2.plain()))
    spoilt["employment"]["periods"][0]["started_on_precision"] = "year"
    named = "body.archive.sections.employment.periods.0.started_on_precision"
    assert path_of({"archive": {**said, "sections": spoilt}}, REPORTED_2) == named
    assert path_of({"proofs": {**PROOFS.plain(), "more": 1}}, RELEASED_2) == "body.proofs.more"


ENDED = {"reason": "death", "on": "2026-11-20", "kept": None}
KEPT = {"platform": "440300", "record_id": str(HERE)}


@pytest.mark.parametrize(
    "change",
    [
        {"status": "ended"},
        {"status": "ended", "ended": {**ENDED, "kept": KEPT}},
        {"status": "ended", "ended": {**ENDED, "reason": "second_document"}},
        {"status": "ended", "ended": {**ENDED, "reason": "moved"}},
        {"ended": ENDED},
        {"credit_years": ARCHIVE_2.plain()["credit_years"] * 2},
    ],
)
def test_an_end_has_its_reason_and_a_year_one_entry(change: dict[str, Any]) -> None:
    assert path_of({"archive": {**ARCHIVE_2.plain(), **change}}, REPORTED_2).startswith("body.archive")


def test_versions_are_chosen_by_topic() -> None:
    assert VERSIONS == (1, 2) and {version for _, version in MODELS} == set(VERSIONS)
    assert (version_of("record.reported", at_most=1), version_of("record.reported", at_most=2)) == (1, 2)
    assert (version_of("transfer.claimed", at_most=2), version_of("transfer.code_renewed", at_most=2)) == (1, 2)
    assert version_of("transfer.code_renewed", at_most=1) is None
    assert version_of("record.deleted", at_most=2) is None
    in_2 = {Topic.TRANSFER_CODE_RENEWED, Topic.TRANSFER_ATTEMPTS_REFUSED}
    for topic in Topic:
        assert version_of(topic, at_most=1) == (None if topic in in_2 else 1)


def test_a_topic_of_version_2_has_no_version_1() -> None:
    for message in MESSAGES_2[2:]:
        envelope = Envelope(id=ID, topic=message.topic, version=1, sent_at=NOW, body=message.plain())
        with pytest.raises(UnknownVersion):
            parse(envelope)


def test_the_samples_say_each_topic_of_each_version() -> None:
    assert {(message.topic, message.version) for message in (*MESSAGES, *MESSAGES_2)} == set(MODELS)


def test_a_phone_is_known_by_its_digest() -> None:
    assert PROOFS.phone and PROOFS.phone.is_of(PHONE) and not PROOFS.phone.is_of("13800000001")
    other = proofs.PhoneDigest(
        algorithm="hmac-sm3",
        key=PROOFS.phone.key,
        digest=proofs.phone_mac(PHONE, key=PROOFS.phone.key, algorithm="hmac-sm3"),
    )
    assert other.is_of(PHONE) and other.digest != PROOFS.phone.digest
    assert PHONE not in json.dumps(PROOFS.plain())


def test_a_code_is_known_by_its_slow_digest() -> None:
    kept = PROOFS.code
    assert kept

    def digest(code: str) -> str:
        salt = base64.b64decode(kept.salt)
        raw = hash_secret_raw(code.encode(), salt, kept.passes, kept.memory_kib, kept.lanes, 32, Type.ID)
        return base64.b64encode(raw).decode()

    assert digest(CODE) == kept.digest != digest("7K3MZ0QY")


@pytest.mark.parametrize("typed", ["7k3mz0qx", "7K3M-Z0QX", " 7k3m zOqx "])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert proofs.read_code(typed) == CODE
    assert proofs.read_code("il-oO") == "1100"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("code", {"memory_kib": 1 << 20}),
        ("code", {"passes": 100}),
        ("code", {"salt": "AAAA"}),
        ("code", {"algorithm": "sha256"}),
        ("phone", {"digest": "0" * 63}),
        ("phone", {"key": "A" * 44}),
        ("phone", {"algorithm": "md5"}),
    ],
)
def test_proofs_that_cost_too_much_or_are_none_are_refused(part: str, change: dict[str, Any]) -> None:
    spoilt = PROOFS.plain() | {part: PROOFS.plain()[part] | change}
    assert path_of({"proofs": spoilt}, RELEASED_2).startswith(f"body.proofs.{part}.")
