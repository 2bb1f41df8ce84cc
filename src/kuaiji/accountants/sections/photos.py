"""获取照片 (R6.1): the ID photo by the code of its receipt, where the profile says that it comes so."""

import re
from typing import Final

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile

from kuaiji.attachments.models import Attachment
from kuaiji.attachments.purposes import PURPOSES
from kuaiji.attachments.services import check_upload_quota, note_refused_upload, receive_upload, upload_turn
from kuaiji.audit.services import Operation
from kuaiji.common.errors import RuleBroken
from kuaiji.common.http import PartnerUnavailable
from kuaiji.common.profile import profile
from kuaiji.common.text import compact
from kuaiji.exchange.partners.clients import photo_receipts
from kuaiji.exchange.partners.receipts import ReceiptRefusal, ReceiptRefused
from kuaiji.identity.models import User

log = structlog.get_logger(__name__)

PHOTO: Final = "photo"
RECEIPT_FIELD: Final = "photo_receipt_code"
LONGEST_TYPED = 64
LONGEST_LOOKED_AT = 1000  # of what comes with 获取照片, which no form has checked
SHORTEST_CODE, LONGEST_CODE = 6, 32  # what the photo service takes
_CODE = re.compile(r"[0-9A-Z]*")
_WORDS: dict[ReceiptRefusal, str] = {
    "unknown": "没有这个回执码，请对照拍照页面重新输入",
    "used": "这个回执码已经用过，请重新拍照，取新的回执码",
    "expired": "这个回执码已经过期，请重新拍照，取新的回执码",
    "someone_elses": "这个回执码登记的是别人，请用您的姓名和证件号码拍照",
}
_AWAY = "照片服务暂时连不上，请过几分钟再按“获取照片”，回执码不会作废"


def photos_by_receipt() -> bool:
    """Whether photos come by receipt on this platform."""
    return profile().photo_source == "receipt"


def fetch_photo(*, operation: Operation, user: User, typed: str) -> Attachment:
    """The photo behind the code ``typed``, kept as the person's picture; the same code again gives the same picture.

    Asks another system: never call it inside a transaction. Raises RuleBroken for the field of the code:
    ``receipt_form``, ``receipt_length``, ``receipt_unknown``, ``receipt_used``, ``receipt_expired``,
    ``receipt_someone_elses``, ``receipt_service_down``, ``upload_quota``, ``upload_under_way``, or what the picture is
    refused for.
    """
    with upload_turn(person_key=user.person_key, field=RECEIPT_FIELD):
        return _fetched(operation, user, typed)


def _fetched(operation: Operation, user: User, typed: str) -> Attachment:
    check_upload_quota(person_key=user.person_key, field=RECEIPT_FIELD)
    code = compact(typed[:LONGEST_LOOKED_AT]).replace("-", "").upper()
    if not code:
        raise RuleBroken("required", "请输入回执码，再按“获取照片”", RECEIPT_FIELD)
    if not _CODE.fullmatch(code):
        wrong = next(sign for sign in code if not _CODE.fullmatch(sign))
        raise RuleBroken("receipt_form", f"回执码只有字母和数字，没有“{wrong}”，请对照回执重新输入", RECEIPT_FIELD)
    if not SHORTEST_CODE <= len(code) <= LONGEST_CODE:
        raise RuleBroken(
            "receipt_length",
            f"回执码应为 {SHORTEST_CODE} 至 {LONGEST_CODE} 位，现在是 {len(code)} 位，请对照回执重新输入",
            RECEIPT_FIELD,
        )
    try:
        photo = photo_receipts().take_photo(
            code=code,
            consumer=f"{profile().code}:{user.pk}",
            person=user.person,
        )
    except ReceiptRefused as refused:
        code = f"receipt_{refused.reason}"
        note_refused_upload(operation=operation, person_key=user.person_key, purpose=PHOTO, size=0, code=code)
        raise RuleBroken(code, _WORDS[refused.reason], RECEIPT_FIELD) from None
    except PartnerUnavailable as away:
        log.warning("partner_unavailable", partner=away.partner, reason=away.reason)
        raise RuleBroken("receipt_service_down", _AWAY, RECEIPT_FIELD) from None
    return receive_upload(
        operation=operation,
        person_key=user.person_key,
        purpose=PHOTO,
        upload=SimpleUploadedFile("photo.jpg", photo),
        field=RECEIPT_FIELD,
        label=PURPOSES[PHOTO].label,
        adjustable=False,
    )
