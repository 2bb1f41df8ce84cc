"""Jobs of staff: sessions that are over, members whom nobody has used for 90 days."""

from procrastinate.contrib.django import app

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.staff.sessions.store import SessionStore
from kuaiji.staff.team.services import disable_unused, unused_members


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="staff_sweep")
def sweep(timestamp: int) -> None:
    """Remove sessions whose time is long over; disable who has not signed in for 90 days."""
    SessionStore.clear_expired()
    for member_id in unused_members():
        operation = Operation(
            kind=OperationKind.STAFF_CHANGING, actor_kind=ActorKind.SYSTEM, reason="90天未登录，自动停用"
        )
        disable_unused(operation=operation, member_id=member_id)
