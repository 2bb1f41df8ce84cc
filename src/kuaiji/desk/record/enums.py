"""Closed sets of the record's pages."""

from django.db import models


class Shown(models.TextChoices):
    """What 显示完整 shows at a time: one kind of answers, or all."""

    DOCUMENT = "document", "证件号码和出生日期"
    PHONE = "phone", "电话"
    EMAIL = "email", "电子邮箱"
    ADDRESS = "address", "住址"
    CERTIFICATES = "certificates", "证书编号"
    PICTURES = "pictures", "图片"
    ALL = "all", "全部"


class RevealReason(models.TextChoices):
    """Why somebody needs to see it; the last with words of one's own."""

    CALL = "call", "接听来电"
    REVIEW = "review", "审核"
    CORRECTION = "correction", "更正"
    COMPLAINT = "complaint", "投诉核查"
    OTHER = "other", "其他"


class MomentKind(models.TextChoices):
    """What a moment of the timeline is about; 全部 is none of them."""

    VERSION = "version", "档案"
    REQUEST = "request", "申请"
    TRANSFER = "transfer", "调转"
    MESSAGE = "message", "消息"
    REPORT = "report", "上报"
    EXAM = "exam", "考试核验"
    LOOK = "look", "查看"
    NOTE = "note", "备注"
    ENTRY = "entry", "账号"
