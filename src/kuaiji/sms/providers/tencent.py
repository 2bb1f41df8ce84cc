"""Tencent Cloud SMS: action SendSms, version 2021-01-11, signed by TC3-HMAC-SHA256.

Sources: cloud.tencent.com/document/api/382/55981 (SendSms), …/382/38780 and …/382/59177 (codes),
…/api/213/30654 (signature v3).
"""

import datetime as dt
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from kuaiji.common import clock
from kuaiji.common.http import TOTAL_SECONDS, Partner, PartnerUnavailable
from kuaiji.common.profile import SmsTemplate
from kuaiji.sms.providers.base import ProviderRefused, ProviderUnavailable, Sent, SmsRefusal, ordered_params

NAME = "tencent"
ADDRESS = "https://sms.tencentcloudapi.com"
REGION = "ap-guangzhou"
ACTION = "SendSms"
VERSION = "2021-01-11"
SERVICE = "sms"
CONTENT_TYPE = "application/json; charset=utf-8"

_SERIAL = re.compile(r"[0-9A-Za-z:_-]{1,64}")
_CODE = re.compile(r"[A-Za-z]{1,50}(\.[A-Za-z]{1,80})?")

# Codes about this person or this text. Every other code (keys, balance, quotas, templates not approved, inner faults,
# codes not known here) is about the provider, and another one may well carry the message.
REFUSALS = {
    "FailedOperation.ContainSensitiveWord": SmsRefusal.CONTENT,
    "FailedOperation.PhoneNumberInBlacklist": SmsRefusal.PHONE_BLOCKED,
    "FailedOperation.PhoneNumberOnBlacklist": SmsRefusal.PHONE_BLOCKED,
    "InvalidParameter.DirtyWordFound": SmsRefusal.CONTENT,
    "InvalidParameterValue.ContentLengthLimit": SmsRefusal.CONTENT,
    "InvalidParameterValue.IncorrectPhoneNumber": SmsRefusal.PHONE_INVALID,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": SmsRefusal.CONTENT,
    "InvalidParameterValue.TemplateParameterFormatError": SmsRefusal.CONTENT,
    "InvalidParameterValue.TemplateParameterLengthLimit": SmsRefusal.CONTENT,
    "LimitExceeded.DeliveryFrequencyLimit": SmsRefusal.PHONE_LIMITED,
    "LimitExceeded.PhoneNumberDailyLimit": SmsRefusal.PHONE_LIMITED,
    "LimitExceeded.PhoneNumberOneHourLimit": SmsRefusal.PHONE_LIMITED,
    "LimitExceeded.PhoneNumberSameContentDailyLimit": SmsRefusal.PHONE_LIMITED,
    "LimitExceeded.PhoneNumberThirtySecondLimit": SmsRefusal.PHONE_LIMITED,
    "UnsupportedOperation.UnsuportedRegion": SmsRefusal.PHONE_INVALID,
}


class TencentProvider:
    """Sends one message a call. A call that times out may still have been carried: the person then gets it twice,
    unless it is one that goes out once only (ADR 0081). There is no id by which the service would know it again.
    """

    knows_ids = False

    def __init__(
        self,
        *,
        secret_id: str,
        secret_key: str,
        app_id: str,
        signature: str,
        templates: Mapping[str, SmsTemplate],
        region: str = REGION,
        base_url: str = ADDRESS,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._partner = Partner(NAME, base_url, total_seconds=total_seconds)
        self._host = urlsplit(base_url).netloc
        self._secret_id, self._secret_key = secret_id, secret_key
        self._app_id, self._region = app_id, region
        self._signature, self._templates = signature, templates

    def send(self, *, message_id: uuid.UUID, phone: str, template_key: str, params: Mapping[str, str]) -> Sent:
        template = self._templates[template_key]
        body = {
            "PhoneNumberSet": [f"+86{phone}"],
            "SmsSdkAppId": self._app_id,
            "SignName": self._signature,
            "TemplateId": template.ids[NAME],
            "TemplateParamSet": ordered_params(template, params),
            "SessionContext": str(message_id),
        }
        payload = json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._partner.call("POST", "/", content=payload, headers=self._headers(payload))
        except PartnerUnavailable as error:
            raise ProviderUnavailable(NAME, error.reason, unanswered=error.unanswered) from None
        return _sent(answer.data)

    def _headers(self, payload: bytes) -> dict[str, str]:
        timestamp = int(clock.now().timestamp())
        return {
            "Authorization": authorization(
                secret_id=self._secret_id,
                secret_key=self._secret_key,
                service=SERVICE,
                host=self._host,
                action=ACTION,
                timestamp=timestamp,
                payload=payload,
            ),
            "Content-Type": CONTENT_TYPE,
            "Host": self._host,
            "X-TC-Action": ACTION,
            "X-TC-Timestamp": str(timestamp),
            "X-TC-Version": VERSION,
            "X-TC-Region": self._region,
        }


def authorization(
    *, secret_id: str, secret_key: str, service: str, host: str, action: str, timestamp: int, payload: bytes
) -> str:
    """The header that proves who asks: TC3-HMAC-SHA256 over a JSON POST to ``/``. ``timestamp`` in Unix seconds."""
    date = dt.datetime.fromtimestamp(timestamp, dt.UTC).date().isoformat()
    scope = f"{date}/{service}/tc3_request"
    signed_headers = "content-type;host;x-tc-action"
    canonical_headers = f"content-type:{CONTENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    request = "\n".join(["POST", "/", "", canonical_headers, signed_headers, hashlib.sha256(payload).hexdigest()])
    to_sign = "\n".join(["TC3-HMAC-SHA256", str(timestamp), scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{secret_key}".encode()
    for part in (date, service, "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
    return f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={signed_headers}, Signature={signature}"


def _sent(data: Any) -> Sent:
    """Read the answer: a fault of the whole call, or the state of the one message it was about."""
    match data:
        case {"Response": {"SendStatusSet": [{"Code": "Ok", "SerialNo": str(serial)}]}} if _SERIAL.fullmatch(serial):
            return Sent(serial, NAME)
        case {"Response": {"Error": {"Code": str(code)}} | {"SendStatusSet": [{"Code": str(code)}]}}:
            if code in REFUSALS:
                raise ProviderRefused(NAME, REFUSALS[code], code)
            if code != "Ok" and _CODE.fullmatch(code):
                raise ProviderUnavailable(NAME, code)
    raise ProviderUnavailable(NAME, "bad_answer")
