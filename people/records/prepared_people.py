"""People who lack only the last button, made through the services in the database of a house (see ``run_inside``)."""

import random
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.answers import Answers
from kuaiji.accountants.sections.facts import facts_of
from kuaiji.accountants.sections.registry import SECTIONS, SectionPage
from kuaiji.attachments.uploads import Uploads
from kuaiji.collection.models import Draft, StepAnswers
from kuaiji.common import clock
from kuaiji.common.profile import profile
from kuaiji.identity.enums import CheckKind, CheckOutcome
from kuaiji.identity.models import Check, User
from kuaiji.identity.partner_checks.services import PartnerFinding, first_check
from kuaiji.identity.registration.services import start_registration
from kuaiji.identity.registration.views import REGISTRATION
from kuaiji.identity.sessions.store import SessionStore
from people.persons import STATUSES, Person, make_person
from people.records.drafts import attachment
from people.records.posted_forms import query_dict
from people.records.users import make_user

CLEAR = PartnerFinding(CheckOutcome.CLEAR)


def fill(*, count: int, seed: str) -> list[dict[str, str]]:
    """``count`` people, signed in, with every step saved."""
    rng, filled = random.Random(seed), []
    for at in range(count):
        person = make_person(rng, status=STATUSES[at % len(STATUSES)])
        with transaction.atomic():
            user = make_user(person)
            Check.objects.bulk_create(first_check(user, kind, CLEAR) for kind in CheckKind)
            _fill_in(user, person)
            filled.append({"user": str(user.pk)} | _browser(_signed_in(user)))
    return filled


def fill_registrations(*, rounds: int, forms: int, seed: str) -> list[dict[str, Any]]:
    """``rounds`` document numbers, and for each ``forms`` browsers at the last page of registering it."""
    rng, findings = random.Random(seed), {kind.value: CLEAR.as_json() for kind in CheckKind}
    filled = []
    for _ in range(rounds):
        person, browsers = make_person(rng, status="1"), []
        with transaction.atomic():
            for form in range(forms):
                registration = start_registration(works_in_accounting=True, holds_qualification=True)
                details = person.details | {"phone": f"{person.phone[:-3]}{form:03}"}
                registration.answers |= {"details": details, "findings": findings}
                registration.save()
                session = SessionStore()
                session[REGISTRATION] = str(registration.pk)
                browsers.append(_browser(session))
        filled.append({"number": person.document_number, "browsers": browsers})
    return filled


def _fill_in(user: User, person: Person) -> None:
    """The draft that saving step after step leaves, in one go: thousands of them are wanted."""
    now, notice = clock.now(), profile().notice_version
    draft = Draft.objects.create(user=user, person_key=user.person_key, notice_version=notice, agreed_at=now)
    steps: dict[str, Answers] = {}
    for section in SECTIONS:
        names = person.files.get(section.slug, {})
        page = SectionPage(
            section,
            facts=facts_of(user, steps.get(SectionSlug.PERSONAL), clock.today()),
            data=query_dict(person.sections[section.slug]),
            uploads=Uploads(received={name: attachment(user, name) for name in names}),
        )
        if not page.is_valid():
            raise ValueError(f"{section.slug}: {page.form.errors}")
        steps[section.slug] = page.answers()
    StepAnswers.objects.bulk_create(
        StepAnswers(draft=draft, person_key=user.person_key, step=slug, data=answers) for slug, answers in steps.items()
    )


def _signed_in(user: User) -> SessionStore:
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return request.session


def _browser(session: SessionStore) -> dict[str, str]:
    """The cookies of a person in this session, and the token that the forms of the pages carry."""
    session.save()
    token = get_random_string(32)
    cookies = {settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: token}
    return {"cookies": "; ".join(f"{name}={value}" for name, value in cookies.items()), "token": token}
