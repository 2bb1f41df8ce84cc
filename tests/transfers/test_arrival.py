"""Before the review has passed nothing of the archive is the claimant's: the pictures are tried under another key."""

import base64
import random
import uuid
from typing import Any

import pytest

from kuaiji.attachments.models import Attachment
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.exchange.models import InboxMessage
from kuaiji.keys.models import PersonKey
from kuaiji.transfers.enums import InState
from kuaiji.transfers.models import TransferIn
from kuaiji.transfers.services import arriving
from kuaiji.transfers.services.arriving import body_of, complete_transfer_in, try_arrival
from kuaiji.transfers.services.releases import open_release
from kuaiji_signed import canonical
from kuaiji_wire.messages import Envelope
from people import wire_samples
from people.factories import ReleaseFactory, TransferInFactory
from people.hub_stories import Story
from people.persons import make_picture
from people.records.users import make_user

pytestmark = pytest.mark.django_db
OPERATION = Operation(kind=OperationKind.TRANSFER_REVIEWING, actor_kind=ActorKind.SYSTEM)


def coming(picture: bytes) -> TransferIn:
    """A claim under review whose archive is here, with this photo."""
    story, user, key = (
        Story(origin="440300", destination="440000", division="440103"),
        make_user(),
        PersonKey.objects.make(),
    )
    pictures = dict.fromkeys(("photo", "id_card_front", "id_card_back"), base64.b64encode(picture).decode())
    said: dict[str, Any] = {"person": user.person, "pictures": pictures}
    message = story.released_2().model_copy(update=said)
    envelope = Envelope.of(message, id=uuid.uuid4(), sent_at=wire_samples.NOW)
    InboxMessage.objects.create(
        number=1,
        message_id=envelope.id,
        stream_id=story.transfer_id,
        topic=message.topic,
        received_at=wire_samples.NOW,
        person_key=key,
        envelope=canonical.dump(envelope.plain()),
        done_at=wire_samples.NOW,
    )
    ReleaseFactory.create(id=story.transfer_id, message_id=envelope.id, person_key=key, origin_id="440300")
    return TransferInFactory.create(transfer_id=story.transfer_id, user=user, state=InState.UNDER_REVIEW)


def seen_by(row: TransferIn) -> int:
    """Pictures that the doors would show to the claimant."""
    return Attachment.objects.filter(person_key=row.person_key).count()


def test_the_trial_leaves_nothing_and_shows_nothing_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    row = coming(make_picture(random.Random(1), 500, 600))
    seen: list[int] = []
    really = arriving.pictures_of

    def looked_at(*given: Any) -> Any:
        made = really(*given)
        seen.append(seen_by(row))
        return made

    monkeypatch.setattr(arriving, "pictures_of", looked_at)
    release = open_release(row.transfer_id)
    assert release
    try_arrival(OPERATION, row, body_of(release))
    assert seen == [0] and not Attachment.objects.exists()
    assert TransferIn.objects.get().state == InState.UNDER_REVIEW


def test_a_picture_that_cannot_be_used_leaves_nothing_either() -> None:
    row = coming(b"\xff\xd8\xff\xe0 no picture")
    release = open_release(row.transfer_id)
    assert release
    with pytest.raises(RuleBroken):
        try_arrival(OPERATION, row, body_of(release))
    assert not Attachment.objects.exists()


def test_once_it_has_arrived_the_picture_is_the_person_s() -> None:
    row = coming(make_picture(random.Random(1), 500, 600))
    complete_transfer_in(OPERATION, row)
    assert seen_by(row) >= 1 and not open_release(row.transfer_id)
