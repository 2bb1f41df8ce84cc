"""Closed sets of the record that code branches on; each is tied to its CSV by a test."""

import enum

from django.db import models


class EmploymentStatus(models.TextChoices):
    """在岗状态 (employment_statuses.csv)."""

    ACCOUNTING_POST = "1", "会计工作岗位"
    OTHER_POST = "2", "非会计工作岗位"
    UNEMPLOYED = "3", "待业"
    STUDENT = "4", "在校生"


class CollectionStatus(models.TextChoices):
    """采集状态 (R3.9). 待核验 is no record but a submission (R1.4); 待审核 and 已退回 wait for the staff desk (R9)."""

    NOT_STARTED = "not_started", "未采集"
    DRAFT = "draft", "填写中"
    AWAITING_CHECK = "awaiting_check", "待核验"
    UNDER_REVIEW = "under_review", "待审核"
    RETURNED = "returned", "已退回"
    COLLECTED = "collected", "信息已采集"
    TRANSFERRING_OUT = "transferring_out", "调出中"
    TRANSFERRED_OUT = "transferred_out", "已调出"
    CLAIM_UNDER_REVIEW = "claim_under_review", "调入审核中"
    TO_COMPLETE = "to_complete", "待完成采集"
    ENDED = "ended", "已终止"


class StudyMode(models.TextChoices):
    """教育方式 (study_modes.csv)."""

    FULL_TIME = "1", "全日制"
    PART_TIME = "2", "非全日制"


class HoldKind(models.TextChoices):
    """Why a record, or a part of it, is locked."""

    CONTINUING_EDUCATION = "continuing_education", "继续教育在途"
    TRANSFER = "transfer", "调出办理中"


class VersionKind(models.TextChoices):
    """Why a version of a record was made (R4.4)."""

    COLLECTED = "collected", "信息采集"
    SECTION_CHANGED = "section_changed", "信息变更"
    NAME_CHANGED = "name_changed", "姓名变更"
    CORRECTED = "corrected", "信息更正"
    REGION_FOLLOWED = "region_followed", "所属地区变更"
    TRANSFERRED_IN = "transferred_in", "调入"
    ENDED = "ended", "终止档案"
    REOPENED = "reopened", "恢复档案"


class EndReason(models.TextChoices):
    """Why a record ends (ADR 0131)."""

    DEATH = "death", "本人去世"
    RETIRED = "retired", "退休，本人申请终止"
    ASKED = "asked", "其他原因，本人申请终止"


class RecordAction(enum.StrEnum):
    """What is done to a record as a whole (accountants.workflow)."""

    COLLECT = "collect"
    CHANGE_SECTION = "change_section"
    CHANGE_NAME = "change_name"
    CONFIRM = "confirm"
    CORRECT = "correct"
    MEND_TEXTS = "mend_texts"
    FOLLOW_REGION = "follow_region"
    BEGIN_TRANSFER_OUT = "begin_transfer_out"
    CANCEL_TRANSFER_OUT = "cancel_transfer_out"
    FINISH_TRANSFER_OUT = "finish_transfer_out"
    IMPORT = "import"
    COMPLETE = "complete"
    END = "end"
    REOPEN = "reopen"


class RecordEffect(enum.StrEnum):
    """What an action does besides, in the same transaction."""

    WRITE_VERSION = "write_version"
    COUNT_AS_COLLECTED = "count_as_collected"
    COUNT_AS_CONFIRMED = "count_as_confirmed"
    PLACE_LOCK = "place_lock"
    LIFT_LOCK = "lift_lock"


class SectionSlug(enum.StrEnum):
    """The five sections of a record, in the order of the manual."""

    PERSONAL = "personal"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    PROFESSIONAL = "professional"
    AWARDS = "awards"


# 专业技术认证 by the stem of their fields (is_cpa, cpa_number).
CERTIFICATES = ("cpa", "tax_agent", "asset_appraiser")
ACCOUNTING_TITLES = "01"  # 会计类, of qualification_categories.csv
NO_TECHNICAL_POST = "00"
TALENT_GRADUATED = "2"
