"""What a platform knows of a person (信息档案): five sections, versions, pictures.

Pictures stand apart from the sections: the ids of one platform's files say nothing to another.
"""

from typing import Annotated, Literal

from pydantic import Field

from kuaiji_wire.people import Person
from kuaiji_wire.shapes import (
    NO_CONTROL,
    Code,
    Day,
    DivisionCode,
    LongText,
    Moment,
    PlatformCode,
    Shape,
    ShortText,
    VersionNumber,
    Year,
)

Status = Literal[
    "under_review", "returned", "collected", "transferring_out", "transferred_out", "claim_under_review", "to_complete"
]
VersionKind = Literal["collected", "section_changed", "name_changed", "corrected", "region_followed", "transferred_in"]
ActorKind = Literal["citizen", "staff", "system", "machine"]
SectionName = Literal["", "personal", "education", "employment", "professional", "awards"]
Purpose = Literal["photo", "id_card_front", "id_card_back", "student_proof"]
# Base64 of at most 3 MiB of JPEG; its first three bytes are always FF D8 FF.
Jpeg = Annotated[str, Field(max_length=4 << 20, pattern=r"^/9j/[0-9A-Za-z+/]*={0,2}$")]


class Personal(Shape):
    """个人信息. ``ethnic_group`` and ``political_status`` are not asked with foreign documents."""

    gender: Literal["1", "2"]
    birth_date: Day
    country: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    ethnic_group: Code = ""
    political_status: Code = ""
    email: Annotated[str, Field(max_length=254, pattern=NO_CONTROL)]


class Education(Shape):
    """学历信息: the highest of each mode; a mode without level is one the person does not have."""

    full_time_level: Code
    full_time_degree: Code
    full_time_school: ShortText
    full_time_major: ShortText
    full_time_graduated_on: Day | None
    full_time_second_degree: bool
    part_time_level: Code
    part_time_degree: Code
    part_time_school: ShortText
    part_time_major: ShortText
    part_time_graduated_on: Day | None
    part_time_second_degree: bool


class Period(Shape):
    """An earlier time of accounting work."""

    started_on: Day
    ended_on: Day
    employer_name: ShortText


class Employment(Shape):
    """工作信息: what the 在岗状态 does not ask is null or empty."""

    employment_status: Literal["1", "2", "3", "4"]
    division_code: DivisionCode
    accounting_post: Code | None
    accounting_admin_post: Code | None
    accounting_start_date: Day | None
    accounting_years: Annotated[int, Field(ge=0, le=100)] | None
    accounting_technical_post: Code | None
    technical_post_appointed_on: Day | None
    employer_name: ShortText | None
    employer_uscc: Annotated[str, Field(max_length=18, pattern=NO_CONTROL)] | None
    employer_industry: Code | None
    employer_economic_type: Code | None
    employer_address: LongText | None
    employer_phone: Annotated[str, Field(max_length=30, pattern=NO_CONTROL)] | None
    residence_address: LongText | None
    school_name: ShortText | None
    periods: Annotated[tuple[Period, ...], Field(max_length=60)]


class Qualification(Shape):
    """专业技术资格"""

    category: Code
    level: Code
    method: Code
    obtained_on: Day
    name: ShortText
    certificate_number: ShortText
    issued_in: ShortText


class Talent(Shape):
    """高端会计人才"""

    programme: Code
    selected_year: Year
    status: Code
    graduated_year: Year | None


class Professional(Shape):
    """专业技术信息"""

    is_cpa: bool
    cpa_number: ShortText
    is_tax_agent: bool
    tax_agent_number: ShortText
    is_asset_appraiser: bool
    asset_appraiser_number: ShortText
    abacus_level: Code
    qualifications: Annotated[tuple[Qualification, ...], Field(max_length=60)]
    talents: Annotated[tuple[Talent, ...], Field(max_length=60)]


class Award(Shape):
    """奖励"""

    name: ShortText
    level: Code
    year: Year | None
    giver: ShortText


class Awards(Shape):
    """奖励信息"""

    awards: Annotated[tuple[Award, ...], Field(max_length=60)]


class Sections(Shape):
    """The five sections of one version."""

    personal: Personal
    education: Education
    employment: Employment
    professional: Professional
    awards: Awards


class AnyArchive(Shape):
    """A record as its newest version has it, in any version of the wire."""

    version: VersionNumber
    made_at: Moment
    division_code: DivisionCode
    status: str
    collected_at: Moment
    confirmed_at: Moment
    sections: Sections


class Archive(AnyArchive):
    """A record as its newest version has it. ``confirmed_at`` is the last change or 信息无变化，确认."""

    status: Status


class AnyPastVersion(Shape):
    """One version of the record, in any version of the wire."""

    platform: PlatformCode
    number: VersionNumber
    kind: str
    section: SectionName
    actor_kind: ActorKind
    made_at: Moment
    division_code: DivisionCode
    person: Person
    sections: Sections


class PastVersion(AnyPastVersion):
    """One version of the record, on the platform that made it; ``section`` is empty unless one was changed."""

    kind: VersionKind


History = Annotated[tuple[PastVersion, ...], Field(min_length=1, max_length=1000)]
Pictures = dict[Purpose, Jpeg]
