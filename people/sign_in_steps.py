"""Steps that many tests of identity take."""

import random
import uuid
from collections.abc import Callable

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.identity.models import User
from kuaiji.identity.people.details import Details
from kuaiji.identity.registration.services import send_registration_code, start_registration, verify_details
from kuaiji.sms.models import OutgoingSms
from people.factories.users import UserFactory
from people.persons import make_person

PASSWORD = "春风 xiao-yu 0417"
DRAW = "kuaiji.identity.tasks.draw_code"


def make_details(seed: object, **given: str) -> Details:
    """A made-up person; ``given`` wins."""
    person = make_person(random.Random(str(seed)), status="1", document_type=given.pop("document_type", "01"))
    return Details.from_flat(person.details | given)


def make_owner(details: Details, password: str = PASSWORD) -> User:
    """A registered user who can sign in, and has read what is shown first."""
    return UserFactory.create(typed_password=password, works_in_accounting=True, **details.flat())


def refused(act: Callable[[], object]) -> RuleBroken | None:
    """The refusal of ``act``, or None when it is allowed."""
    try:
        act()
    except RuleBroken as broken:
        return broken
    return None


def run_jobs(task: str) -> int:
    """Do the waiting jobs of one task, as a worker would; how many there were."""
    jobs = list(ProcrastinateJob.objects.filter(task_name=task, status="todo").order_by("pk"))
    for job in jobs:
        app.tasks[task](**job.args)
    ProcrastinateJob.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)


def code_for(phone: str) -> str:
    """Draw what was asked for; the digits of the newest message to this phone."""
    run_jobs(DRAW)
    return codes_for(phone)[-1]


def codes_for(phone: str) -> list[str]:
    """The digits of all codes to this phone, the oldest first."""
    sent = OutgoingSms.objects.filter(template_key__endswith="_code").order_by("created_at", "pk")
    messages = [message for message in sent if message.phone == phone]
    return [message.parameters["code"] for message in messages]


def other_than(code: str) -> str:
    """Six wrong digits."""
    return f"{(int(code) + 1) % 10**6:06}"


def registering() -> Operation:
    """What the view makes."""
    return Operation(kind=OperationKind.REGISTERING, actor_kind=ActorKind.CITIZEN)


def admitted(details: Details) -> uuid.UUID:
    """A registration that only lacks the password; its id."""
    registration = start_registration(works_in_accounting=True, holds_qualification=False)
    send_registration_code(registration=registration, details=details)
    verify_details(registration=registration, details=details, sms_code=code_for(details.phone))
    return registration.pk
