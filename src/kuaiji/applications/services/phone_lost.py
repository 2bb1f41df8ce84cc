"""手机号丢失申请 (R2.2): somebody without the bound phone, known to nobody yet, asks the bureau to bind another one.

Nothing is looked up before the answer leaves: a job does, and tells the bound phone, whose owner may object. So the
page says the same, after the same time, whoever is asked for.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from kuaiji.accountants.models import Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.applications import rules
from kuaiji.applications.attempts import PHONE_LOST, PHONE_LOST_TOLD
from kuaiji.applications.enums import ApplicationKind, ApplicationState, ArchiveItem
from kuaiji.applications.events import OwnerFound
from kuaiji.applications.models import Application, PhoneLostDraft
from kuaiji.applications.services.submitting import add_application, region_of_application
from kuaiji.audit.services import Operation, record_events
from kuaiji.cases.services.opening import place_case
from kuaiji.common import jobs
from kuaiji.common.dates import KnownDate
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import keyring
from kuaiji.identity import attempts
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.notices import send_notice
from kuaiji.identity.people.details import Details
from kuaiji.identity.people.fingerprints import (
    current_fingerprint,
    document_fingerprints,
    phone_fingerprints,
    users_with,
)
from kuaiji.identity.sms_codes.services import check_code
from kuaiji.identity.unfinished.services import (
    find_unfinished,
    keep_answers,
    send_typed_code,
    start_unfinished,
    typed_phone,
)
from kuaiji.keys.models import PersonKey
from kuaiji.limits.services import Address, count_or_refuse
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import SMS_QUEUE
from kuaiji_wire.names import same_name

PHONE_LOST_CODE = "phone_lost"  # purpose of its SMS codes
FIND = "kuaiji.applications.tasks.find_owner"

Items = Mapping[ArchiveItem, str]


def start_phone_lost() -> PhoneLostDraft:
    """Begin; nothing is known yet."""
    return start_unfinished(PhoneLostDraft)


def find_phone_lost_draft(draft_id: uuid.UUID | None) -> PhoneLostDraft | None:
    """What was typed so far, or an application just sent, while its time is not over."""
    return find_unfinished(PhoneLostDraft.objects.select_related("application"), draft_id)


def send_phone_lost_code(
    *, draft: PhoneLostDraft, details: Details, items: Items, address: Address | None = None
) -> bool:
    """Keep what was typed and have a code sent to the new phone; False for a double tap. Raises RuleBroken ``limit_…``.

    The code goes out whoever is asked for: it proves the new phone and nothing else. It counts for ``address``.
    """
    return send_typed_code(draft, purpose=PHONE_LOST_CODE, details=details, address=address, items=dict(items))


def phone_lost_phone(draft_id: uuid.UUID) -> str | None:
    """Where its code goes: to the phone typed last."""
    return typed_phone(find_phone_lost_draft(draft_id))


def submit_phone_lost(
    *, operation: Operation, draft: PhoneLostDraft, details: Details, items: Items, sms_code: str
) -> Application:
    """Prove the new phone and put the application before the bureau. The same call once more returns the same one.

    Raises RuleBroken ``sms_code_…``, ``limit_…``, ``already_applied``: none of them depends on who is registered.
    """
    _prove(draft, details, items, sms_code)
    with transaction.atomic():
        kept = PhoneLostDraft.objects.select_for_update().get(pk=draft.pk)
        if kept.application:
            return kept.application
        document = current_fingerprint(document_fingerprints(details.person.document))
        phone = current_fingerprint(phone_fingerprints(details.phone))
        count_or_refuse(attempts.DOCUMENT_BY_PHONE, phone, detail=document)
        if _is_open(details):
            raise RuleBroken("already_applied", "这个手机号已为该证件申请过，请等待审核结果", "phone")
        # Not for the document alone: strangers would use up the owner's.
        count_or_refuse(PHONE_LOST, keyring().mac("phone_lost", document + phone))
        kept.application = add_application(
            operation=operation,
            kind=ApplicationKind.PHONE_LOST,
            person_key=PersonKey.objects.make(),
            details=details.flat() | {"items": dict(items)},
            document_fingerprint=document,
            phone_fingerprint=phone,
        )
        kept.answers = {}
        kept.save()
        jobs.defer(FIND, queue=SMS_QUEUE, request_id=str(kept.application.pk))
    return kept.application


@transaction.atomic
def find_application_owner(*, operation: Operation, application_id: uuid.UUID) -> None:
    """Find the user of this document and name, and tell the bound phone; done once."""
    application = Application.objects.select_for_update(no_key=True).filter(pk=application_id, user=None).first()
    if application is None or application.state != ApplicationState.SUBMITTED:
        return
    details = details_of(application)
    users = users_with(FingerprintKind.DOCUMENT, document_fingerprints(details.person.document))
    owner = users.filter(is_active=True).select_related("person_key").first()
    if owner is None or not same_name(owner.name, details.person.name):
        return
    application.user, application.owner_told_at = owner, operation.at if _tell_owner(owner, application) else None
    application.save(update_fields=["user", "owner_told_at"])
    record_events(operation, OwnerFound(subject_id=application.pk, user=str(owner.pk)))
    place_case(
        kind=application.kind,
        subject_id=application.pk,
        division_code=region_of_application(application),
        user_id=owner.pk,
    )


def _tell_owner(owner: User, application: Application) -> bool:
    """Tell the bound phone, a few times a day at most, however many ask; the person's page shows them all."""
    try:
        count_or_refuse(PHONE_LOST_TOLD, current_fingerprint(document_fingerprints(owner.document)))
    except RuleBroken:
        return False
    send_notice(owner, TemplateKey.PHONE_LOST_CLAIMED, once=str(application.pk), subject_id=application.pk)
    return True


def claim_stands(application_id: uuid.UUID, once: str) -> bool:
    """Whether somebody still asks for another phone: the message says so to the bound one."""
    return Application.objects.filter(pk=application_id, state=ApplicationState.SUBMITTED).exists()


def details_of(application: Application) -> Details:
    """Who asked, and the new phone."""
    return Details.from_flat(application.details)


def compared_items(application: Application) -> dict[ArchiveItem, bool]:
    """The items the applicant named, and whether the archive of the user says the same; none does without one."""
    typed = {ArchiveItem(item): value for item, value in application.details["items"].items()}
    return rules.compare(typed, _known(application.user) if application.user else {})


def open_claims(user: User) -> list[Application]:
    """Requests of others, or of the person without the phone, that wait for a decision."""
    return list(_open_claims().filter(user=user))


def has_open_claims(user_column: str) -> Exists:
    """For a query over people: whether ``open_claims`` of the person in that column are any."""
    return Exists(_open_claims().filter(user=OuterRef(user_column)))


def _open_claims() -> "QuerySet[Application]":
    return Application.objects.filter(kind=ApplicationKind.PHONE_LOST, state=ApplicationState.SUBMITTED)


def _prove(draft: PhoneLostDraft, details: Details, items: Items, sms_code: str) -> None:
    """Make sure of the new phone; once proven it stays so, for the press before this one as well."""
    if _is_proven(draft, details.phone):
        return
    try:
        check_code(purpose=PHONE_LOST_CODE, form_id=draft.pk, phone=details.phone, digits=sms_code)
    except RuleBroken:
        draft.refresh_from_db()
        if not _is_proven(draft, details.phone):
            raise
    else:
        keep_answers(draft, details=details.flat(), items=dict(items), proven=details.phone)


def _is_proven(draft: PhoneLostDraft, phone: str) -> bool:
    return draft.application_id is not None or draft.answers.get("proven") == phone


def _known(user: User) -> dict[ArchiveItem, list[str]]:
    record = Record.objects.of(user).first()
    if record is None:
        return {}
    content = current_version(record).content
    education, employment = content["education"], content["employment"]
    both = ("full_time", "part_time")
    employers = [employment["employer_name"], *(row["employer_name"] for row in employment["periods"])]
    begun = [(employment, "accounting_start_date"), *((row, "started_on") for row in employment["periods"])]
    return {
        ArchiveItem.REFERENCE_NUMBER: [record.reference_number],
        ArchiveItem.EMAIL: [content["personal"]["email"]],
        ArchiveItem.SCHOOL: _filled(education[f"{mode}_school"] for mode in both),
        ArchiveItem.GRADUATED_ON: _dates((education, f"{mode}_graduated_on") for mode in both),
        ArchiveItem.EMPLOYER: _filled(employers),
        ArchiveItem.ACCOUNTING_START: _dates(begun),
    }


def _dates(named: Iterable[tuple[Mapping[str, Any], str]]) -> list[str]:
    return [known.text for answers, name in named if (known := KnownDate.in_answers(answers, name))]


def _filled(values: Any) -> list[str]:
    return [value for value in values if value]


def _is_open(details: Details) -> bool:
    """Has this phone asked for this document already, under whichever key it was indexed?"""
    return Application.objects.filter(
        kind=ApplicationKind.PHONE_LOST,
        state=ApplicationState.SUBMITTED,
        document_fingerprint__in=list(document_fingerprints(details.person.document).values()),
        phone_fingerprint__in=list(phone_fingerprints(details.phone).values()),
    ).exists()
