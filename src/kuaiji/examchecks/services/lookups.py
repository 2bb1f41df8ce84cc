"""Asking the database for the exam system: nonce, look-up and audit rows in one statement, one durable commit."""

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from kuaiji.common.ids import uuid7
from kuaiji.examchecks.services import statements
from kuaiji.examchecks.services.execution import DatabaseAway, Lost, execute
from kuaiji.examchecks.services.nonces import slot_of


class Replayed(Exception):
    """The nonce was used before under this key: nothing was looked up, nothing was written."""


@dataclasses.dataclass(frozen=True, slots=True)
class Signed:
    """Who asks, as the signature proved it. ``created`` is the signature's own time, in seconds since 1970; ``digest``
    is that of the body."""

    client_id: uuid.UUID
    key_id: str
    nonce: str
    created: int
    digest: bytes
    signature: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every candidate of a request. ``division`` is empty where the call names none; ``ruleset`` names
    the rules by which the caller judges what is found."""

    level: str
    year: int
    division: str
    ruleset: str
    at: dt.datetime


class Candidate(NamedTuple):
    """A person as asked about: the document's fingerprints under every key in use, the current one first (none where
    the number is none), the folded name (``kuaiji_wire.names``), and the caller's reference, empty where there is none.
    """

    prints: Sequence[bytes]
    name: str
    reference: str = ""


class Row(NamedTuple):
    """How a candidate stands, as the database says it (``statements.ANSWERED``); ``id`` is that of the answer.

    Of ``name_mismatch`` the rest is for the audit row, and no business of the caller.
    """

    id: uuid.UUID
    outcome: str
    user_id: uuid.UUID | None
    record_id: uuid.UUID | None
    version: int | None
    status: str
    division_code: str
    confirmed_at: dt.datetime | None
    updated_at: dt.datetime | None
    name_change_pending: bool | None
    qualifications: list[dict[str, Any]] | None
    education: dict[str, dict[str, Any]] | None
    accounting_periods: list[list[str | None]] | None
    holder_code: str
    transfer_id: uuid.UUID | None
    destination: str | None
    destination_division: str | None


class Question(NamedTuple):
    """One request: who asks, what, about whom."""

    signed: Signed
    asked: Asked
    candidates: Sequence[Candidate]


Answer: TypeAlias = list[Row] | Exception


def look_up(signed: Signed, asked: Asked, candidates: Sequence[Candidate]) -> list[Row]:
    """Use the nonce, find the candidates, write down what was found: all of it, or nothing. A row a candidate, in their
    order; in autocommit all of it is on disk when this returns.

    Raises Replayed; DatabaseAway, after which nothing may be answered and the same signature must not be sent again.
    """
    [answer] = look_up_all([Question(signed, asked, candidates)])
    if isinstance(answer, Exception):
        raise answer
    return answer


def look_up_all(questions: Sequence[Question]) -> list[Answer]:
    """For each question what ``look_up`` returns or raises. Those about one candidate share a statement and a commit
    (docs/adr/0125); each of them is on disk when this returns, as if it had been asked alone."""
    answers: dict[int, Answer] = {}
    waiting = dict(enumerate(questions))
    while waiting:
        places = _first(waiting)
        answers |= zip(places, _answered([waiting.pop(place) for place in places]), strict=True)
    return [answers[place] for place in range(len(questions))]


def _first(waiting: Mapping[int, Question]) -> list[int]:
    """The places of those that are carried out together: one about many, or all about one with nonces of their own."""
    marks: dict[uuid.UUID, int] = {}
    for place, (signed, _, candidates) in waiting.items():
        if len(candidates) == 1:
            marks.setdefault(mark_of(signed.key_id, signed.nonce), place)
    return list(marks.values()) or [next(iter(waiting))]


def _answered(questions: list[Question]) -> list[Answer]:
    batch = len(questions[0].candidates) > 1
    candidates = [one for question in questions for one in question.candidates]
    keys = max(len(candidate.prints) for candidate in candidates) or 1
    of_question = [_of_question(question) for question in questions]
    parameters = of_question[0] if batch else _turned(of_question)
    ids = [uuid7() for _ in candidates]
    try:
        rows = _carried_out(
            statements.look_up(keys=keys, batch=batch), parameters | _of_candidates(ids, candidates, keys), len(ids)
        )
    except DatabaseAway as away:
        return [away for _ in questions]
    except Exception as error:  # noqa: BLE001 - told to whose question it is
        # Nothing of it was done. What is wrong with one question is no business of the others.
        return [error] if len(questions) == 1 else [answer for each in questions for answer in _answered([each])]
    if batch:
        return [list(map(Row._make, rows)) or Replayed()]
    found = {row[0]: [Row._make(row)] for row in rows}
    return [found.get(id_) or Replayed() for id_ in ids]


def first_use(key_id: str, nonce: str, created: int) -> bool:
    """Use the nonce of a question that looks nobody up; False where it was used before under this key.

    Raises DatabaseAway.
    """
    try:
        return bool(execute(statements.USE_NONCE, {"slot": slot_of(created), "mark": mark_of(key_id, nonce)}))
    except Lost:
        raise DatabaseAway from None


def mark_of(key_id: str, nonce: str) -> uuid.UUID:
    """What a used nonce is known by: 128 bits of a digest, so that its row is as short as can be."""
    return uuid.UUID(bytes=hashlib.sha256(f"{key_id}\0{nonce}".encode()).digest()[:16])


def _of_question(question: Question) -> dict[str, Any]:
    signed, asked, _ = question
    return {
        "slot": slot_of(signed.created),
        "mark": mark_of(signed.key_id, signed.nonce),
        "at": asked.at,
        "client_id": signed.client_id,
        "key_id": signed.key_id,
        "digest": signed.digest,
        "signature": signed.signature,
        "level": asked.level,
        "year": asked.year,
        "division": asked.division,
        "ruleset": asked.ruleset,
    }


def _turned(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _of_candidates(ids: list[uuid.UUID], candidates: Sequence[Candidate], keys: int) -> dict[str, Any]:
    nobody = (None,) * keys
    columns = zip(*(candidate.prints or nobody for candidate in candidates), strict=True)
    return {
        "id": ids,
        "name": [candidate.name for candidate in candidates],
        "reference": [candidate.reference for candidate in candidates],
        **{f"print{number}": list(column) for number, column in enumerate(columns)},
    }


def _carried_out(query: str, parameters: dict[str, Any], whole: int) -> Sequence[tuple[Any, ...]]:
    """Once more on a fresh connection where the first one broke, as every idle one does when the server starts anew.

    It may have broken after the commit: then nonces are found used, and nobody can tell by whom. So of ``whole`` rows
    none may be missing then. Raises DatabaseAway.
    """
    try:
        return execute(query, parameters)
    except Lost:
        try:
            rows = execute(query, parameters)
        except Lost:
            raise DatabaseAway from None
        if len(rows) < whole:
            raise DatabaseAway from None
        return rows
