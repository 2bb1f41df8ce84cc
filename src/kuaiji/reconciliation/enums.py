"""Closed sets of what people have to see to between this platform and the hub."""

from typing import Final

from django.db import models

CONFLICT_CASE: Final = "conflict"  # somebody about whom another system says something else
STUCK_CASE: Final = "stuck_message"  # a message to or from the hub that waits for people


class Kind(models.TextChoices):
    """What differs, in the words of the operator. What follows of it is in ``rules.REPAIRS``."""

    NOT_REPORTED = "not_reported", "档案未上报"
    BEHIND = "behind", "全国平台版本较旧"
    AHEAD = "ahead", "全国平台版本较新"
    OTHER_CONTENT = "other_content", "同一版本内容不同"
    UNKNOWN_HERE = "unknown_here", "本平台没有的档案"
    HELD_ELSEWHERE = "held_elsewhere", "人员由其他平台管理"
    HELD_THOUGH_LEFT = "held_though_left", "已调出仍记在本平台"
    REPORT_REFUSED = "report_refused", "上报被拒绝"
    REPORT_PARKED = "report_parked", "上报已停放"
    REPORT_GIVEN_UP = "report_given_up", "上报已放弃"

    SENT_BUT_NOT_KEPT = "sent_but_not_kept", "全国平台没有已送达的消息"
    KEPT_BUT_NOT_SENT = "kept_but_not_sent", "本平台没有发过的消息"
    MESSAGE_DIFFERS = "message_differs", "消息内容不同"
    ANSWER_DIFFERS = "answer_differs", "消息答复不同"
    ANSWER_UNUSED = "answer_unused", "已获答复的消息被停放或放弃"

    FEED_GAP = "feed_gap", "通知缺号"
    FEED_DIFFERS = "feed_differs", "通知内容不同"
    FEED_AHEAD = "feed_ahead", "全国平台没有的通知"

    TRANSFER_STATE_DIFFERS = "transfer_state_differs", "调转状态不同"
    TRANSFER_CLAIM_DIFFERS = "transfer_claim_differs", "调入申请不同"
    TRANSFER_UNKNOWN_THERE = "transfer_unknown_there", "全国平台没有的调转"
    TRANSFER_UNKNOWN_HERE = "transfer_unknown_here", "本平台没有的调转"
    HOLD_WITHOUT_TRANSFER = "hold_without_transfer", "档案锁定但无在办调出"
    TRANSFER_WITHOUT_HOLD = "transfer_without_hold", "在办调出但档案未锁定"
