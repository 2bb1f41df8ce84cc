"""Closed sets of identity."""

from django.db import models


class FingerprintKind(models.TextChoices):
    """What is indexed blindly, and how many people may share it (enforced by the slot)."""

    DOCUMENT = "document", "证件"
    NUMBER = "number", "证件号"
    PERMIT = "permit", "通行证号不随换发变化的部分"
    PHONE = "phone", "手机号"


class CheckKind(models.TextChoices):
    """What is asked of other systems about a person."""

    IDENTITY = "identity", "姓名与证件号核验"
    HOLDER = "holder", "全国采集情况核验"


class CheckOutcome(models.TextChoices):
    """Where such a question stands.

    ``NOT_COVERED``: the identity check does not know this type of document. The person goes on, and a bureau looks at
    the document (``kuaiji identity-checks``).
    """

    PENDING = "pending", "等待核验"
    CLEAR = "clear", "核验通过"
    CONFLICT = "conflict", "核验不通过"
    NOT_COVERED = "not_covered", "不在核验范围"


class TextKey(models.TextChoices):
    """A text that people are shown and that is kept by version (texts.py)."""

    PRIVACY = "privacy", "个人信息处理告知"
    COLLECTION = "collection", "采集须知"
