"""Closed sets of requests."""

from django.db import models


class ApplicationKind(models.TextChoices):
    """What a bureau is asked to decide."""

    CORRECTION = "correction", "更正申请"
    PHONE_LOST = "phone_lost", "手机号丢失申请"
    ENDING = "ending", "终止档案"
    REOPENING = "reopening", "恢复档案"


# Begun by a bureau about a record, decided by two others (ADR 0131).
BY_STAFF = (ApplicationKind.ENDING, ApplicationKind.REOPENING)


class ApplicationState(models.TextChoices):
    """Where an application stands. All but the first are final."""

    SUBMITTED = "submitted", "财政部门审核中"
    APPROVED = "approved", "已通过"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤销"


class CorrectionField(models.TextChoices):
    """What only a bureau corrects (R4.1)."""

    DOCUMENT = "document", "证件类型和证件号码"
    GENDER = "gender", "性别"
    COUNTRY = "country", "国籍（地区）"


class ArchiveItem(models.TextChoices):
    """What the owner of an archive knows of it (R2.2)."""

    REFERENCE_NUMBER = "reference_number", "档案编号"
    EMAIL = "email", "电子邮箱"
    SCHOOL = "school", "毕业学校"
    GRADUATED_ON = "graduated_on", "毕业时间"
    EMPLOYER = "employer", "工作单位名称"
    ACCOUNTING_START = "accounting_start", "开始从事会计工作时间"


DATES = (ArchiveItem.GRADUATED_ON, ArchiveItem.ACCOUNTING_START)
