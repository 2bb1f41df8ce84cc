"""How a user of this platform stands for an exam, by the part of the statement that the exam system is answered by."""

import uuid

from kuaiji.examchecks.services import statements
from kuaiji.examchecks.services.execution import DatabaseAway, Lost, execute
from kuaiji.examchecks.services.facts import facts_of
from kuaiji.examchecks.services.lookups import Row
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.here import Here


def facts_of_user(user_id: uuid.UUID, here: Here) -> Facts | None:
    """As things stand now, inside a transaction as it has them; None for nobody. One statement. Raises DatabaseAway."""
    try:
        rows = execute(statements.standing_of_user(), {"user_id": user_id})
    except Lost:
        raise DatabaseAway from None
    return facts_of(Row._make(rows[0]), here) if rows else None
