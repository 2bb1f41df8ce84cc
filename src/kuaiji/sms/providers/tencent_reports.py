"""Reports of Tencent Cloud SMS: what became of messages it took, posted to an address given in its console.

Source: www.tencentcloud.com/document/product/382/43547 (SMS Sending Status Notification): an array of objects with
``user_receive_time``, ``nationcode``, ``mobile``, ``report_status`` (SUCCESS, FAIL), ``errmsg`` (the carrier's code,
such as DELIVRD), ``description`` and ``sid`` (the SerialNo of the sending). No signature is documented; who posts is
proven by a secret in the address and, where the operator knows them, by the networks it comes from (docs/adr/0081).
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from kuaiji.sms.enums import Report

MOST = 500  # reports in one call
_UNKNOWN = re.compile(r"[^0-9A-Za-z:_.-]")


class _Reported(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, hide_input_in_errors=True)

    sid: Annotated[str, Field(pattern=r"^[0-9A-Za-z:_-]{1,64}$")]
    report_status: Literal["SUCCESS", "FAIL"]
    errmsg: Annotated[str, Field(max_length=200)] = ""


_ALL = TypeAdapter(Annotated[list[_Reported], Field(min_length=1, max_length=MOST)])


def read_reports(data: Any) -> list[tuple[str, Report, str]]:
    """(serial, report, the carrier's code) of each; raises ValueError for anything else, quoting nothing of it."""
    try:
        found = _ALL.validate_python(data)
    except ValidationError:
        raise ValueError("not a list of reports") from None
    return [(each.sid, _of(each), _UNKNOWN.sub("", each.errmsg)[:40]) for each in found]


def _of(each: _Reported) -> Report:
    return Report.DELIVERED if each.report_status == "SUCCESS" else Report.UNDELIVERED
