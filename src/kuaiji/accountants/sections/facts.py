"""What is known about the person before a section is shown: forms ask no more than the document leaves open."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from kuaiji.common import documents
from kuaiji.common.dates import KnownDate
from kuaiji.common.documents import DocumentType
from kuaiji.identity.models import User


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """One person as the forms see them. ``gender``, ``birth_date`` and ``country`` come from the document or the
    personal section, and are None until one of them tells."""

    document_type: DocumentType
    gender: str | None
    birth_date: dt.date | None
    country: str | None
    fixed_by_document: frozenset[str]
    today: dt.date
    is_foreigner: bool
    """Holds a foreigner's document: 民族 and 政治面貌 are not asked (R3.1)."""
    holds_qualification: bool = False
    """Said so at registration, and collects for the first time: a title is expected (R1.2)."""
    employment_status: str = ""
    """在岗状态 as the work section has it while somebody collects; empty before, and where it decides nothing."""
    works_since: KnownDate | None = None
    """When accounting work began, as far as the work section tells: 入学时间 matters to who began before graduating."""


def beside_work(facts: Facts, employment: Mapping[str, Any] | None) -> Facts:
    """The same person with what the answers of the work section tell."""
    work = employment or {}
    told = [KnownDate.in_answers(work, "accounting_start_date")]
    told += [KnownDate.in_answers(row, "started_on") for row in work.get("periods") or ()]
    return dataclasses.replace(facts, works_since=min(filter(None, told), key=lambda known: known.day, default=None))


def settled(facts: Facts) -> Facts:
    """The same person once collected: 性别 and 所属国家 are asked no more, whatever the document tells (R4.1)."""
    return dataclasses.replace(facts, fixed_by_document=facts.fixed_by_document | {"gender", "country"})


def facts_of(user: User, personal: dict[str, object] | None, today: dt.date) -> Facts:
    """Facts from the document, completed by the answers of the personal section where it is silent."""
    document = documents.told_by(user.document)
    told = {"gender": document.gender, "birth_date": document.birth_date, "country": document.country}
    answers = personal or {}
    born = told["birth_date"] or answers.get("birth_date")
    born = dt.date.fromisoformat(born) if isinstance(born, str) else born
    return Facts(
        document_type=document.type,
        gender=str(told["gender"] or answers.get("gender") or "") or None,
        birth_date=born if isinstance(born, dt.date) else None,
        country=str(told["country"] or answers.get("country") or "") or None,
        fixed_by_document=frozenset(name for name, value in told.items() if value),
        today=today,
        is_foreigner=documents.is_of_foreigner(user.document),
    )
