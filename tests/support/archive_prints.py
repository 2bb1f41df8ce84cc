"""Records with a photo that is really there, and what stands in a PDF as a reader other than its maker sees it."""

import random
import re
import subprocess

from kuaiji.accountants.models import Record
from kuaiji.archives.enums import PrintKind
from kuaiji.archives.models import ArchivePrint
from kuaiji.archives.services import print_archive, request_print
from kuaiji.attachments import storage
from kuaiji.attachments.services import LABEL
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from people.persons import Person, make_person, make_picture
from people.records.drafts import fill_in, submit
from people.records.users import make_user

ADDRESS = "http://platform.example/verify/"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")


def someone(status: str = "1", *, seed: int = 1, document_type: str = "01", name: str | None = None) -> Person:
    return make_person(random.Random(seed), status=status, document_type=document_type, name=name)


def collected(person: Person | None = None) -> Record:
    """The record of ``person``, whose photo can be read."""
    user = make_user(person or someone())
    fill_in(user, person or someone())
    record = submit(user)
    photo = record.personal.photo
    picture = make_picture(random.Random(1), 358, 441)
    storage.write(photo.storage_key, photo.person_key.box.seal(picture, LABEL, photo.pk))
    return record


def ask(record: Record, kind: PrintKind = PrintKind.ARCHIVE) -> ArchivePrint:
    operation = Operation(kind=OperationKind.ARCHIVE_PRINTING, actor_kind=ActorKind.CITIZEN, actor_id=record.user_id)
    return request_print(operation=operation, record_id=record.pk, kind=kind, address=ADDRESS)


def make(asked: ArchivePrint) -> ArchivePrint:
    """The same print after its job."""
    operation = Operation(kind=OperationKind.ARCHIVE_PRINTING, actor_kind=ActorKind.SYSTEM)
    print_archive(operation=operation, print_id=asked.pk, address=ADDRESS)
    return ArchivePrint.objects.select_related("person_key").get(pk=asked.pk)


def text_of(pdf: bytes) -> str:
    """What a person would select and copy, blanks left out."""
    return "".join(_poppler("pdftotext", "-", "-", pdf=pdf).split())


def fonts_of(pdf: bytes) -> dict[str, tuple[bool, bool]]:
    """The fonts by name: is it embedded, is it a subset?"""
    lines = _poppler("pdffonts", "-", pdf=pdf).splitlines()[2:]
    return {line.split()[0]: (line.split()[-5] == "yes", line.split()[-4] == "yes") for line in lines}


def code_on(pdf: bytes) -> str:
    """The check code on the paper."""
    found = CODE.search(text_of(pdf))
    assert found
    return found[0]


def _poppler(*words: str, pdf: bytes) -> str:
    return subprocess.run(words, input=pdf, check=True, capture_output=True).stdout.decode()
