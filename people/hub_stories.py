"""People made up for one test each, and what platforms say of them."""

import datetime as dt
import uuid
from dataclasses import dataclass, field, replace
from random import Random

from kuaiji.common.ids import uuid7
from kuaiji_wire import messages
from kuaiji_wire.people import Document, Person
from people import numbers, wire_samples

_RNG = Random(9421)


def somebody() -> Person:
    """Whom no other test knows. 440000 is no county, so the number is nobody's."""
    return Person(name="示例甲", document=Document(type="01", country="", number=numbers.eighteen(_RNG, "440000")))


@dataclass(frozen=True)
class Story:
    """A person, the record at the origin, and one transfer from 440000 to 440300."""

    person: Person = field(default_factory=somebody)
    record_id: uuid.UUID = field(default_factory=uuid7)
    transfer_id: uuid.UUID = field(default_factory=uuid7)
    claim_id: uuid.UUID = field(default_factory=uuid7)
    there_id: uuid.UUID = field(default_factory=uuid7)
    origin: str = "440000"
    destination: str = "440300"
    division: str | None = "440304"

    def again(self) -> "Story":
        """Another transfer of the same person."""
        return replace(self, transfer_id=uuid7(), claim_id=uuid7())

    def reported(
        self, version: int = 1, *, previous: Person | None = None, made_at: dt.datetime = wire_samples.NOW
    ) -> messages.RecordReported:
        archive = wire_samples.ARCHIVE.model_copy(update={"version": version, "made_at": made_at})
        return messages.RecordReported(record_id=self.record_id, person=self.person, previous=previous, archive=archive)

    def released(self) -> messages.TransferReleased:
        said = {
            "transfer_id": self.transfer_id,
            "record_id": self.record_id,
            "person": self.person,
            "origin": self.origin,
            "destination": self.destination,
            "destination_division": self.division,
        }
        return wire_samples.RELEASED.model_copy(update=said)

    def reported_2(self, version: int = 1) -> messages.RecordReported2:
        archive = wire_samples.ARCHIVE_2.model_copy(update={"version": version, "status": "collected"})
        return messages.RecordReported2(record_id=self.record_id, person=self.person, previous=None, archive=archive)

    def released_2(self) -> messages.TransferReleased2:
        said = {name: value for name, value in vars(self.released()).items() if name not in ("archive", "history")}
        return wire_samples.RELEASED_2.model_copy(update=said)

    def code_renewed(self) -> messages.TransferCodeRenewed:
        return wire_samples.CODE_RENEWED.model_copy(update={"transfer_id": self.transfer_id})

    def attempts_refused(self) -> messages.TransferAttemptsRefused:
        return wire_samples.ATTEMPTS_REFUSED.model_copy(update={"transfer_id": self.transfer_id})

    def withdrawn(self) -> messages.TransferWithdrawn:
        return wire_samples.WITHDRAWN.model_copy(update={"transfer_id": self.transfer_id})

    def claimed(self) -> messages.TransferClaimed:
        said = {
            "transfer_id": self.transfer_id,
            "claim_id": self.claim_id,
            "person": self.person,
            "destination_division": self.division,
        }
        return wire_samples.CLAIMED.model_copy(update=said)

    def claim_rejected(self) -> messages.TransferClaimRejected:
        return wire_samples.CLAIM_REJECTED.model_copy(update=self._claim())

    def received(self) -> messages.TransferReceived:
        return wire_samples.RECEIVED.model_copy(update={**self._claim(), "record_id": self.there_id})

    def returned(self) -> messages.TransferReturned:
        return wire_samples.RETURNED.model_copy(update={"transfer_id": self.transfer_id})

    def _claim(self) -> dict[str, uuid.UUID]:
        return {"transfer_id": self.transfer_id, "claim_id": self.claim_id}
