"""The SQL of the exam check: how one person stands, found by the document or as a user; and the look-up around it.

Text alone, the same for every call, so that the server plans it once for each connection. Nonces, look-up and audit
rows are one statement and so one commit (docs/adr/0090), for questions that come together too (docs/adr/0125); page and
machine share the part that says how a person stands.
"""

import functools
from collections.abc import Iterable, Mapping

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.collection.enums import SubmissionState, WaitsFor
from kuaiji.examchecks.enums import Outcome
from kuaiji.exams.enums import ExamStatus
from kuaiji.identity.enums import CheckKind, CheckOutcome, FingerprintKind
from kuaiji.transfers.enums import OutState
from kuaiji.transfers.workflow import OPEN_IN, OPEN_OUT


def _listed(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


# How one person ``a`` stands: the record, by what the exam check keeps of it; else the user and how far the collection
# is; then who else holds the person, and the way out of here. Each part is a LATERAL of one row, so that however many
# are asked about, each is found by an index.
_STANDING = f"""
LEFT JOIN LATERAL (
    SELECT e.record_id, r.user_id, coalesce(nullif(e.name_folded, ''), e.name) AS name, e.version, e.status,
        e.division_code, e.confirmed_at, e.updated_at, e.name_change_pending, e.qualifications, e.education,
        e.accounting_periods
    FROM accountants_examrow e JOIN accountants_record r ON r.id = e.record_id
    WHERE {{of_record}} LIMIT 1
) AS rec ON true
LEFT JOIN LATERAL (
    SELECT u.id AS user_id, coalesce(nullif(u.name_folded, ''), u.name) AS name,
        CASE
            WHEN EXISTS (SELECT FROM transfers_transferin i WHERE i.user_id = u.id AND i.state IN ({_listed(OPEN_IN)}))
                THEN '{ExamStatus.CLAIM_UNDER_REVIEW}'
            WHEN s.waits_for = '{WaitsFor.IDENTITY}' THEN '{ExamStatus.UNDER_VERIFICATION}'
            WHEN s.waits_for = '{WaitsFor.BUREAU}' THEN '{ExamStatus.UNDER_REVIEW}'
            WHEN EXISTS (SELECT FROM collection_draft d WHERE d.user_id = u.id AND d.submitted_at IS NULL)
                THEN '{ExamStatus.DRAFT}'
            ELSE '{ExamStatus.NOT_STARTED}'
        END AS status
    FROM {{people}}
    LEFT JOIN collection_submission s ON s.user_id = u.id AND s.state = '{SubmissionState.WAITING}'
    WHERE rec.record_id IS NULL AND {{of_user}} LIMIT 1
) AS usr ON true
LEFT JOIN LATERAL (
    SELECT c.holder_code FROM identity_check c
    WHERE c.user_id = coalesce(rec.user_id, usr.user_id) AND c.kind = '{CheckKind.HOLDER}'
        AND c.outcome = '{CheckOutcome.CONFLICT}' AND c.holder_code <> ''
        AND usr.status IS DISTINCT FROM '{ExamStatus.CLAIM_UNDER_REVIEW}' LIMIT 1
) AS held ON true
LEFT JOIN LATERAL (
    SELECT o.id, o.destination_id, o.destination_division FROM transfers_transferout o
    WHERE o.record_id = rec.record_id AND (o.state IN ({_listed(OPEN_OUT)})
        OR rec.status = '{CollectionStatus.TRANSFERRED_OUT}' AND o.state = '{OutState.COMPLETED}')
    ORDER BY o.state = '{OutState.COMPLETED}', o.applied_at DESC LIMIT 1
) AS moved ON true
"""

# Of ``seen``, in the order of ``lookups.Row``.
ANSWERED = (
    "id, outcome, user_id, record_id, version, status, division_code, confirmed_at, updated_at, name_change_pending,"
    " qualifications, education, accounting_periods, holder_code, transfer_id, destination, destination_division"
)
_STANDS = """coalesce(rec.user_id, usr.user_id) AS user_id, rec.record_id, rec.version,
        coalesce(rec.status, usr.status, '') AS status, coalesce(rec.division_code, '') AS division_code,
        rec.confirmed_at, rec.updated_at, rec.name_change_pending, rec.qualifications, rec.education,
        rec.accounting_periods, coalesce(held.holder_code, '') AS holder_code, moved.id AS transfer_id,
        moved.destination_id AS destination, moved.destination_division"""
_KEPT = (
    "user_id, record_id, version, status, division_code, confirmed_at, name_change_pending, transfer_id, holder_code"
)
# Of a question, whomever it is about.
_ASKED = {
    "at": "timestamptz",
    "client_id": "uuid",
    "key_id": "text",
    "digest": "bytea",
    "signature": "bytea",
    "level": "text",
    "year": "smallint",
    "division": "text",
    "ruleset": "text",
}
_NONCE = {"slot": "smallint", "mark": "uuid"}


# Of a question that looks nobody up; no row where the nonce was used before.
USE_NONCE = """
INSERT INTO examchecks_usednonce (slot, mark) VALUES (%(slot)s::smallint, %(mark)s::uuid)
ON CONFLICT DO NOTHING RETURNING slot
"""


@functools.cache
def look_up(*, keys: int, batch: bool) -> str:
    """The statement of the door, for ``keys`` fingerprints a candidate: one, two while the fingerprint key is changed.

    A ``batch`` is one question about many; else it is many questions about one candidate each, no two by the same
    nonce. Parameters: ``slot`` and ``mark`` of the nonce, what ``_ASKED`` names, and of the candidate ``id``, ``name``
    (folded), ``reference`` and ``print0``, ``print1`` …; what there are many of is a list. Answers a row for each
    candidate in their order, as ``ANSWERED``; none for a question whose nonce was used before.

    Nonces are used in one order whoever asks, so that no two statements wait for each other.
    """
    prints = [f"print{number}" for number in range(keys)]
    types = {"id": "uuid", "name": "text", "reference": "text"} | dict.fromkeys(prints, "bytea")
    if batch:
        nonces = f"VALUES ({_values(_NONCE)})"
        asked = f"fresh CROSS JOIN {_rows(types)}"
        of_question, kept = "", _values(_ASKED)
    else:
        types |= {"mark": "uuid"} | _ASKED
        nonces = f"SELECT a.slot, a.mark FROM {_rows(_NONCE)} ORDER BY a.mark"
        asked = f"{_rows(types)} JOIN fresh ON fresh.mark = a.mark"
        of_question, kept = "".join(f" a.{name}," for name in _ASKED), ", ".join(_ASKED)
    equal = f"= a.{prints[0]}" if keys == 1 else f"= ANY (ARRAY[{', '.join(f'a.{name}' for name in prints)}])"
    standing = _STANDING.format(
        of_record=f"e.document_fingerprint {equal}",
        people="identity_fingerprint f JOIN identity_user u ON u.id = f.user_id",
        of_user=f"f.kind = '{FingerprintKind.DOCUMENT}' AND f.fingerprint {equal}",
    )
    return f"""
WITH fresh AS (
    INSERT INTO examchecks_usednonce (slot, mark) {nonces}
    ON CONFLICT DO NOTHING RETURNING mark
), seen AS MATERIALIZED (
    SELECT a.place, a.id, a.reference,{of_question}
        CASE coalesce(rec.name, usr.name) = a.name WHEN true THEN '{Outcome.FOUND}'
            WHEN false THEN '{Outcome.NAME_MISMATCH}' ELSE '{Outcome.NOT_FOUND}' END AS outcome,
        {_STANDS}
    FROM {asked}{standing}), added AS (
    INSERT INTO examchecks_examcheck (id, reference, outcome, {", ".join(_ASKED)}, {_KEPT})
    SELECT id, reference, outcome, {kept}, {_KEPT} FROM seen
)
SELECT {ANSWERED} FROM seen ORDER BY place
"""


def _values(types: Mapping[str, str]) -> str:
    return ", ".join(f"%({name})s::{kind}" for name, kind in types.items())


def _rows(types: Mapping[str, str]) -> str:
    """Lists as the rows of ``a``, numbered by ``place``. The planner may not see how long they are: it would plan anew
    each time, which costs three times as much as the statement."""
    lists = ", ".join(f"%({name})s::{kind}[] AS {name}" for name, kind in types.items())
    turned, names = ", ".join(f"l.{name}" for name in types), ", ".join(types)
    return f"(SELECT {lists} OFFSET 0) AS l CROSS JOIN LATERAL unnest({turned}) WITH ORDINALITY AS a ({names}, place)"


@functools.cache
def standing_of_user() -> str:
    """How the user ``user_id`` stands, in the columns of ``ANSWERED``; no row where there is none. Writes nothing."""
    standing = _STANDING.format(of_record="r.user_id = a.user_id", people="identity_user u", of_user="u.id = a.user_id")
    return f"""
SELECT {ANSWERED} FROM (
    SELECT a.user_id AS id, '{Outcome.FOUND}' AS outcome, {_STANDS}
    FROM (VALUES (%(user_id)s::uuid)) AS a (user_id){standing}
) AS seen WHERE user_id IS NOT NULL
"""
