"""Transfers in any state. Only what the row itself says is there: holds, events and messages are made by services."""

from factory.declarations import LazyAttribute, LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from kuaiji.common import clock
from kuaiji.common.ids import uuid7
from kuaiji.keys.models import PersonKey
from kuaiji.transfers.enums import OutState
from kuaiji.transfers.models import Release, TransferIn, TransferOut
from people.factories.records import AttachmentFactory, RecordFactory
from people.factories.users import UserFactory

GUANGDONG, HUNAN, SHENZHEN = "440000", "430000", "440300"
NOT_REVIEWED = (OutState.PENDING_REVIEW, OutState.WITHDRAWN)


class TransferOutFactory(DjangoModelFactory[TransferOut]):
    """调出 of ``record`` to 深圳; reviewed where its ``state`` says so."""

    class Meta:
        model = TransferOut

    record = SubFactory(RecordFactory)
    person_key = LazyAttribute(lambda made: made.record.person_key)
    division_code = LazyAttribute(lambda made: made.record.division_code)
    destination_id = SHENZHEN
    destination_division = LazyAttribute(lambda made: "440304" if made.destination_id == SHENZHEN else "")
    reason = "工作调动"
    proof = LazyAttribute(lambda made: AttachmentFactory.create(user=made.record.user, purpose="transfer_proof"))
    state = OutState.PENDING_REVIEW
    applied_at = LazyFunction(clock.now)
    review_due_at = LazyFunction(clock.now)
    reviewed_at = LazyAttribute(lambda made: None if made.state in NOT_REVIEWED else clock.now())


class ReleaseFactory(DjangoModelFactory[Release]):
    """What 湖南 lets go to this platform; its archive, sealed under a key of its own, is not there."""

    class Meta:
        model = Release

    id = LazyFunction(uuid7)
    message_id = LazyFunction(uuid7)
    person_key = LazyFunction(lambda: PersonKey.objects.make())
    origin_id = HUNAN
    arrived_at = LazyFunction(clock.now)


class TransferInFactory(DjangoModelFactory[TransferIn]):
    """A claim by ``user`` to a transfer from 深圳, due to be reviewed now."""

    class Meta:
        model = TransferIn

    transfer_id = LazyFunction(uuid7)
    user = SubFactory(UserFactory)
    person_key = LazyAttribute(lambda made: made.user.person_key)
    origin_id = SHENZHEN
    division_code = "440103"
    person = LazyFunction(dict)
    record_id = LazyFunction(uuid7)
    phone_known = True
    claimed_at = LazyFunction(clock.now)
    review_due_at = LazyFunction(clock.now)
