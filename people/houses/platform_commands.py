"""What a test has one of two platforms do: run inside a process of that platform (see ``two_platforms``)."""

import datetime as dt
import io
import json
import os
import random
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from PIL import Image

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.models import Record
from kuaiji.accountants.sections.registry import BY_SLUG, SectionPage
from kuaiji.accountants.services.changing import change_section
from kuaiji.accountants.services.correcting import correct_record
from kuaiji.accountants.services.versions import current_version
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.services import LABEL
from kuaiji.attachments.uploads import Uploads
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.collection.progress import progress_of
from kuaiji.collection.services.drafting import agree_to_notice, save_step
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange import loop
from kuaiji.exchange.breaker import breaker
from kuaiji.exchange.models import InboxMessage, OutboxMessage
from kuaiji.exchange.partners import clients
from kuaiji.identity.enums import FingerprintKind
from kuaiji.identity.models import User
from kuaiji.identity.people.fingerprints import document_fingerprints, users_with
from kuaiji.identity.security.services import replace_phone
from kuaiji.transfers.services import reviewing
from kuaiji.transfers.services.applying import apply_for_transfer
from kuaiji.transfers.services.renewing import renew_code
from kuaiji.transfers.services.withdrawing import withdraw_transfer
from people import numbers
from people.houses import platform_claims, platform_views
from people.houses.bureau import decide_about
from people.houses.platform_views import record_of
from people.persons import Person, make_person, make_sections
from people.records.drafts import attachment, fill_in, operation, submit
from people.records.posted_forms import query_dict
from people.records.users import make_user

HUB_URL = os.environ["KUAIJI_HUB_URL"]


def collect(*, seed: int, status: str = "1", document_type: str = "01") -> dict[str, Any]:
    """A collected person with real pictures, as the other platform would type them."""
    person = make_person(random.Random(seed), status=status, document_type=document_type)
    user = make_user(person)
    fill_in(user, person)
    record = submit(user)
    draw_pictures(user)
    return {"user": str(user.pk), "record": str(record.pk), "details": _details(person)}


def set_out(*, seed: int, destination: str, division: str) -> dict[str, Any]:
    """Collect and apply, each as one step; what was done before is not done again."""
    person = make_person(random.Random(seed), status="1", document_type="01")
    known = users_with(FingerprintKind.DOCUMENT, document_fingerprints(person.document)).first()
    if known is None:
        with transaction.atomic():
            made = collect(seed=seed)
    else:
        made = {"user": str(known.pk), "details": _details(person)}
    return made | {"number": seed, "transfer": apply(user=made["user"], destination=destination, division=division)}


def change(*, record: str, **values: Any) -> int:
    """Another version: other values of the education section."""
    row = Record.objects.get(pk=record)
    answers = current_version(row).content["education"] | values
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
    proof = attachment(owner, "transfer_proof")
    draw_pictures(owner)
    row = apply_for_transfer(
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
    row = withdraw_transfer(
        operation=operation(owner, OperationKind.TRANSFER_WITHDRAWING), user=owner, transfer_id=uuid.UUID(transfer)
    )
    assert row
    return {"state": row.state, "asked": row.withdraw_asked_at is not None, "note": row.note or ""}


def renew(*, user: str, transfer: str, renewal: int) -> None:
    """换新调转码."""
    owner = User.objects.get(pk=user)
    by = operation(owner, OperationKind.TRANSFER_OUT)
    renew_code(operation=by, user=owner, transfer_id=uuid.UUID(transfer), renewal=renewal)


def bind_phone(*, user: str, phone: str) -> None:
    """更换手机号, proven."""
    owner = User.objects.get(pk=user)
    replace_phone(operation=operation(owner, OperationKind.PHONE_CHANGING), user_id=owner.pk, phone=phone)


def each(*, of: str, among: list[dict[str, Any]]) -> list[Any]:
    """A function of this module for many, one after the other; refusals by their code."""
    answers: list[Any] = []
    for one in among:
        try:
            answers.append(_function(of)(**one))
        except RuleBroken as broken:
            answers.append(broken.code)
    return answers


def at_once(*, each: list[tuple[str, dict[str, Any]]]) -> list[Any]:
    """Several functions of this module at the same moment, each on a connection of its own; refusals by their code."""
    barrier = threading.Barrier(len(each))

    def begin(one: tuple[str, dict[str, Any]]) -> Any:
        barrier.wait()
        try:
            return _function(one[0])(**one[1])
        except RuleBroken as broken:
            return broken.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(each)) as threads:
        return list(threads.map(begin, each))


def unplug(*, away: bool) -> None:
    """The hub is away for this platform, or back."""
    os.environ["KUAIJI_HUB_URL"] = "http://127.0.0.1:1" if away else HUB_URL
    clients.hub.cache_clear()
    breaker.answered()
    OutboxMessage.objects.open().update(next_attempt_at=None, attempts=0)


def speak(*, version: int) -> None:
    """From now on messages are written in versions of the wire up to this one."""
    os.environ["KUAIJI_WIRE_VERSION"] = str(version)


def releases_told(*, transfer: str) -> list[list[Any]]:
    """In which version each release of the transfer was told, and what the hub answered."""
    rows = OutboxMessage.objects.filter(topic="transfer.released", subject_id=transfer).order_by("id")
    return [[row.wire_version, row.answer_code] for row in rows]


def new_document(*, record: str) -> str:
    """A bureau puts the number right."""
    row = Record.objects.get(pk=record)
    born = current_version(row).content["personal"]["birth_date"]
    number = numbers.eighteen(random.Random(row.pk.int), "440000", born=dt.date.fromisoformat(born))
    operation = Operation(kind=OperationKind.RECORD_CORRECTING, actor_kind=ActorKind.STAFF)
    correct_record(operation=operation, record_id=row.pk, values={"document_number": number})
    return number


def work() -> None:
    """Whatever the exchange has to do now."""
    loop.once()


def settle(*, patience: float = 120) -> None:
    """Until the hub has been told everything: what it was too busy to answer is tried again at once.

    Raises RuleBroken ``not_settled`` after so many seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        loop.once()
        waiting = OutboxMessage.objects.open().filter(parked_at=None)
        if not waiting.exists():
            return
        if time.monotonic() > deadline:
            raise RuleBroken("not_settled", f"{waiting.count()} messages wait")
        time.sleep(0.5)
        breaker.answered()
        waiting.update(next_attempt_at=None)


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
    agree_to_notice(operation=operation(owner), user=owner)
    for slug in SectionSlug:
        progress = progress_of(owner)
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
        save_step(operation=operation(owner), user=owner, slug=slug, answers=answers, revision=None)


def finish(*, user: str) -> dict[str, Any]:
    """Submit."""
    return record_of(user=str(submit(User.objects.get(pk=user)).user_id))


def send_back(*, transfer: str, reason: str) -> None:
    """已退回 by two of the destination's bureau. Raises RuleBroken."""
    for by in ("示例管理", "另一管理"):
        decide_about(uuid.UUID(transfer), "return", by, reason)
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


def draw_pictures(user: User) -> None:
    """Real files behind the rows that stand for pictures."""
    for row in Attachment.objects.filter(person_key=user.person_key, width=1).select_related("person_key"):
        buffer = io.BytesIO()
        shade = random.Random(row.pk.int).randbytes(3)
        Image.new("RGB", (400, 420), (shade[0], shade[1], shade[2])).save(buffer, "JPEG")
        storage.write(row.storage_key, row.person_key.box.seal(buffer.getvalue(), LABEL, row.pk))
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


def _function(name: str) -> Callable[..., Any]:
    """Of this module, of claims, or of what is seen."""
    found: Callable[..., Any] = (
        globals().get(name) or getattr(platform_claims, name, None) or getattr(platform_views, name)
    )
    return found


def serve(answers: IO[str]) -> None:
    """One request a line: a function and its arguments; one answer a line."""
    for line in sys.stdin:
        said = json.loads(line)
        try:
            answer = {"result": _function(said["do"])(**said["with"])}
        except RuleBroken as broken:
            answer = {"refused": broken.code}
        except Exception as error:  # noqa: BLE001 - the test says what broke
            traceback.print_exc()
            answer = {"broke": repr(error)}
        print(json.dumps(answer), file=answers, flush=True)
