"""Closed sets of moving between platforms."""

import enum
from typing import Final

from django.db import models

PROOF: Final = "transfer_proof"  # the purpose of its picture
CLAIM_FRONT: Final = "claim_front"  # of the pictures of a document that a bureau compares
CLAIM_BACK: Final = "claim_back"
IN_CASE: Final = "transfer_in"  # kinds of cases (kuaiji.cases): a bureau has to know who claims
OUT_CASE: Final = "transfer_out"  # a bureau looks at who leaves
RELEASE_CASE: Final = "transfer_release"  # a bureau looks at who may come, and may send back whom it does not take


class OutState(models.TextChoices):
    """调出 at the origin. The label is 当前状态 (R5.3); 全国平台处理状态 (R5.4) is ``HUB_WORDS``."""

    PENDING_REVIEW = "pending_review", "待审核"
    APPROVED = "approved", "审核通过"
    RELEASED = "released", "审核通过"
    CLAIMED = "claimed", "审核通过"
    REJECTED = "rejected", "审核不通过"
    WITHDRAWN = "withdrawn", "已撤回"
    COMPLETED = "completed", "已完成"
    RETURNED = "returned", "已退回"


class InState(models.TextChoices):
    """调入 at the destination."""

    CLAIMING = "claiming", "等待全国平台受理"
    TO_VERIFY = "to_verify", "调入地待核实"
    UNDER_REVIEW = "under_review", "调入审核中"
    RECEIVING = "receiving", "等待全国平台确认"
    RECEIVED = "received", "已接收"
    REFUSED = "refused", "调入未通过"
    WITHDRAWN = "withdrawn", "调出地已撤回"
    EXPIRED = "expired", "超时未确认"
    DISPLACED = "displaced", "本人已另行确认"


class Road(models.TextChoices):
    """By what a claim is known to be the person's."""

    PHONE = "phone", "办理调出的手机号已验证"
    CODE = "code", "调转码正确"
    BUREAU = "bureau", "由调入地财政部门核实"


class Action(enum.StrEnum):
    """What can happen to a transfer, on either side."""

    WITHDRAW = "withdraw"
    RENEW_CODE = "renew_code"
    PHONE_REPLACED = "phone_replaced"
    REVIEW_PASSED = "review_passed"
    REVIEW_FAILED = "review_failed"
    RELEASE_ACCEPTED = "release_accepted"
    RELEASE_REFUSED = "release_refused"
    WITHDRAWAL_ACCEPTED = "withdrawal_accepted"
    WITHDRAWAL_REFUSED = "withdrawal_refused"
    CLAIM_ACCEPTED = "claim_accepted"
    UNPROVEN_CLAIM_ACCEPTED = "unproven_claim_accepted"
    CLAIM_REFUSED = "claim_refused"
    APPROVE = "approve"
    REFUSE = "refuse"
    DISPLACE = "displace"
    RECEIPT_ACCEPTED = "receipt_accepted"
    RECEIPT_REFUSED = "receipt_refused"
    TOLD_CLAIMED = "told_claimed"
    TOLD_CLAIM_REJECTED = "told_claim_rejected"
    TOLD_RECEIVED = "told_received"
    TOLD_RETURNED = "told_returned"
    TOLD_WITHDRAWN = "told_withdrawn"


class Actor(enum.StrEnum):
    """Who may do it."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"
    HUB = "hub"


class Effect(enum.StrEnum):
    """What follows of a step, in its transaction."""

    MAKE_CODE = "make_code"
    TELL_CODE = "tell_code"
    SEND_RELEASED = "send_released"
    SEND_CODE_RENEWED = "send_code_renewed"
    SEND_WITHDRAWN = "send_withdrawn"
    SEND_CLAIM_REJECTED = "send_claim_rejected"
    SEND_RECEIVED = "send_received"
    ASK_PICTURES = "ask_pictures"
    START_REVIEW = "start_review"
    LIFT_LOCK = "lift_lock"
    LEAVE = "leave"
    ARRIVE = "arrive"
    FORGET = "forget"
    TELL = "tell"


class OutRule(models.TextChoices):
    """The rules of the system's review of a transfer out (R5.3)."""

    COLLECTED = "collected", "信息采集完整"
    IDENTITY = "identity", "身份核验一致"
    NO_OTHER_TRANSFER = "no_other_transfer", "无其他未办结调转"
    PROOF = "proof", "调转证明清晰可读"
    DESTINATION = "destination", "调入地有效"
    NO_EDUCATION = "no_education", "无在途继续教育"


class InRule(models.TextChoices):
    """The rules of the system's review of a claim (R8.3)."""

    ARCHIVE = "archive", "调出地档案已收到且可读取"
    IDENTITY = "identity", "身份核验一致"
    PHONE = "phone", "手机号已核实"
    NO_OTHER_TRANSFER = "no_other_transfer", "无其他未办结调转"
