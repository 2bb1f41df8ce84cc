"""Tencent Cloud's SMS service, as far as SendSms goes. It works signatures out by itself, from the published steps."""

import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from typing import Any

from people.houses.loopback import Connection, Request, reply

AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<date>[^/]+)/(?P<service>[^/]+)/tc3_request, "
    r"SignedHeaders=(?P<signed>[a-z;-]+), Signature=(?P<signature>[0-9a-f]{64})"
)


def signature_of(request: Request, secret_key: str) -> str:
    """What the signature of ``request`` must be: signature v3 step by step, over the headers that it names."""
    stated = AUTHORIZATION.fullmatch(request.headers["authorization"])
    assert stated, "the header is not of the published form"
    timestamp = int(request.headers["x-tc-timestamp"])
    date = time.strftime("%Y-%m-%d", time.gmtime(timestamp))
    path, _, query = request.path.partition("?")
    names = stated["signed"].split(";")
    canonical = f"{request.method}\n{path}\n{query}\n"
    canonical += "".join(f"{name}:{request.headers[name].strip().lower()}\n" for name in names)
    canonical += f"\n{';'.join(names)}\n{hashlib.sha256(request.body).hexdigest()}"
    scope = f"{date}/{stated['service']}/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    by_date = hmac.new(b"TC3" + secret_key.encode(), date.encode(), hashlib.sha256).digest()
    by_service = hmac.new(by_date, stated["service"].encode(), hashlib.sha256).digest()
    signing_key = hmac.new(by_service, b"tc3_request", hashlib.sha256).digest()
    return hmac.new(signing_key, to_sign.encode(), hashlib.sha256).hexdigest()


@dataclass
class Tencent:
    """A behaviour for a loopback partner. ``skew`` sets its clock off."""

    secret_id: str
    secret_key: str
    skew: int = 0

    def __call__(self, request: Request, connection: Connection) -> None:
        reply(200, {"Response": {**self._answer(request), "RequestId": "a0aabda6"}})(request, connection)

    def _answer(self, request: Request) -> dict[str, Any]:
        headers = request.headers
        stated = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if not stated:
            return self._error("AuthFailure.InvalidAuthorization")
        if stated["id"] != self.secret_id:
            return self._error("AuthFailure.SecretIdNotFound")
        if abs(int(headers["x-tc-timestamp"]) - time.time() - self.skew) > 300:
            return self._error("AuthFailure.SignatureExpire")
        if "content-type;host" not in stated["signed"] or stated["signature"] != signature_of(request, self.secret_key):
            return self._error("AuthFailure.SignatureFailure")
        if (headers.get("x-tc-action"), headers.get("x-tc-version")) != ("SendSms", "2021-01-11"):
            return self._error("InvalidAction")
        if headers.get("x-tc-region") not in ("ap-beijing", "ap-guangzhou", "ap-nanjing"):
            return self._error("UnsupportedRegion")
        return self._send(request.json())

    def _send(self, body: dict[str, Any]) -> dict[str, Any]:
        if missing := {"PhoneNumberSet", "SmsSdkAppId", "TemplateId", "SignName"} - body.keys():
            return self._error("MissingParameter", f"{missing}")
        return {"SendStatusSet": [self._status(number, body["SessionContext"]) for number in body["PhoneNumberSet"]]}

    def _status(self, number: str, context: str) -> dict[str, Any]:
        return {
            "SerialNo": "5000:1045710669157053657849499619",
            "PhoneNumber": number,
            "Fee": 1,
            "SessionContext": context,
            "Code": "Ok",
            "Message": "send success",
            "IsoCode": "CN",
        }

    def _error(self, code: str, message: str = "refused") -> dict[str, Any]:
        return {"Error": {"Code": code, "Message": message}}
