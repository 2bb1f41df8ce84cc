"""What a test has one of two platforms do: run inside a process of that platform (see ``two_platforms``)."""

import contextlib
import datetime as dt
import io
import json
import os
import random
import sys
import threading
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import ExamRow, Hold, Record
from kuaiji.accountants.sections import BY_SLUG, SectionPage
from kuaiji.accountants.services import versions
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.correcting import correct
from kuaiji.attachments import services as attachments
from kuaiji.attachments import storage
from kuaiji.attachments.enums import Purpose
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection import services as collection
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import SealBroken
from kuaiji.exchange import asking, loop
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.identity import passwords
from kuaiji.identity.models import SmsCode, User
from kuaiji.identity.services.registration import Details
from kuaiji.sms.models import Message
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from kuaiji.transfers.services import applying, arriving, claiming, reviewing, withdrawing
from tests.support import numbers
from tests.support.drafts import attachment, fill_in, operation, submit
from tests.support.forms import query_dict
from tests.support.journeys import Person, make_person, make_sections
from tests.support.people import make_user

HUB_URL = os.environ["KUAIJI_HUB_URL"]
PASSWORD = "mulan-9-tigers-on-the-hill"


def collect(*, seed: int, status: str = "1", document_type: str = "01") -> dict[str, Any]:
    """A collected person with real pictures, as the other platform would type them."""
    person = make_person(random.Random(seed), status=status, document_type=document_type)
    user = make_user(person)
    fill_in(user, person)
    record = submit(user)
    _draw_pictures(user)
    return {"user": str(user.pk), "record": str(record.pk), "details": _details(person)}


def change(*, record: str, **values: Any) -> int:
    """Another version: other values of the education section."""
    row = Record.objects.get(pk=record)
    answers = versions.current(row).content["education"] | values
    made = change_section(
        operation=operation(row.user, OperationKind.RECORD_CHANGING),
        record_id=row.pk,
        slug=SectionSlug.EDUCATION,
        answers=answers,
        based_on=row.version,
    )
    return made.version.number if made.version else 0


def apply(*, user: str, destination: str, division: str) -> str:
    """保存 of 调出: the id of the transfer."""
    owner = User.objects.get(pk=user)
    proof = attachment(owner, Purpose.TRANSFER_PROOF)
    _draw_pictures(owner)
    row = applying.apply(
        operation=operation(owner, OperationKind.TRANSFER_OUT),
        record_id=owner.record.pk,
        destination=destination,
        division=division,
        reason="随用人单位迁往调入地工作",
        proof_id=proof.pk,
    )
    return str(row.pk)


def withdraw(*, user: str, transfer: str) -> dict[str, Any]:
    """撤回, with what the page would show."""
    owner = User.objects.get(pk=user)
    row = withdrawing.withdraw(
        operation=operation(owner, OperationKind.TRANSFER_WITHDRAWING), user=owner, transfer_id=uuid.UUID(transfer)
    )
    assert row
    return {"state": row.state, "asked": row.withdraw_asked_at is not None, "note": row.note or ""}


def claim(*, details: dict[str, str], division: str, phone: str = "", name: str = "") -> dict[str, Any]:
    """验证信息 and 确认调入."""
    typed = Details(**details | ({"phone": phone} if phone else {}) | ({"name": name} if name else {}))
    draft = claiming.start()
    claiming.send_code(draft=draft, details=typed, division_code=division)
    claiming.draw_code(code=SmsCode.objects.get(form_id=draft.pk))
    message = SmsCode.objects.get(form_id=draft.pk).message
    assert message and message.parameters
    claiming.verify(draft=draft, details=typed, division_code=division, sms_code=message.parameters["code"])
    row = claiming.confirm(
        operation=Operation(kind=OperationKind.TRANSFER_CLAIMING, actor_kind=ActorKind.CITIZEN),
        draft_id=draft.pk,
        password=PASSWORD,
    )
    return {"claim": str(row.pk), "user": str(row.user_id), "state": row.state, "signs_in": claiming.signs_in(row)}


def at_once(*, each: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Several functions of this module at the same moment, each on a connection of its own; refusals by their code."""
    barrier = threading.Barrier(len(each))

    def begin(one: tuple[str, dict[str, Any]]) -> Any:
        barrier.wait()
        try:
            return globals()[one[0]](**one[1])
        except RuleBroken as broken:
            return broken.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(each)) as threads:
        return list(threads.map(begin, each))


def unplug(*, away: bool) -> None:
    """The hub is away for this platform, or back."""
    os.environ["KUAIJI_HUB_URL"] = "http://127.0.0.1:1" if away else HUB_URL
    asking.hub.cache_clear()
    breaker.answered()
    OutboxMessage.objects.open().update(next_attempt_at=None, attempts=0)


def new_document(*, record: str) -> str:
    """A bureau puts the number right."""
    row = Record.objects.get(pk=record)
    born = versions.current(row).content["personal"]["birth_date"]
    number = numbers.eighteen(random.Random(row.pk.int), "440000", born=dt.date.fromisoformat(born))
    operation = Operation(kind=OperationKind.RECORD_CORRECTING, actor_kind=ActorKind.STAFF)
    correct(operation=operation, record_id=row.pk, values={"document_number": number})
    return number


def work() -> None:
    """Whatever the exchange has to do now."""
    loop.once()


def review(*, days: int) -> int:
    """The reviews that are due so many days from now; the clock of the hub is not moved."""
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=days)):
        return reviewing.review_due()


def complete(*, user: str, seed: int) -> dict[str, Any]:
    """What came from elsewhere, completed and submitted."""
    fill_in_again(user=user, seed=seed)
    return finish(user=user)


def fill_in_again(*, user: str, seed: int, division: str = "") -> None:
    """The eight steps again: what came is taken as it is, but for the work, which is told anew."""
    owner = User.objects.get(pk=user)
    collection.agree(operation=operation(owner), user=owner)
    for slug in SectionSlug:
        progress = collection.progress_of(owner)
        answers = progress.begins_with(slug)
        assert answers is not None and progress.arrived
        if slug == SectionSlug.EMPLOYMENT:
            facts = progress.facts
            assert facts.birth_date and facts.gender
            told = make_sections(random.Random(seed), "1", facts.birth_date, facts.gender, facts.document_type)[slug]
            data = query_dict({**told, "division_code": division or progress.arrived.division_code})
            page = SectionPage(BY_SLUG[slug], facts=progress.facts, data=data, uploads=Uploads())
            assert page.is_valid(), page.form.errors
            answers = page.answers()
        collection.save_step(operation=operation(owner), user=owner, slug=slug, answers=answers, revision=None)


def finish(*, user: str) -> dict[str, Any]:
    """Submit."""
    return record_of(user=str(submit(User.objects.get(pk=user)).user_id))


def record_of(*, user: str) -> dict[str, Any]:
    """What this platform has of somebody."""
    record = Record.objects.filter(user_id=uuid.UUID(user)).select_related("person_key").first()
    if record is None:
        return {}
    chain = list(record.versions.order_by("number").values_list("number", "kind", "platform", "origin_number"))
    exam = ExamRow.objects.get(record=record)
    pictures = Attachment.objects.filter(person_key=record.person_key, claimed_at__isnull=False)
    newest = versions.current(record)
    return {
        "record": str(record.pk),
        "status": record.status,
        "exam_status": exam.status,
        "division": record.division_code,
        "version": record.version,
        "chain": [list(one) for one in chain],
        "education": newest.content["education"],
        "employment": newest.content["employment"],
        "locked": Hold.objects.filter(record=record, lifted_at=None).count(),
        "pictures": sorted(row.purpose for row in pictures if _opens(row)),
        "readable": all(version.content["identity"]["name"] for version in record.versions.all()),
    }


def out_of(*, transfer: str) -> dict[str, Any]:
    """A transfer at its origin."""
    row = TransferOut.objects.select_related("person_key").get(pk=transfer)
    found = {one["rule"]: one["passed"] for one in row.findings}
    return {
        "state": row.state,
        "words": [row.get_state_display(), row.hub_words],
        "asked": row.withdraw_asked_at is not None,
        "note": row.note or "",
        "findings": found,
    }


def released_version(*, transfer: str) -> int:
    """Which version of the record went out."""
    return TransferOut.objects.get(pk=transfer).version or 0


def unclaimed(*, user: str) -> int:
    """Pictures of somebody that belong to no record."""
    return Attachment.objects.filter(person_key__user=uuid.UUID(user), claimed_at=None).count()


def claims_of(*, transfer: str) -> list[str]:
    """The states of all claims on a transfer."""
    return sorted(TransferIn.objects.filter(transfer_id=transfer).values_list("state", flat=True))


def claim_of(*, claim: str) -> dict[str, Any]:
    """A claim at its destination."""
    row = TransferIn.objects.select_related("person_key").get(pk=claim)
    return {
        "state": row.state,
        "note": row.note or "",
        "findings": {one["rule"]: one["passed"] for one in row.findings},
    }


def user_of(*, user: str) -> dict[str, Any]:
    """Who signs in, with what."""
    row = User.objects.select_related("person_key").get(pk=user)
    return {
        "name": row.name,
        "phone": row.phone,
        "password": passwords.verify_any(PASSWORD, [row]) is not None,
        "checks": {check.kind: check.outcome for check in row.checks.all()},
        "users": User.objects.count(),
    }


def messages() -> dict[str, int]:
    """How many messages of each template there are."""
    return Counter(Message.objects.values_list("template_key", flat=True))


def waiting() -> dict[str, int]:
    """What is not done, to be told and heard."""
    return {
        "outbox": OutboxMessage.objects.open().count(),
        "inbox": InboxMessage.objects.open().count(),
    }


def releases() -> int:
    """How many people are let go to this platform and not here yet."""
    return Release.objects.filter(ended_at=None).count()


def archive_readable(*, transfer: str) -> bool:
    """Whether what came with a transfer can still be opened."""
    release = Release.objects.get(pk=transfer)
    with contextlib.suppress(Exception):
        return bool(arriving.body_of(release).history)
    return False


def send_back(*, transfer: str, reason: str) -> None:
    """已退回 by the destination."""
    try:
        call_command("transfers", "return", transfer, by="示例经办", reason=reason, stdout=io.StringIO())
    except CommandError as error:
        raise RuleBroken("refused", str(error)) from None
    call_command("transfers", "list", stdout=io.StringIO())


def spoil(*, transfer: str) -> None:
    """What came is not what its sender meant: the work is told as nobody can work."""
    _rewrite(transfer, lambda archive: archive["sections"]["employment"].update(accounting_post=None))


def unspoil(*, transfer: str) -> None:
    """And now it is."""
    _rewrite(transfer, lambda archive: archive["sections"]["employment"].update(accounting_post="10"))


def _rewrite(transfer: str, change: Callable[[dict[str, Any]], None]) -> None:
    row = InboxMessage.objects.select_related("person_key").get(stream_id=transfer, topic="transfer.released")
    envelope = json.loads(row.envelope)
    change(envelope["body"]["archive"])
    row.envelope = json.dumps(envelope).encode()
    row.save(update_fields=["envelope"])


def tamper(*, record: str, purpose: str) -> None:
    """Somebody put other bytes in the place of a picture."""
    row = Attachment.objects.get(person_key__record=uuid.UUID(record), purpose=purpose)
    storage.remove(row.storage_key)
    storage.write(row.storage_key, b"other bytes")


def _opens(picture: Attachment) -> bool:
    with contextlib.suppress(SealBroken):
        return bool(attachments.read(picture))
    return False


def _draw_pictures(user: User) -> None:
    """Real files behind the rows that stand for pictures."""
    for row in Attachment.objects.filter(person_key=user.person_key, width=1).select_related("person_key"):
        buffer = io.BytesIO()
        shade = random.Random(row.pk.int).randbytes(3)
        Image.new("RGB", (400, 420), (shade[0], shade[1], shade[2])).save(buffer, "JPEG")
        storage.write(row.storage_key, row.person_key.box.seal(buffer.getvalue(), attachments.LABEL, row.pk))
        row.width, row.height, row.size = 400, 420, len(buffer.getvalue())
        row.save(update_fields=["width", "height", "size"])


def _details(person: Person) -> dict[str, str]:
    return {
        "name": person.name,
        "document_type": person.document_type,
        "document_number": person.document_number,
        "document_country": person.document_country,
        "phone": person.phone,
    }


def serve(answers: IO[str]) -> None:
    """One request a line: a function of this module and its arguments; one answer a line."""
    for line in sys.stdin:
        said = json.loads(line)
        try:
            answer = {"result": globals()[said["do"]](**said["with"])}
        except RuleBroken as broken:
            answer = {"refused": broken.code}
        except Exception as error:  # noqa: BLE001 - the test says what broke
            traceback.print_exc()
            answer = {"broke": repr(error)}
        print(json.dumps(answer), file=answers, flush=True)
