"""What waits for the clerks of a running house, made inside it."""

from kuaiji.common import clock
from kuaiji.demo.rules import PLACES
from kuaiji.demo.services.work import make_work
from kuaiji.keys.models import PersonKey
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from people.desk_clerks import GUIDED, GUIDED_CLERK, GUIDED_SECOND, GUIDED_SECOND_NAME


def make_for_tests() -> int:
    """As ``make run`` has it, in 荔湾区."""
    return make_work(place=PLACES["440000"])


def make_for_guide() -> int:
    """The same for the clerk of 越秀区, with a second member who reviews; nobody can sign in as that one."""
    bureau, now = bureau_of(GUIDED.division), clock.now()
    assert bureau is not None
    if not Member.objects.filter(username=GUIDED_SECOND).exists():
        Member.objects.create(
            data_key=PersonKey.objects.make(),
            username=GUIDED_SECOND,
            name=GUIDED_SECOND_NAME,
            bureau=bureau,
            roles=[Role.REVIEWER],
            password="!",
            joined_at=now,
            last_used_at=now,
        )
    return make_work(place=GUIDED, first=GUIDED_CLERK, second=GUIDED_SECOND)
