"""What somebody types before it is sent: begun, found again, kept, forgotten; and the phone typed, proven."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.apps import apps
from django.db import transaction
from django.db.models import QuerySet

from kuaiji.common import clock
from kuaiji.identity import attempts
from kuaiji.identity.models import Unfinished
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import current_fingerprint, document_fingerprints, phone_fingerprints
from kuaiji.identity.sms_codes.services import check_code, request_code
from kuaiji.limits.services import Address, count_or_refuse

LIFETIME = dt.timedelta(minutes=30)

Form = TypeVar("Form", bound=Unfinished)


def start_unfinished(model: type[Form], **columns: Any) -> Form:
    """Begin."""
    begun: Form = model._default_manager.create(**{"answers": {}} | columns, expires_at=clock.now() + LIFETIME)
    return begun


def find_unfinished(among: QuerySet[Form], form_id: uuid.UUID | None) -> Form | None:
    """The one of this id, if its time is not over."""
    if form_id is None:
        return None
    return among.filter(pk=form_id, expires_at__gt=clock.now()).first()


def keep_answers(form: Unfinished, *also: str, **answers: Any) -> None:
    """Add what was typed, and the columns named by ``also``; the time begins anew."""
    form.answers = form.answers | answers
    form.expires_at = clock.now() + LIFETIME
    changed: tuple[str, ...] = ("answers", "expires_at", *also)
    form.save(update_fields=changed)


def sweep_unfinished() -> None:
    """Forget what was typed by those who did not finish in time, on every form there is."""
    for model in apps.get_models():
        if issubclass(model, Unfinished):
            model._default_manager.filter(expires_at__lte=clock.now()).delete()


def send_typed_code(
    form: Unfinished,
    *,
    purpose: str,
    details: Details,
    address: Address | None,
    bound_to: bytes | None = None,
    **answers: Any,
) -> bool:
    """Keep ``details`` and have a code sent to the phone in them; False for a double tap. It counts for ``address``.

    Nothing counts for the number: anybody may type it, and its owner would be refused. ``bound_to`` is what the caller
    knows this phone to be bound to; then it counts for that, and not for the phone, which anybody may type too.
    Raises RuleBroken ``limit_…``.
    """
    keep_answers(form, details=details.flat(), **answers)
    if bound_to is not None:
        counts = {attempts.CODE_TO_BOUND: bound_to}
    else:
        counts = {attempts.CODE_TO_PHONE: current_fingerprint(phone_fingerprints(details.phone))}
    return request_code(purpose=purpose, form_id=form.pk, phone=details.phone, counts=counts, address=address)


def prove_typed_phone(form: Unfinished, *, purpose: str, details: Details, sms_code: str, **answers: Any) -> None:
    """Keep ``details`` once their phone is proven, which it stays for this form; a phone may name only so many
    documents a day. Raises RuleBroken ``sms_code_…``, ``limit_document_by_phone``.
    """
    if form.answers.get("proven_phone") != details.phone:
        check_code(purpose=purpose, form_id=form.pk, phone=details.phone, digits=sms_code)
    keep_answers(form, details=details.flat(), proven_phone=details.phone, **answers)
    with transaction.atomic():
        phone = current_fingerprint(phone_fingerprints(details.phone))
        document = current_fingerprint(document_fingerprints(details.person.document))
        count_or_refuse(attempts.DOCUMENT_BY_PHONE, phone, detail=document)


def typed_phone(form: Unfinished | None) -> str | None:
    """The phone in the details kept last, for a code to it."""
    return form.answers.get("details", {}).get("phone") if form else None
