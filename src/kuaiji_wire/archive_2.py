"""The archive of version 2: that of version 1 and what may be said beside it.

Every new member has a default that says what version 1 left unsaid, so whatever version 1 says, version 2 says as well.
"""

import uuid
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import Field, model_validator

from kuaiji_wire.archive import (
    AnyArchive,
    AnyPastVersion,
    Education,
    Employment,
    Period,
    Professional,
    Qualification,
    Sections,
)
from kuaiji_wire.shapes import Day, PlatformCode, Shape, Year

_S = TypeVar("_S", bound=Shape)
Status2 = Literal[
    "under_review", "returned", "collected", "transferring_out", "transferred_out", "claim_under_review", "to_complete",
    "ended",
]  # fmt: skip
VersionKind2 = Literal[
    "collected", "section_changed", "name_changed", "corrected", "region_followed", "transferred_in", "imported",
    "reviewed",
]  # fmt: skip
EndReason = Literal["death", "withdrawn", "second_document"]
# A date known to the month is written with the day by which rules read it: the first of the month where something
# begins, the last where something ends. Whoever does not look at the precision reads it rightly.
Precision = Literal["day", "month"]
# Hundredths of a credit: the wire has no fractions.
Credit = Annotated[int, Field(ge=0, le=10_000_000, description="hundredths of a credit")]


class Education2(Education):
    """学历信息 with 入学时间 of both modes, null where not told."""

    full_time_enrolled_on: Day | None = None
    full_time_enrolled_on_precision: Precision = "day"
    full_time_graduated_on_precision: Precision = "day"
    part_time_enrolled_on: Day | None = None
    part_time_enrolled_on_precision: Precision = "day"
    part_time_graduated_on_precision: Precision = "day"


class Period2(Period):
    """An earlier time of accounting work."""

    started_on_precision: Precision = "day"
    ended_on_precision: Precision = "day"


class Employment2(Employment):
    """工作信息"""

    accounting_start_date_precision: Precision = "day"
    technical_post_appointed_on_precision: Precision = "day"
    periods: Annotated[tuple[Period2, ...], Field(max_length=60)]


class Qualification2(Qualification):
    """专业技术资格"""

    obtained_on_precision: Precision = "day"


class Professional2(Professional):
    """专业技术信息"""

    qualifications: Annotated[tuple[Qualification2, ...], Field(max_length=60)]


class Sections2(Sections):
    """The five sections of one version."""

    education: Education2
    employment: Employment2
    professional: Professional2


class Kept(Shape):
    """The record that goes on when a person had two: by its id at the platform that has it."""

    platform: PlatformCode
    record_id: uuid.UUID


class Ended(Shape):
    """Why nobody keeps the record on: 死亡, 退出, or it was the second document of one person, whose other record is
    ``kept`` (null else)."""

    reason: EndReason
    on: Day
    kept: Kept | None = None

    @model_validator(mode="after")
    def _names_what_is_kept(self) -> Self:
        if (self.reason == "second_document") is not (self.kept is not None):
            raise ValueError("kept goes with second_document")
        return self


class CreditYear(Shape):
    """继续教育 of one year as ``platform`` counted it. ``professional_general`` is the part of ``professional`` in
    general professional knowledge; ``public`` is 公需科目. ``is_met``: the year is met, by courses or what stands for
    them; ``public_was_taken``: the public courses were really taken; ``is_closed``: nothing more can be added."""

    year: Year
    platform: PlatformCode
    professional: Credit
    professional_general: Credit
    public: Credit
    is_met: bool
    public_was_taken: bool
    is_closed: bool


class Archive2(AnyArchive):
    """A record as its newest version has it. ``ended`` goes with the status of that name, and is null else. Of a year
    each platform has one entry of ``credit_years`` at most."""

    status: Status2
    sections: Sections2
    ended: Ended | None = None
    credit_years: Annotated[tuple[CreditYear, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _says_why_it_ended(self) -> Self:
        if (self.status == "ended") is not (self.ended is not None):
            raise ValueError("ended goes with its status")
        if len({(entry.year, entry.platform) for entry in self.credit_years}) != len(self.credit_years):
            raise ValueError("one entry a year and platform")
        return self


class PastVersion2(AnyPastVersion):
    """One version of the record, on the platform that made it; ``section`` is empty unless one was changed."""

    kind: VersionKind2
    sections: Sections2


History2 = Annotated[tuple[PastVersion2, ...], Field(min_length=1, max_length=1000)]


def in_version_2(sections: Sections) -> Sections2:
    """``sections`` with what version 1 leaves unsaid as its defaults say it."""
    return sections if isinstance(sections, Sections2) else Sections2.model_validate_json(sections.model_dump_json())


def in_version_1(sections: Sections) -> Sections:
    """What version 1 can say of ``sections``: the same days, without how precisely they are known and 入学时间."""
    employment, professional = sections.employment, sections.professional
    return Sections(
        personal=sections.personal,
        education=_less(Education, sections.education),
        employment=_less(Employment, employment, periods=tuple(_less(Period, row) for row in employment.periods)),
        professional=_less(
            Professional,
            professional,
            qualifications=tuple(_less(Qualification, row) for row in professional.qualifications),
        ),
        awards=sections.awards,
    )


def _less(shape: type[_S], value: _S, **inner: Any) -> _S:
    return shape(**{name: getattr(value, name) for name in shape.model_fields} | inner)
