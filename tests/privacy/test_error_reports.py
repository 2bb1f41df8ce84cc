"""A crash in any view says nothing about the person: not on the page, not in the log (S-16)."""

import dataclasses
import io
import json
import random
import uuid
from typing import Any, NoReturn
from urllib.parse import urlencode

import pytest
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import converters
from procrastinate.contrib.django import app

from kuaiji.attachments.models import Attachment
from kuaiji.common import jobs
from kuaiji.common.profile import profile
from kuaiji.desk.permissions import PERMISSIONS, Reach
from kuaiji.identity.models import User
from people.canaries import Search, canaries_of, make_carrier, name_canary
from people.persons import Fields
from people.records.drafts import fill_in, submit
from people.records.users import make_user
from tests.support.addresses import routes
from tests.support.desk_addresses import ADDRESSES, path_to
from tests.support.members import make_member, signed_in
from tests.support.worker import at_work

SOMEBODY = make_carrier(random.Random(16), status="1")
SEARCH = Search([*canaries_of(SOMEBODY), name_canary(SOMEBODY)])
WORDS = f"{SOMEBODY.name} {SOMEBODY.document_number} {SOMEBODY.phone} {SOMEBODY.password}"
PASSWORDS = {"password1": SOMEBODY.password}
NUMBER = {"document_number": SOMEBODY.document_number}


@dataclasses.dataclass(frozen=True)
class Crash:
    """An address, asked for or sent ``fields`` while ``breaks`` fails; ``by`` says how far the person is."""

    address: str
    breaks: str
    fields: Fields | None = None
    by: str = "nobody"


FORM = "application/x-www-form-urlencoded"
KINDS = {converters.UUIDConverter: "uuid", converters.StringConverter: "str", converters.SlugConverter: "slug"}
REGISTRATION, RECOVERY = "kuaiji.identity.registration.views", "kuaiji.identity.recovery.views"
SIGNING_IN, COLLECTION = "kuaiji.identity.signing_in.views", "kuaiji.collection.views"
CHANGES, SECURITY, REQUESTS = "kuaiji.changes.views", "kuaiji.identity.security.views", "kuaiji.applications.views"
TRANSFERS = "kuaiji.transfers"
NEW_PASSWORD = PASSWORDS | {"current_password": SOMEBODY.password}
EVALUATION = {"grade": "1", "words": SOMEBODY.name}
CLOSING = {"understood": "on", "current_password": SOMEBODY.password}
PLACES = {
    "<slug:slug>": "register",
    "<slug:key>": "privacy",
    "<slug:act>": "collection",
    "<slug:version>": profile().privacy_version,
    "<slug:provider>": "tencent",
    "<str:token>": "0" * 32,
    "<uuid:application_id>": str(uuid.uuid4()),
    "<uuid:transfer_id>": str(uuid.uuid4()),
    "<uuid:notice_id>": str(uuid.uuid4()),
}
CRASHES = [
    Crash("/", "kuaiji.portal.views.working"),
    Crash("/privacy/", "kuaiji.portal.statements.render"),
    Crash("/accessibility/", "kuaiji.portal.statements.render"),
    Crash("/sitemap/", "kuaiji.portal.statements.site_parts"),
    Crash("/sitemap.xml", "kuaiji.portal.statements.site_parts"),
    Crash("/robots.txt", "kuaiji.portal.statements.HttpResponse"),
    Crash("/directory/?q=广州", "kuaiji.portal.views.search_directory"),
    Crash("/notices/", "kuaiji.notices.views.lines"),
    Crash("/notices/atom.xml", "kuaiji.notices.views.lines"),
    Crash("/notices/<uuid:notice_id>/", "kuaiji.notices.views._published"),
    Crash("/elder/", "kuaiji.portal.views.elder_cookie"),
    Crash("/me/", "kuaiji.standing.display.progress_of", by="filling"),
    Crash("/me/messages/", "kuaiji.messages.views.inbox_of", by="filling"),
    Crash(
        "/me/messages/choice/",
        "kuaiji.messages.views.choose_messages",
        {"wanted": "useful", "action": "save"},
        by="filling",
    ),
    Crash("/sms/reports/<slug:provider>/<str:token>", "kuaiji.sms.views._is_known", {"mobile": SOMEBODY.phone}),
    Crash("/healthz", "kuaiji.config.health.JsonResponse"),
    Crash("/readyz", "kuaiji.config.health.MigrationExecutor"),
    Crash("/metrics", "kuaiji.config.health.ExportToDjangoView"),
    Crash(
        "/register/",
        f"{REGISTRATION}.start_registration",
        {"works_in_accounting": "yes", "holds_qualification": "no"},
    ),
    Crash("/register/details/", f"{REGISTRATION}.find_registration", SOMEBODY.details),
    Crash("/register/password/", f"{REGISTRATION}.register_user", PASSWORDS),
    Crash("/login/", f"{SIGNING_IN}.sign_in_user", NUMBER | {"password": SOMEBODY.password}),
    Crash("/logout/", f"{SIGNING_IN}.logout", {}, by="filling"),
    Crash(
        "/recover/",
        f"{RECOVERY}.send_recovery_code",
        NUMBER | {"phone": SOMEBODY.phone, "action": "send_code"},
    ),
    Crash(
        "/login/code/",
        f"{SIGNING_IN}.send_recovery_code",
        NUMBER | {"phone": SOMEBODY.phone, "action": "send_code"},
    ),
    Crash("/recover/password/", f"{RECOVERY}.set_recovered_password", PASSWORDS),
    Crash("/collection/", f"{COLLECTION}.progress_of", by="filling"),
    Crash("/collection/notice/", f"{COLLECTION}.agree_to_notice", {"truthful": "on"}, by="filling"),
    *(
        Crash(f"/collection/{slug}/", f"{COLLECTION}.save_step", fields, by="filling")
        for slug, fields in SOMEBODY.sections.items()
    ),
    Crash("/collection/employers/", f"{COLLECTION}.search_employers", by="filling"),
    Crash("/collection/review/", f"{COLLECTION}.checked_answers", by="filling"),
    Crash("/collection/review/", f"{COLLECTION}.submit_draft", {}, by="filling"),
    Crash("/collection/waiting/", f"{COLLECTION}.waiting_submission", by="filling"),
    Crash("/collection/waiting/withdraw/", f"{COLLECTION}.waiting_submission", {}, by="filling"),
    Crash("/collection/done/", f"{COLLECTION}.bureau_of", by="collected"),
    Crash("/changes/", f"{CHANGES}.up_to_date", by="collected"),
    *(
        Crash(f"/changes/{slug}/", f"{CHANGES}.save_section", fields, by="collected")
        for slug, fields in SOMEBODY.sections.items()
    ),
    Crash("/changes/name/", f"{CHANGES}.take", {"name": SOMEBODY.name}, by="collected"),
    Crash("/changes/name/withdraw/", f"{CHANGES}.withdraw_name", {}, by="collected"),
    Crash("/changes/confirm/", f"{CHANGES}.confirm_record", {}, by="collected"),
    Crash("/me/exam/", "kuaiji.portal.exam.views.answer_to", by="collected"),
    Crash("/me/history/", "kuaiji.portal.history.parts_of", by="collected"),
    Crash("/attachments/<uuid:attachment_id>/", "kuaiji.attachments.views.read_attachment", by="filling"),
    Crash("/attachments/<uuid:attachment_id>/crop/", "kuaiji.attachments.views.adjustable", by="filling"),
    Crash("/notice/", "kuaiji.identity.texts.views.texts_due", by="filling"),
    Crash("/notice/<slug:key>/", "kuaiji.identity.texts.views.render"),
    Crash("/notice/<slug:key>/<slug:version>/", "kuaiji.identity.texts.views.render"),
    Crash("/me/stay/", f"{SECURITY}.JsonResponse", {}, by="filling"),
    Crash("/me/security/", f"{SECURITY}.session_lines", by="filling"),
    Crash("/me/security/phone/", f"{SECURITY}.send_code_to_old_phone", {"action": "send_code"}, by="filling"),
    Crash("/me/security/password/", f"{SECURITY}.change_own_password", NEW_PASSWORD, by="filling"),
    Crash("/me/security/sessions/", f"{SECURITY}.end_other_sessions", {"session": "others"}, by="filling"),
    Crash("/me/security/close/", "kuaiji.closing.views.confirm_password", CLOSING, by="filling"),
    Crash("/closed/", "kuaiji.closing.views.render"),
    Crash("/me/data/", "kuaiji.portal.data.reads_of", by="collected"),
    Crash("/me/data.json", "kuaiji.portal.data.data_export.as_json", by="collected"),
    Crash("/me/corrections/", f"{REQUESTS}.shown_to", by="collected"),
    Crash("/me/corrections/new/", f"{REQUESTS}.in_words", by="collected"),
    *(
        Crash(f"/me/corrections/new/{field}/", f"{REQUESTS}.{breaks}", {"reason": SOMEBODY.name}, by="collected")
        for field, breaks in (("document", "take"), ("gender", "_offered"), ("country", "_offered"))
    ),
    Crash("/me/corrections/<uuid:application_id>/withdraw/", f"{REQUESTS}.withdraw_application", {}, by="collected"),
    Crash("/recover/phone-lost/", f"{REQUESTS}.PhoneLostForm", NUMBER),
    Crash("/recover/phone-lost/done/", f"{REQUESTS}.find_phone_lost_draft"),
    Crash("/transfers/", f"{TRANSFERS}.views.transfer_out.render"),
    Crash("/transfers/out/", f"{TRANSFERS}.views.transfer_out.shown", by="collected"),
    Crash("/transfers/out/new/", f"{TRANSFERS}.views.transfer_out.take", {"reason": SOMEBODY.name}, by="collected"),
    Crash("/transfers/out/<uuid:transfer_id>/", f"{TRANSFERS}.views.transfer_out.shown", by="collected"),
    Crash(
        "/transfers/out/<uuid:transfer_id>/withdraw/",
        f"{TRANSFERS}.views.transfer_out.withdraw_transfer",
        {},
        by="collected",
    ),
    Crash(
        "/transfers/out/<uuid:transfer_id>/code/",
        f"{TRANSFERS}.views.transfer_out.renew_code",
        {"renewal": "1"},
        by="collected",
    ),
    Crash("/transfers/in/", f"{TRANSFERS}.views.transfer_in.TransferInForm", NUMBER),
    Crash("/transfers/in/confirm/", f"{TRANSFERS}.views.transfer_in.find_claim_draft", PASSWORDS),
    Crash("/transfers/in/proof/", f"{TRANSFERS}.views.claim_pictures.claim_that_needs_pictures", {}, by="collected"),
    Crash("/transfers/in/done/", f"{TRANSFERS}.views.transfer_in.find_claim_draft"),
    Crash("/me/archive/", "kuaiji.archives.views.request_print", {}, by="collected"),
    Crash("/me/archive.pdf", "kuaiji.archives.views.newest_print", by="collected"),
    Crash(
        "/me/feedback/<slug:act>/",
        "kuaiji.feedback.views.open_act",
        {"grade": "1", "words": SOMEBODY.name},
        by="collected",
    ),
    Crash("/me/feedback/thanks/", "kuaiji.feedback.views.render", by="collected"),
    Crash("/me/proof/", "kuaiji.archives.views.request_print", {}, by="collected"),
    Crash("/me/proof.pdf", "kuaiji.archives.views.newest_print", by="collected"),
    Crash("/me/card/", "kuaiji.archives.views.request_print", {}, by="collected"),
    Crash("/me/card.png", "kuaiji.archives.views.newest_print", by="collected"),
    Crash("/guide/", "kuaiji.portal.guide.render"),
    Crash("/guide/<slug:slug>/", "kuaiji.portal.guide.render"),
    Crash("/verify/", "kuaiji.archives.views.verify_print", {"check_code": "0123-4567-89AB-CDEF-GHJK"}),
]


def fail(*args: Any, **named: Any) -> NoReturn:
    """As a service fails with a person in its hands: in its locals, its words, its cause and its notes."""
    number, phone, password = SOMEBODY.document_number, SOMEBODY.phone, SOMEBODY.password
    error = ValueError(f"{WORDS} {number} {phone} {password}")
    error.add_note(WORDS)
    raise error from KeyError(number)


def visitor(by: str) -> tuple[Client, User | None]:
    """A browser of somebody who is that far; outside, with a registration and a recovery begun."""
    client = Client(raise_request_exception=False)
    if by == "nobody":
        session = client.session
        session.update({"registration": str(uuid.uuid4()), "recovery": str(uuid.uuid4())})
        session.save()
        return client, None
    user = make_user(SOMEBODY)
    fill_in(user, SOMEBODY)
    if by == "collected":
        submit(user)
    client.force_login(user)
    return client, user


def innermost(callback: Any) -> Any:
    """The guard itself, below what else stands around a view."""
    while "view" not in callback.__code__.co_freevars or "roles" not in callback.__code__.co_freevars:
        callback = callback.__wrapped__
    return callback


def spoken(where: Any) -> list[str]:
    """What of the person a log or an answer with its headers holds."""
    text = where.getvalue().encode() if isinstance(where, io.StringIO) else where.serialize()
    return [hit.canary.what for hit in SEARCH(text)]


@pytest.mark.django_db
@pytest.mark.parametrize("crash", CRASHES, ids=lambda crash: f"{crash.address} {crash.breaks.rpartition('.')[2]}")
def test_a_crash_says_nothing_about_the_person(
    crash: Crash, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, user = visitor(crash.by)
    own = Attachment.objects.filter(person_key=user.person_key).first() if user else None
    path = crash.address.replace("<uuid:attachment_id>", str(own and own.pk))
    for placeholder, value in PLACES.items():
        path = path.replace(placeholder, value)
    monkeypatch.setattr(crash.breaks, fail)
    if crash.fields is None:
        response = client.get(path, headers={"authorization": "Bearer "})
    else:
        response = client.post(path, crash.fields)
    assert response.status_code == 500
    [line] = [line for line in map(json.loads, written.getvalue().splitlines()) if "exception" in line]
    assert line["exception"][0] == "ValueError" and line["exception"][-1].endswith(" fail")
    assert spoken(response) == spoken(written) == []


def test_every_address_has_a_crash() -> None:
    assert {crash.address.partition("?")[0] for crash in CRASHES} == set(routes())


def crashing(callback: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The view behind an address of the desk fails, whatever it does; who is let in is still asked."""
    place = callback.__code__.co_freevars.index("view")
    monkeypatch.setattr(callback.__closure__[place], "cell_contents", fail)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(name for name, row in PERMISSIONS.items() if row.reach != Reach.ANYBODY))
def test_a_crash_at_the_desk_says_nothing_about_the_person(
    name: str, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, pattern = PERMISSIONS[name], ADDRESSES[name]
    examples = {"uuid": str(uuid.uuid4()), "str": "GD-2026-0001-0001", "slug": "own"}
    given = {key: examples[KINDS[type(one)]] for key, one in pattern.pattern.converters.items()}
    crashing(innermost(pattern.callback), monkeypatch)
    for method, roles in (("GET", row.get), ("POST", row.post)):
        if roles:
            client = signed_in(make_member(min(roles)), client=Client(raise_request_exception=False))
            fields = {"words": WORDS, "text": SOMEBODY.document_number, "key": SOMEBODY.phone}
            response = client.generic(method, path_to(name, **given), urlencode(fields), FORM)
            assert response.status_code == 500
            assert spoken(response) == []
    crashed = [line for line in map(json.loads, written.getvalue().splitlines()) if "exception" in line]
    assert {(line["exception"][0], line["exception"][-1].rpartition(" ")[2]) for line in crashed} == {
        ("ValueError", "fail")
    }
    assert spoken(written) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        IntegrityError(f"duplicate key value\nDETAIL:  Key (phone)=({SOMEBODY.phone}) already exists."),
        KeyError(SOMEBODY.document_number),
        ValidationError(WORDS),
        SuspiciousOperation(WORDS),
        UnicodeEncodeError("gbk", WORDS, 0, 1, WORDS),
        ExceptionGroup(WORDS, [ValueError(WORDS)]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_kind_of_error_speaks(error: Exception, written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> NoReturn:
        raise error

    monkeypatch.setattr("kuaiji.portal.views.search_directory", fail)
    response = Client(raise_request_exception=False).get("/directory/", {"q": "广州"})
    assert response.status_code in (400, 500)
    assert type(error).__name__ in written.getvalue()
    assert spoken(response) == spoken(written) == []


@pytest.mark.race
def test_a_job_that_crashes_says_nothing_either(written: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kuaiji.sms.tasks.sweep_messages", fail)
    jobs.defer("kuaiji.sms.tasks.sweep", queue="alone", timestamp="0")  # no other job runs, whatever the minute

    async def work() -> None:
        options: dict[str, Any] = {"wait": False, "install_signal_handlers": False, "listen_notify": False}
        await app.run_worker_async(queues=["alone"], **options)

    at_work(work)
    assert "ValueError" in written.getvalue()
    assert spoken(written) == []
