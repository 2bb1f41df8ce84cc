"""证件照回执: the photo behind the code of a receipt, from the service that took and checked it (R6.1)."""

import base64
import binascii
from typing import Annotated, Literal, Protocol, get_args

from pydantic import Field

from kuaiji.common.http import Partner, PartnerAnswer, PartnerUnavailable
from kuaiji_wire.people import Person

ReceiptRefusal = Literal["unknown", "used", "expired", "someone_elses"]


class TakenPhoto(PartnerAnswer):
    """The photo behind a receipt, a JPEG in base64."""

    photo: Annotated[str, Field(min_length=4, max_length=200_000, pattern=r"^[A-Za-z0-9+/=]*$")]


class ReceiptRefused(Exception):
    """The service knows why it gives no photo for this code. Holds no personal data."""

    def __init__(self, reason: ReceiptRefusal) -> None:
        super().__init__(reason)
        self.reason: ReceiptRefusal = reason


class PhotoReceipts(Protocol):
    """Whoever takes photos and gives receipts for them."""

    def take_photo(self, *, code: str, consumer: str, person: Person) -> bytes:
        """The photo, a JPEG; the receipt is used up by ``consumer``, who may ask again.

        Raises ReceiptRefused, PartnerUnavailable.
        """


class PhotoService:
    """Asks the photo service over HTTP."""

    def __init__(self, partner: Partner) -> None:
        self._partner = partner

    def take_photo(self, *, code: str, consumer: str, person: Person) -> bytes:
        who = {"name": person.name, "document_number": person.document.number}
        question = {"code": code, "consumer": consumer, **who}
        answer = self._partner.call("POST", "/receipts/uses", json=question)
        if answer.status == 200:
            photo = self._partner.read(answer.data, TakenPhoto).photo
            try:
                return base64.b64decode(photo, validate=True)
            except binascii.Error:
                raise PartnerUnavailable(self._partner.name, "bad_answer") from None
        reason = answer.data.get("code") if isinstance(answer.data, dict) else None
        for known in get_args(ReceiptRefusal):
            if reason == f"receipt_{known}":
                raise ReceiptRefused(known)
        raise PartnerUnavailable(self._partner.name, f"status_{answer.status}")
