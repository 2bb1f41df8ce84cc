"""What is answered, as JSON: docs/exam-api.md says what each field is."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

import orjson

from kuaiji.common import environment
from kuaiji.common.profile import profile
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.services.lookups import Row
from kuaiji.exams.enums import OutcomeCode
from kuaiji.exams.judging.codes import OUTCOMES
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.judge import Judgement
from kuaiji.exams.judging.verdicts import Verdict


@cache
def public_address() -> str:
    """Scheme and authority under which people reach this platform, for the links to where something is mended."""
    ours, hosts = profile(), environment.ALLOWED_HOSTS.get()
    neighbours: Mapping[str, str] = environment.NEIGHBOURS.get()
    return neighbours.get(ours.code) or (f"https://{hosts[0]}" if hosts else ours.official_address)


def found(row: Row, facts: Facts, judgement: Judgement, *, at: dt.datetime, reference: str) -> str:
    """Of who is known here by this document and this name."""
    said = {
        "outcome": Outcome.FOUND.value,
        "collection_status": facts.status.value,
        "up_to_date": judgement.up_to_date,
        "name_change_pending": facts.name_change_pending,
        "platform": profile().code,
        "division_code": facts.division_code or None,
        "transfer": _transfer(facts),
        "updated_at": _moment(row.updated_at),
        "qualifications": row.qualifications or [],
        "education": row.education or {},
        "accounting_years": judgement.accounting_years,
        "years_after_title": judgement.years_after_title,
        "projected": judgement.projected,
        "collect_by": _moment(judgement.collect_by),
        "eligible": judgement.eligible,
        "way": judgement.way,
    }
    verdicts = ",".join(map(_verdict, judgement.verdicts))
    last = _last(row, judgement.ruleset, at, reference)
    return f'{_dump(said)[:-1]},"verdicts":[{verdicts}],{_dump(last)[1:]}'


def not_found(row: Row, *, ruleset: str, at: dt.datetime, reference: str, is_number: bool) -> str:
    """Of who is not, or not by this name: nothing of anybody. ``is_number`` says whether the number can be one."""
    code = OutcomeCode.NOT_KNOWN_HERE if is_number else OutcomeCode.NUMBER_INVALID
    if row.outcome == Outcome.NAME_MISMATCH:
        code = OutcomeCode.NAME_MISMATCH
    last = _last(row, ruleset, at, reference)
    return f'{{"outcome":"{row.outcome}",{_of_code(code)},{_dump(last)[1:]}'


def batch(answers: Iterable[str]) -> bytes:
    """All of them, in their order."""
    return f'{{"answers":[{",".join(answers)}]}}'.encode()


def repairs(references: Iterable[str], after: int) -> bytes:
    """References of refusals that a save has overtaken, and where to go on."""
    return _dump({"repairs": [{"reference": each} for each in references], "next": str(after)}).encode()


def _last(row: Row, ruleset: str, at: dt.datetime, reference: str) -> dict[str, Any]:
    said = {"ruleset": ruleset, "answered_at": _moment(at), "answer_id": str(row.id)}
    return said | ({"reference": reference} if reference else {})


def _transfer(facts: Facts) -> dict[str, Any] | None:
    if (moved := facts.transfer) is None:
        return None
    return {
        "platform": moved.platform,
        "platform_name": moved.platform_name,
        "division_code": moved.division_code or None,
        "division_name": moved.division_name or None,
    }


@lru_cache(maxsize=4096)
def _verdict(verdict: Verdict) -> str:
    """Few are different, and none says who it is about."""
    return _dump(
        {
            "condition": verdict.condition.value,
            "met": verdict.met,
            "code": verdict.code.value,
            "text": verdict.text,
            "remedy_url": _url(verdict.remedy),
        }
    )


@cache
def _of_code(code: OutcomeCode) -> str:
    meaning = OUTCOMES[code]
    said = {"code": code.value, "text": meaning.words(), "remedy_url": _url(meaning.remedy)}
    return _dump(said)[1:-1]


def _url(path: str) -> str | None:
    return f"{public_address()}{path}" if path else None


def _moment(at: dt.datetime | None) -> str | None:
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z") if at else None


def _dump(value: Any) -> str:
    return orjson.dumps(value).decode()
