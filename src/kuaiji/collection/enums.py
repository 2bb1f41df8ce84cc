"""Closed sets of the collection."""

import enum

from django.db import models


class WaitsFor(models.TextChoices):
    """Who outside has to say yes before a submission becomes a record, and the name of its status meanwhile (R3.9)."""

    IDENTITY = "identity", "待核验"
    BUREAU = "bureau", "待审核"


class SubmissionState(models.TextChoices):
    """Where a submission stands; every state but the first is an end."""

    WAITING = "waiting", "等待答复"
    ACCEPTED = "accepted", "已通过"
    REFUSED = "refused", "未通过"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"


class SubmissionAction(enum.StrEnum):
    """What can happen to a submission that waits (collection.workflow)."""

    ANSWERED_YES = "answered_yes"
    ANSWERED_NO = "answered_no"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"


class SubmissionEffect(enum.StrEnum):
    """What an answer does besides, in the same transaction."""

    MAKE_RECORD = "make_record"
    RETURN_ANSWERS = "return_answers"
