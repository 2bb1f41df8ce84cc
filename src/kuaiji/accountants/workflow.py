"""The status (采集状态) of a record: what may be done to it, by whom, and what follows. Pure.

docs/records.md shows it as a picture and a table.
"""

import dataclasses
from collections.abc import Collection, Mapping
from types import MappingProxyType

from kuaiji.accountants.enums import CollectionStatus, HoldKind, RecordAction, RecordEffect, VersionKind
from kuaiji.audit.enums import ActorKind
from kuaiji.common.errors import RuleBroken

# The statuses a record can have; None stands for a person without a record. Drafts, submissions and claims say the
# other members of CollectionStatus.
NO_RECORD = None
OF_RECORDS = (
    CollectionStatus.COLLECTED,
    CollectionStatus.TRANSFERRING_OUT,
    CollectionStatus.TRANSFERRED_OUT,
    CollectionStatus.TO_COMPLETE,
    CollectionStatus.ENDED,
)
Status = CollectionStatus | None


@dataclasses.dataclass(frozen=True, slots=True)
class Transition:
    """Where it goes and what follows. The same status without effects: news that came late and changes nothing.

    ``unless_held``: only while no transfer locks the record (R4.5).
    """

    to: CollectionStatus
    effects: tuple[RecordEffect, ...] = ()
    unless_held: bool = False


ACTORS: Mapping[RecordAction, frozenset[ActorKind]] = MappingProxyType(
    {
        # By the person; by who answers where a submission had to wait.
        RecordAction.COLLECT: frozenset({ActorKind.CITIZEN, ActorKind.STAFF, ActorKind.SYSTEM}),
        RecordAction.COMPLETE: frozenset({ActorKind.CITIZEN, ActorKind.STAFF, ActorKind.SYSTEM}),
        RecordAction.CHANGE_SECTION: frozenset({ActorKind.CITIZEN}),
        RecordAction.CHANGE_NAME: frozenset({ActorKind.CITIZEN, ActorKind.SYSTEM}),  # where the name had to wait
        RecordAction.CONFIRM: frozenset({ActorKind.CITIZEN}),
        RecordAction.CORRECT: frozenset({ActorKind.STAFF}),
        RecordAction.MEND_TEXTS: frozenset({ActorKind.SYSTEM}),
        RecordAction.FOLLOW_REGION: frozenset(ActorKind),  # whoever lifts the lock
        RecordAction.BEGIN_TRANSFER_OUT: frozenset({ActorKind.CITIZEN}),
        RecordAction.CANCEL_TRANSFER_OUT: frozenset({ActorKind.CITIZEN, ActorKind.SYSTEM, ActorKind.MACHINE}),
        RecordAction.FINISH_TRANSFER_OUT: frozenset({ActorKind.MACHINE}),
        # The review of a claim tries it and takes it back.
        RecordAction.IMPORT: frozenset({ActorKind.SYSTEM, ActorKind.MACHINE}),
        RecordAction.END: frozenset({ActorKind.STAFF}),
        RecordAction.REOPEN: frozenset({ActorKind.STAFF}),
    }
)

_VERSION = (RecordEffect.WRITE_VERSION,)
_CHANGED = (RecordEffect.COUNT_AS_CONFIRMED, RecordEffect.WRITE_VERSION)
_COLLECTED = (RecordEffect.COUNT_AS_COLLECTED, RecordEffect.COUNT_AS_CONFIRMED, RecordEffect.WRITE_VERSION)
_IMPORTED = Transition(CollectionStatus.TO_COMPLETE, (RecordEffect.LIFT_LOCK, RecordEffect.WRITE_VERSION))

TABLE: Mapping[tuple[Status, RecordAction], Transition] = MappingProxyType(
    {
        (NO_RECORD, RecordAction.COLLECT): Transition(CollectionStatus.COLLECTED, _COLLECTED),
        (NO_RECORD, RecordAction.IMPORT): Transition(CollectionStatus.TO_COMPLETE, (RecordEffect.WRITE_VERSION,)),
        (CollectionStatus.COLLECTED, RecordAction.CHANGE_SECTION): Transition(
            CollectionStatus.COLLECTED, _CHANGED, unless_held=True
        ),
        (CollectionStatus.COLLECTED, RecordAction.CHANGE_NAME): Transition(
            CollectionStatus.COLLECTED, _CHANGED, unless_held=True
        ),
        (CollectionStatus.COLLECTED, RecordAction.CONFIRM): Transition(
            CollectionStatus.COLLECTED, (RecordEffect.COUNT_AS_CONFIRMED,), unless_held=True
        ),
        (CollectionStatus.COLLECTED, RecordAction.CORRECT): Transition(
            CollectionStatus.COLLECTED, _VERSION, unless_held=True
        ),
        # The rules of texts changed, not what they say: nobody has confirmed anything.
        (CollectionStatus.COLLECTED, RecordAction.MEND_TEXTS): Transition(
            CollectionStatus.COLLECTED, _VERSION, unless_held=True
        ),
        (CollectionStatus.COLLECTED, RecordAction.FOLLOW_REGION): Transition(CollectionStatus.COLLECTED, _VERSION),
        (CollectionStatus.COLLECTED, RecordAction.BEGIN_TRANSFER_OUT): Transition(
            CollectionStatus.TRANSFERRING_OUT, (RecordEffect.PLACE_LOCK,), unless_held=True
        ),
        # The person came back while the review of the transfer was still open.
        (CollectionStatus.COLLECTED, RecordAction.CANCEL_TRANSFER_OUT): Transition(
            CollectionStatus.COLLECTED, (RecordEffect.LIFT_LOCK,)
        ),
        # The hub alone says who holds whom, also where it says so late.
        (CollectionStatus.COLLECTED, RecordAction.FINISH_TRANSFER_OUT): Transition(CollectionStatus.TRANSFERRED_OUT),
        # Collected here while the hub did not answer, and held by another platform all the time (R1.4).
        (CollectionStatus.COLLECTED, RecordAction.IMPORT): _IMPORTED,
        (CollectionStatus.COLLECTED, RecordAction.COMPLETE): Transition(CollectionStatus.COLLECTED),
        (CollectionStatus.TRANSFERRING_OUT, RecordAction.FOLLOW_REGION): Transition(
            CollectionStatus.TRANSFERRING_OUT, _VERSION
        ),
        (CollectionStatus.TRANSFERRING_OUT, RecordAction.CANCEL_TRANSFER_OUT): Transition(
            CollectionStatus.COLLECTED, (RecordEffect.LIFT_LOCK,)
        ),
        (CollectionStatus.TRANSFERRING_OUT, RecordAction.FINISH_TRANSFER_OUT): Transition(
            CollectionStatus.TRANSFERRED_OUT
        ),
        (CollectionStatus.TRANSFERRING_OUT, RecordAction.IMPORT): _IMPORTED,
        (CollectionStatus.TRANSFERRED_OUT, RecordAction.FOLLOW_REGION): Transition(CollectionStatus.TRANSFERRED_OUT),
        (CollectionStatus.TRANSFERRED_OUT, RecordAction.FINISH_TRANSFER_OUT): Transition(
            CollectionStatus.TRANSFERRED_OUT
        ),
        (CollectionStatus.TRANSFERRED_OUT, RecordAction.IMPORT): _IMPORTED,
        (CollectionStatus.TO_COMPLETE, RecordAction.MEND_TEXTS): Transition(CollectionStatus.TO_COMPLETE, _VERSION),
        # The place was agreed with the transfer, whatever the work section that came says (R8.4).
        (CollectionStatus.TO_COMPLETE, RecordAction.FOLLOW_REGION): Transition(CollectionStatus.TO_COMPLETE),
        # A transfer that came to nothing says nothing about a record that has come back since.
        (CollectionStatus.TO_COMPLETE, RecordAction.CANCEL_TRANSFER_OUT): Transition(
            CollectionStatus.TO_COMPLETE, (RecordEffect.LIFT_LOCK,)
        ),
        (CollectionStatus.TO_COMPLETE, RecordAction.FINISH_TRANSFER_OUT): Transition(CollectionStatus.TRANSFERRED_OUT),
        (CollectionStatus.TO_COMPLETE, RecordAction.IMPORT): _IMPORTED,
        (CollectionStatus.TO_COMPLETE, RecordAction.COMPLETE): Transition(CollectionStatus.COLLECTED, _COLLECTED),
        (CollectionStatus.COLLECTED, RecordAction.END): Transition(CollectionStatus.ENDED, _VERSION, unless_held=True),
        # Nobody has confirmed anything: whether it is up to date is reckoned as before.
        (CollectionStatus.ENDED, RecordAction.REOPEN): Transition(CollectionStatus.COLLECTED, _VERSION),
        (CollectionStatus.ENDED, RecordAction.FOLLOW_REGION): Transition(CollectionStatus.ENDED),
        # The hub alone says who holds whom, also of somebody whose record has ended.
        (CollectionStatus.ENDED, RecordAction.FINISH_TRANSFER_OUT): Transition(CollectionStatus.TRANSFERRED_OUT),
        (CollectionStatus.ENDED, RecordAction.IMPORT): _IMPORTED,
    }
)

VERSION_KINDS: Mapping[RecordAction, VersionKind] = MappingProxyType(
    {
        RecordAction.COLLECT: VersionKind.COLLECTED,
        RecordAction.CHANGE_SECTION: VersionKind.SECTION_CHANGED,
        RecordAction.CHANGE_NAME: VersionKind.NAME_CHANGED,
        RecordAction.CORRECT: VersionKind.CORRECTED,
        RecordAction.MEND_TEXTS: VersionKind.CORRECTED,
        RecordAction.FOLLOW_REGION: VersionKind.REGION_FOLLOWED,
        RecordAction.IMPORT: VersionKind.TRANSFERRED_IN,
        RecordAction.COMPLETE: VersionKind.COLLECTED,
        RecordAction.END: VersionKind.ENDED,
        RecordAction.REOPEN: VersionKind.REOPENED,
    }
)


def refusal(status: str, holds: Collection[str]) -> RuleBroken | None:
    """Why a record may not be changed, confirmed or moved now: ``locked_by_transfer`` (R4.5), ``not_changeable``.

    None where it may. ``holds`` are the kinds of what locks the record.
    """
    if status == CollectionStatus.TRANSFERRED_OUT:
        return RuleBroken("not_changeable", "档案已调出，由调入地管理，这里只能查看")
    if status == CollectionStatus.ENDED:
        return RuleBroken("not_changeable", "档案已终止，只能查看；需要恢复的，请联系档案所在地的财政部门")
    if HoldKind.TRANSFER in holds:
        return RuleBroken("locked_by_transfer", "正在办理调出，信息只能查看；撤回调出后可以变更")
    if status != CollectionStatus.COLLECTED:
        return RuleBroken("not_changeable", f"当前状态为“{CollectionStatus(status).label}”，不能变更信息")
    return None


def transition(status: Status, action: RecordAction, actor: ActorKind, holds: Collection[str] = ()) -> Transition:
    """What follows. Raises RuleBroken ``not_yours`` for another actor; where the table has nothing, or a transfer
    locks the record, what ``refusal`` says, or ``not_now``."""
    if actor not in ACTORS[action]:
        raise RuleBroken("not_yours", "这一步不由您办理")
    found = TABLE.get((status, action))
    if found and not found.unless_held:
        return found
    if status and (refused := refusal(status, holds)):
        raise refused
    if found is None:
        words = f"当前状态为“{status.label}”，不能办理这一步" if status else "还没有采集信息，不能办理这一步"
        raise RuleBroken("not_now", words)
    return found
