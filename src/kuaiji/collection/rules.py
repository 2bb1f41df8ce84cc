"""What a submission waits for (R1.4, R3.8, docs/adr/0054)."""

from collections.abc import Collection, Mapping

from kuaiji.collection.enums import WaitsFor
from kuaiji.identity.enums import CheckKind, CheckOutcome

# While nobody has said that name and number belong together there is no record; filling in goes on (R1.4). No platform
# has its submissions reviewed by a bureau (R3.8).
HOLDS_BACK: frozenset[WaitsFor] = frozenset({WaitsFor.IDENTITY})


def waits_for(checks: Mapping[CheckKind, CheckOutcome], holds_back: Collection[WaitsFor]) -> WaitsFor | None:
    """What a sound submission waits for; None where it becomes a record at once.

    ``checks`` are the answers about the person; ``holds_back`` is what may make somebody wait here. The identity comes
    first: a bureau is not to judge a person who may not exist.
    """
    if WaitsFor.IDENTITY in holds_back and checks.get(CheckKind.IDENTITY) == CheckOutcome.PENDING:
        return WaitsFor.IDENTITY
    return WaitsFor.BUREAU if WaitsFor.BUREAU in holds_back else None
