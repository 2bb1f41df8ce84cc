"""Messages about what was done: the phone's owner may be somebody else than who did it (ASVS 6.3.7)."""

import datetime as dt

from kuaiji.common import clock
from kuaiji.sms.enums import TemplateKey
from kuaiji.sms.services import send_message

NOTICE_LIFETIME = dt.timedelta(days=1)


def tell_answer(phone: str, *, passed: bool, kind: str, at: dt.datetime) -> None:
    """Tell ``phone`` that what waited for somebody outside was answered; ``kind`` says in words what it was."""
    send_message(
        template_key=TemplateKey.WAITING_PASSED if passed else TemplateKey.WAITING_RETURNED,
        phone=phone,
        parameters={"kind": kind},
        expires_at=at + NOTICE_LIFETIME,
    )


def send_notice(phone: str, template_key: TemplateKey) -> None:
    """Send ``phone`` one of the messages that say when something was done, in the transaction that does it."""
    now = clock.now()
    here = now.astimezone(clock.CHINA)
    send_message(
        template_key=template_key,
        phone=phone,
        parameters={"time": f"{here.month}月{here.day}日{here:%H:%M}"},
        expires_at=now + NOTICE_LIFETIME,
    )
