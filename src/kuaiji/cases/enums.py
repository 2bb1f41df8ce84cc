"""Closed sets of what waits for a bureau."""

from django.db import models


class Verdict(models.TextChoices):
    """What somebody decided about a case; each kind offers some of them."""

    APPROVE = "approve", "通过"
    RETURN = "return", "退回"
    RETRY = "retry", "重新发送"
    DROP = "drop", "放弃"
    SETTLE = "settle", "已查明"


class VoidReason(models.TextChoices):
    """Why a decision that was made was never carried out, though nobody took it back."""

    REPLACED = "replaced", "第二人作了不同的决定"
    OVERTAKEN = "overtaken", "事项已由申请人撤回，或已不需要办理"
    REFUSED = "refused", "生效时已不能办理"


class Standing(models.TextChoices):
    """How a case stands to the one who looks at it."""

    FREE = "free", "无人办理"
    MINE = "mine", "我在办理"
    HELD = "held", "他人办理中"
    DECIDED = "decided", "已作决定，等待生效"
    CLOSED = "closed", "已办结"
    LOOKING = "looking", "只能查看"
