"""One message of every topic about made-up people; docs/wire/vectors.json records them."""

import base64
import datetime as dt
import hashlib
import json
import uuid
from dataclasses import replace
from random import Random

from kuaiji_wire import archive, archive_2, proofs
from kuaiji_wire.keys import dump_public_key, load_private_key
from kuaiji_wire.messages import (
    Message,
    RecordReported,
    RecordReported2,
    TransferAttemptsRefused,
    TransferClaimed,
    TransferClaimRejected,
    TransferCodeRenewed,
    TransferReceived,
    TransferReleased,
    TransferReleased2,
    TransferReturned,
    TransferWithdrawn,
)
from kuaiji_wire.people import Document, Person
from people import numbers

# Published in docs/wire/vectors.json: good for tests only.
PLATFORM_KEY, OTHER_KEY, HUB_KEY = "440000:test-1", "440300:test-1", "hub:test-1"
PRIVATE = {
    keyid: base64.b64encode(hashlib.sha256(f"test key {keyid}".encode()).digest()).decode()
    for keyid in (PLATFORM_KEY, OTHER_KEY, HUB_KEY)
}
PUBLIC = {keyid: dump_public_key(load_private_key(text).public_key()) for keyid, text in PRIVATE.items()}

GUANGDONG, SHENZHEN = "440000", "440300"
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
TRANSFER, CLAIM = (uuid.UUID(f"01990000-0000-7000-8000-00000000000{digit}") for digit in "12")
HERE, THERE = (uuid.UUID(f"01990000-0000-7000-8000-00000000000{digit}") for digit in "34")

# 440000 is no county, so the number is nobody's.
_NUMBER = numbers.eighteen(Random(9421), "440000", born=dt.date(1990, 1, 1), gender="2")
PERSON = Person(name="迪丽努尔·示例", document=Document(type="01", country="", number=_NUMBER))
EARLIER = replace(PERSON, name="迪丽努·示例")

SECTIONS = archive.Sections(
    personal=archive.Personal(
        gender="2",
        birth_date=dt.date(1990, 1, 1),
        country="CHN",
        ethnic_group="05",
        political_status="13",
        email="person@example.com",
    ),
    education=archive.Education(
        full_time_level="21",
        full_time_degree="4",
        full_time_school="南粤示例大学",
        full_time_major="会计学",
        full_time_graduated_on=dt.date(2012, 7, 1),
        full_time_second_degree=False,
        part_time_level="",
        part_time_degree="",
        part_time_school="",
        part_time_major="",
        part_time_graduated_on=None,
        part_time_second_degree=False,
    ),
    employment=archive.Employment(
        employment_status="1",
        division_code="440103",
        accounting_post="06",
        accounting_admin_post="04",
        accounting_start_date=dt.date(2012, 8, 1),
        accounting_years=14,
        accounting_technical_post="00",
        technical_post_appointed_on=None,
        employer_name="示例商贸有限公司",
        employer_uscc="91440101MA00000009",
        employer_industry="52",
        employer_economic_type="05",
        employer_address="广州市示例路1号",
        employer_phone="020-88880000",
        residence_address=None,
        school_name=None,
        periods=(),
    ),
    professional=archive.Professional(
        is_cpa=False,
        cpa_number="",
        is_tax_agent=False,
        tax_agent_number="",
        is_asset_appraiser=False,
        asset_appraiser_number="",
        abacus_level="00",
        qualifications=(
            archive.Qualification(
                category="01",
                level="1",
                method="2",
                obtained_on=dt.date(2014, 5, 20),
                name="",
                certificate_number="",
                issued_in="",
            ),
        ),
        talents=(archive.Talent(programme="01", selected_year=2020, status="1", graduated_year=None),),
    ),
    awards=archive.Awards(awards=(archive.Award(name="先进会计工作者", level="3", year=2022, giver=""),)),
)
ARCHIVE = archive.Archive(
    version=2,
    made_at=NOW,
    division_code="440103",
    status="collected",
    collected_at=NOW - dt.timedelta(days=30),
    confirmed_at=NOW,
    sections=SECTIONS,
)
_VERSIONS: tuple[tuple[int, archive.VersionKind, int, Person], ...] = (
    (1, "collected", 30, EARLIER),
    (2, "name_changed", 0, PERSON),
)
HISTORY = tuple(
    archive.PastVersion(
        platform=GUANGDONG,
        number=number,
        kind=kind,
        section="",
        actor_kind="citizen",
        made_at=NOW - dt.timedelta(days=days),
        division_code="440103",
        person=person,
        sections=SECTIONS,
    )
    for number, kind, days, person in _VERSIONS
)
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0 stands for a picture").decode()

REPORTED = RecordReported(record_id=HERE, person=PERSON, previous=EARLIER, archive=ARCHIVE)
RELEASED = TransferReleased(
    transfer_id=TRANSFER,
    record_id=HERE,
    person=PERSON,
    origin=GUANGDONG,
    destination=SHENZHEN,
    destination_division="440304",
    reason="工作调动",
    approved_at=NOW,
    archive=ARCHIVE.model_copy(update={"status": "transferring_out"}),
    history=HISTORY,
    pictures={"photo": JPEG},
)
WITHDRAWN = TransferWithdrawn(transfer_id=TRANSFER, at=NOW, reason="不再调动")
CLAIMED = TransferClaimed(
    transfer_id=TRANSFER, claim_id=CLAIM, person=PERSON, destination_division="440304", claimed_at=NOW
)
CLAIM_REJECTED = TransferClaimRejected(
    transfer_id=TRANSFER, claim_id=CLAIM, at=NOW, code="review_refused", reason="证件照不清晰"
)
RECEIVED = TransferReceived(transfer_id=TRANSFER, claim_id=CLAIM, record_id=THERE, at=NOW)
RETURNED = TransferReturned(transfer_id=TRANSFER, at=NOW, code="destination_refused", reason="不属于本地管理")

SECTIONS_2 = archive_2.Sections2.model_validate_json(
    json.dumps(
        SECTIONS.plain()
        | {
            "education": SECTIONS.education.plain()
            | {
                "full_time_enrolled_on": "2008-09-01",
                "full_time_enrolled_on_precision": "month",
                "full_time_graduated_on": "2012-07-31",
                "full_time_graduated_on_precision": "month",
            },
            "employment": SECTIONS.employment.plain()
            | {
                "accounting_start_date_precision": "month",
                "periods": [
                    {
                        "started_on": "2012-08-01",
                        "started_on_precision": "month",
                        "ended_on": "2013-02-28",
                        "ended_on_precision": "month",
                        "employer_name": "示例商贸有限公司",
                    }
                ],
            },
        }
    )
)
CREDIT_YEAR = archive_2.CreditYear(
    year=2025,
    platform=GUANGDONG,
    professional=6000,
    professional_general=2000,
    public=3050,
    is_met=True,
    public_was_taken=True,
    is_closed=True,
)
_PHONE_KEY, _SALT = (base64.b64encode(hashlib.sha256(b"test").digest()[:size]).decode() for size in (32, 16))
PHONE, CODE = "13800000000", "7K3MZ0QX"  # a number that nobody has
PROOFS = proofs.ClaimProofs(
    renewal=1,
    phone=proofs.PhoneDigest(
        algorithm="hmac-sha256",
        key=_PHONE_KEY,
        digest=proofs.phone_mac(PHONE, key=_PHONE_KEY, algorithm="hmac-sha256"),
    ),
    code=proofs.CodeDigest(
        algorithm="argon2id", memory_kib=19456, passes=2, lanes=1, salt=_SALT,
        digest="z+q7eg2VbDE4noGlnxR+W1Opi0s7V8oelHB2ajTgces=",
    ),
)  # fmt: skip
_ENDED = ARCHIVE.plain() | {
    "sections": SECTIONS_2.plain(),
    "status": "ended",
    "ended": {
        "reason": "second_document",
        "on": "2026-11-20",
        "kept": {"platform": SHENZHEN, "record_id": str(THERE)},
    },
}
ARCHIVE_2 = archive_2.Archive2.model_validate_json(
    json.dumps(RELEASED.archive.plain() | {"sections": SECTIONS_2.plain(), "credit_years": [CREDIT_YEAR.plain()]})
)
HISTORY_2 = tuple(
    archive_2.PastVersion2(**{**vars(past), "kind": kind, "sections": SECTIONS_2})
    for past, kind in zip(HISTORY, ("imported", "reviewed"), strict=True)
)

REPORTED_2 = RecordReported2(
    record_id=HERE, person=PERSON, previous=None, archive=archive_2.Archive2.model_validate_json(json.dumps(_ENDED))
)
RELEASED_2 = TransferReleased2(**{**vars(RELEASED), "archive": ARCHIVE_2, "history": HISTORY_2, "proofs": PROOFS})
CODE_RENEWED = TransferCodeRenewed(
    transfer_id=TRANSFER, at=NOW, proofs=PROOFS.model_copy(update={"renewal": 2, "phone": None})
)
ATTEMPTS_REFUSED = TransferAttemptsRefused(
    transfer_id=TRANSFER,
    since=NOW - dt.timedelta(days=1),
    until=NOW,
    wrong_codes=3,
    wrong_divisions=1,
    is_closed_to_others=False,
)
MESSAGES_2: tuple[Message, ...] = (REPORTED_2, RELEASED_2, CODE_RENEWED, ATTEMPTS_REFUSED)
MESSAGES: tuple[Message, ...] = (REPORTED, RELEASED, WITHDRAWN, CLAIMED, CLAIM_REJECTED, RECEIVED, RETURNED)
