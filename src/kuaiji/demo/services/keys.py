"""The key by which the stand-in for the exam's registration asks a platform of a demonstration."""

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.demo.rules import RATE, REGISTRATION
from kuaiji.examchecks.enums import KeyAlgorithm
from kuaiji.examchecks.services.clients import Allowed, NewKey, add_client, in_force, rotate_key


def demo_key(*, kept: str) -> NewKey | None:
    """A key for the registration; None where the one that is ``kept``, by its id, holds.

    Raises RuleBroken where its key was taken back, and no other holds.
    """
    operation = Operation(kind=OperationKind.EXAM_CLIENT_CHANGING, actor_kind=ActorKind.SYSTEM)
    held = in_force(clock.now()).filter(client__name=REGISTRATION)
    if held.filter(keyid=kept).exists():
        return None
    if lost := held.first():
        return rotate_key(operation=operation, keyid=lost.keyid)
    return add_client(
        operation=operation, name=REGISTRATION, allowed=Allowed(rate=RATE), algorithm=KeyAlgorithm.HMAC_SHA256
    )
