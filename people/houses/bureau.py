"""The bureau of a running house, where what is walked is the person's side: it decides through the services."""

import sys
import uuid

from kuaiji.applications.models import Application
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.cases.enums import Verdict
from kuaiji.cases.models import Case, Decision
from kuaiji.cases.services.deciding import Judgement, Page, decide
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.keys.models import PersonKey
from kuaiji.regions.services import bureau_of
from kuaiji.staff.enums import Role
from kuaiji.staff.models import Member


def colleague(name: str) -> Member:
    """The member of the registry's own bureau who is called so, made when first named; nobody can sign in as one."""
    known = Member.objects.filter(name=name).select_related("bureau").first()
    if known:
        return known
    bureau, now = bureau_of(profile().code), clock.now()
    assert bureau is not None
    return Member.objects.create(
        data_key=PersonKey.objects.make(),
        username=f"colleague{uuid.uuid4().hex[:12]}",
        name=name,
        bureau=bureau,
        roles=[Role.CLERK, Role.REVIEWER, Role.MANAGER],
        password="!",
        joined_at=now,
        last_used_at=now,
    )


def say(verdict: str, number: str, by: str, words: str = "") -> None:
    """``approve`` or ``return`` an application by its number, with effect at once; the first of two leaves it open."""
    decide_about(Application.objects.get(reference_number=number).pk, verdict, by, words)


def decide_about(subject_id: uuid.UUID, verdict: str, by: str, words: str = "") -> Decision:
    """The same of whatever waits; returned for no reason of the list but ``words``. Raises RuleBroken."""
    case = Case.objects.filter(subject_id=subject_id).latest("opened_at")
    member = colleague(by)
    reasons = ["other"] if verdict == Verdict.RETURN else []
    return decide(
        operation=Operation(kind=OperationKind.CASE_DECIDING, actor_kind=ActorKind.STAFF, actor_id=member.pk),
        case_id=case.pk,
        member=member,
        judgement=Judgement(verdict=Verdict(verdict), reasons=reasons, words=words),
        page=Page(key=uuid.uuid4(), stage=case.stage),
        at_once=True,
    )


def command(kuaiji: str, *words: str) -> list[str]:
    """The command line that has a house ``say``; it runs where ``people`` is found."""
    return [kuaiji, "manage", "shell", "-c", f"from people.houses.bureau import say; say(*{words!r})"]


def python_command(*words: str) -> list[str]:
    """The same with this Python, for an environment that is set already."""
    return [sys.executable, "-m", "django", *command("", *words)[2:]]
