"""The gateway's reports: what became of a message, posted a moment later in the form of Tencent Cloud's SMS."""

import threading
import time
from urllib.parse import urlsplit

from kuaiji.common import clock
from kuaiji.common.http import Partner, PartnerUnavailable

AFTER_SECONDS = 0.5
TRIES = 3


def report_later(address: str, *, serial: str, phone: str, delivered: bool) -> None:
    """Post one report to ``address`` from a thread of its own; a receiver that is away is asked a few times."""
    report = {
        "user_receive_time": f"{clock.now().astimezone(clock.CHINA):%Y-%m-%d %H:%M:%S}",
        "nationcode": "86",
        "mobile": phone,
        "report_status": "SUCCESS" if delivered else "FAIL",
        "errmsg": "DELIVRD" if delivered else "MI:0024",
        "description": "用户短信送达成功" if delivered else "用户关机或停机",
        "sid": serial,
    }
    threading.Thread(target=_post, args=(address, report), daemon=True).start()


def _post(address: str, report: dict[str, str]) -> None:
    parts = urlsplit(address)
    partner = Partner("reports", f"{parts.scheme}://{parts.netloc}")
    for attempt in range(TRIES):
        time.sleep(AFTER_SECONDS * 4**attempt)
        try:
            partner.ask("POST", parts.path, json=[report])
        except PartnerUnavailable:
            continue
        return
