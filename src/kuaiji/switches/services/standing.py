"""What stands still now. Read from the database each time: a switch holds everywhere in the moment it is turned."""

from kuaiji.audit.access import OperationStopped
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.switches import rules
from kuaiji.switches.enums import SwitchName
from kuaiji.switches.models import SwitchPeriod

RANK = {name: place for place, name in enumerate(SwitchName)}


def standing(*names: SwitchName) -> SwitchPeriod | None:
    """The first of these switches that is on now."""
    found = SwitchPeriod.objects.in_force(clock.now()).filter(switch__in=names)
    return min(found, key=lambda period: RANK[SwitchName(period.switch)], default=None)


def stop_operation(operation: Operation) -> None:
    """The gate of operations (ADR 0049). Raises OperationStopped where a switch stops this kind."""
    names = rules.stopping(operation.kind)
    if names and (period := standing(*names)):
        raise OperationStopped("stopped", period.words)


def hub_is_paused() -> bool:
    """Whether nothing is to be asked of the national hub now, and nothing sent."""
    return standing(SwitchName.HUB_PAUSED) is not None
