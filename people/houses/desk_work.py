"""What waits for the clerks of a running house, made inside it."""

from kuaiji.accountants.models import Record
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common import clock
from kuaiji.demo.rules import PLACES
from kuaiji.demo.services.people import ELSEWHERE
from kuaiji.demo.services.work import make_work
from kuaiji.identity.enums import CheckOutcome, FingerprintKind
from kuaiji.identity.partner_checks.services import PartnerFinding, record_hub_verdict
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.keys.models import PersonKey
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member
from kuaiji.transfers.services.applying import destinations
from kuaiji_wire.people import Document
from people.desk_clerks import GUIDED, GUIDED_CLERK, GUIDED_SECOND, GUIDED_SECOND_NAME


def make_for_tests() -> int:
    """As ``make run`` has it, in 荔湾区."""
    return make_work(place=PLACES["440000"])


def make_conflict(number: str) -> str:
    """The hub says from now on that 湖南 has whoever has this number; the record's own."""
    person = Document(type="01", country="", number=number)
    user = users_with(FingerprintKind.DOCUMENT, document_fingerprints(person)).get()
    there = PartnerFinding(CheckOutcome.CONFLICT, ELSEWHERE, destinations()[ELSEWHERE].name)
    operation = Operation(kind=OperationKind.CHECK_RECORDING, actor_kind=ActorKind.SYSTEM)
    record_hub_verdict(operation=operation, user_id=user.pk, finding=there)
    return Record.objects.of(user).get().reference_number


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
