"""Moving between platforms, a new name, and the doors that stand alone."""

import random

from django.test import Client

from kuaiji.archives.forms import CheckForm
from kuaiji.attachments.models import Attachment
from kuaiji.changes.forms import NameForm
from kuaiji.changes.models import WaitingName
from kuaiji.collection.forms import NoticeForm
from kuaiji.collection.models import Draft
from kuaiji.feedback.forms import EvaluationForm
from kuaiji.feedback.models import Evaluation
from kuaiji.messages.enums import MessageClass
from kuaiji.messages.forms import ChoiceForm
from kuaiji.messages.services.choosing import unwanted_of
from kuaiji.portal.demo import InboxForm
from kuaiji.transfers.enums import CLAIM_BACK, CLAIM_FRONT, InState
from kuaiji.transfers.forms import ClaimPicturesForm, TransferInForm, TransferOutForm
from kuaiji.transfers.models import ClaimDraft, TransferOut
from people.factories import TransferInFactory
from people.hostile.doors.scenes import UNSENT, Door, Scene
from people.hostile.doors.sections import reading
from people.hostile.doors.strangers import (
    BUSY,
    DETAILS,
    INBOX,
    PASSPORT,
    SENDING,
    stranger,
    stranger_from_a_busy_address,
)
from people.persons import make_person
from people.records.drafts import attachment, fill_in, submit
from people.records.users import make_user

RENAMING = {"name": "阿卜杜热合曼", "reason": "户口簿登记的姓名已变更"}


def _renaming() -> Scene:
    """Somebody with a record, whose proof has come."""
    person = make_person(random.Random(4), status="1")
    user, client = make_user(person), Client()
    fill_in(user, person)
    submit(user)
    attachment(user, "name_proof")
    client.force_login(user)
    return Scene(client, user)


def _in_waiting_name(scene: Scene, name: str) -> object:
    """Nobody answers whether the name is right, so it waits."""
    assert scene.user
    if name == "name_proof":
        return Attachment.objects.get(person_key=scene.user.person_key, purpose="name_proof").pk
    waits = WaitingName.objects.select_related("person_key").filter(record__user=scene.user).first()
    return getattr(waits, name) if waits else None


LEAVING = {"destination_platform": "440300", "destination_division": "440304", "reason": "工作调动到深圳"}
COMING = DETAILS | {"destination_division": "440103", "transfer_code": ""}


def _leaving() -> Scene:
    """Somebody with a record, whose proof has come."""
    scene = _renaming()
    assert scene.user
    attachment(scene.user, "transfer_proof")
    return scene


def _in_transfer_out(scene: Scene, name: str) -> object:
    if name == "proof":
        return Attachment.objects.get(purpose="transfer_proof").pk
    column = {"destination_platform": "destination_id"}.get(name, name)
    return getattr(TransferOut.objects.get(), column)


def _to_be_known() -> Scene:
    """Somebody whose claim nothing proves, and whose pictures have come."""
    user, client = make_user(), Client()
    TransferInFactory.create(user=user, person=user.person.flat(), state=InState.TO_VERIFY)
    for purpose in (CLAIM_FRONT, CLAIM_BACK):
        attachment(user, purpose)
    client.force_login(user)
    return Scene(client, user)


def _in_claim_pictures(scene: Scene, name: str) -> object:
    return Attachment.objects.get(purpose={"id_card_front": CLAIM_FRONT, "id_card_back": CLAIM_BACK}[name]).pk


def _in_claim(scene: Scene, name: str) -> object:
    answers = ClaimDraft.objects.get().answers
    if name == "transfer_code":
        return answers[name]
    return answers["division_code"] if name == "destination_division" else answers["details"][name]


TRANSFERS = (
    Door(title="transfer-out", form=TransferOutForm, path="/transfers/out/new/", names=(*LEAVING, "proof"),
         right=LEAVING, prepare=_leaving, stored=_in_transfer_out, leads="/transfers/out/?applied=1",
         traces=UNSENT),
    Door(title="transfer-in", form=TransferInForm, path="/transfers/in/",
         names=("name", "document_type", "document_number", "phone", "transfer_code", "destination_division"),
         right=COMING | SENDING,
         prepare=stranger, stored=_in_claim, leads="/transfers/in/#id_sms_code"),
    Door(title="transfer-in-passport", form=TransferInForm, path="/transfers/in/",
         names=("document_country",), right=COMING | PASSPORT | SENDING, prepare=stranger, stored=_in_claim,
         leads="/transfers/in/#id_sms_code"),
    Door(title="transfer-in-code", form=TransferInForm, path="/transfers/in/", names=("sms_code",),
         right=COMING | {"action": "verify", "sms_code": "123456"}, prepare=stranger, stored=_in_claim,
         traces=frozenset({"transfers_claimdraft"})),
    Door(title="transfer-in-proof", form=ClaimPicturesForm, path="/transfers/in/proof/",
         names=ClaimPicturesForm.uploads, right={}, prepare=_to_be_known, stored=_in_claim_pictures,
         leads="/transfers/in/proof/?sent=1"),
    Door(title="transfer-in-busy", form=TransferInForm, path="/transfers/in/", names=("challenge",),
         right=COMING | SENDING | {"challenge": "三十"}, prepare=stranger_from_a_busy_address, stored=_in_claim,
         settings=BUSY),
)  # fmt: skip


def _wanted(scene: Scene, name: str) -> object:
    """The classes that come to the phone, as the page sends them."""
    assert scene.user
    unwanted = unwanted_of(scene.user.person_key_id)
    return ",".join(each for each in MessageClass if each not in {MessageClass.MUST, *unwanted})


def _in_evaluation(scene: Scene, name: str) -> object:
    given = Evaluation.objects.get()
    return str(int(given.grade)) if name == "grade" else given.words or ""


CHECK_CODE = {"check_code": "8K2M-4QXT-9D0R-7WAB-3HCN"}
OTHERS = (
    Door(title="name", form=NameForm, path="/changes/name/", names=(*RENAMING, "name_proof"), right=RENAMING,
         prepare=_renaming, stored=_in_waiting_name, leads="/changes/name/", traces=UNSENT),
    Door(title="choice", form=ChoiceForm, path="/me/messages/choice/", names=("wanted",),
         right={"wanted": "useful", "action": "save"}, prepare=_renaming, stored=_wanted, leads="/me/messages/"),
    Door(title="evaluation", form=EvaluationForm, path="/me/feedback/collection/", names=("grade", "words"),
         right={"grade": "4", "words": "步骤清楚"}, prepare=_renaming, stored=_in_evaluation,
         leads="/me/feedback/thanks/"),
    Door(title="notice", form=NoticeForm, path="/collection/notice/", names=("truthful",), right={"truthful": "on"},
         prepare=reading, stored=lambda scene, name: Draft.objects.filter(user=scene.user).exists(),
         leads="/collection/personal/"),
    Door(title="verify", form=CheckForm, path="/verify/", names=("check_code",), right=CHECK_CODE, prepare=stranger,
         asked=True),
    Door(title="verify-busy", form=CheckForm, path="/verify/", names=("challenge",),
         right=CHECK_CODE | {"challenge": "三十"}, prepare=stranger_from_a_busy_address, settings=BUSY),
    Door(title="inbox", form=InboxForm, path="/sms/", names=("phone",), right={"phone": "13800138000"},
         prepare=stranger, asked=True, settings=INBOX),
)  # fmt: skip
