"""Closed sets of the exam and of its check."""

import enum

from django.db import models


class ExamLevel(models.IntegerChoices):
    """Levels of 会计专业技术资格考试, numbered as the exam check numbers them."""

    JUNIOR = 1, "初级"
    MIDDLE = 2, "中级"
    SENIOR = 3, "高级"


class OtherGround(models.TextChoices):
    """What opens a way to an exam besides schooling and degrees."""

    SECOND_DEGREE = "second_degree", "第二学士学位或研究生班"
    TITLE_BY_EXAM = "title_by_exam", "经济、审计、统计类中级资格（考试取得）"
    EDUCATION_CREDITS = "education_credits", "继续教育学分"


class CountedFrom(models.TextChoices):
    """Which accounting work counts for a way to an exam."""

    ALL = "all", "全部"
    TITLE = "title", "取得会计类中级资格后"


class ExamStatus(enum.StrEnum):
    """采集状态 in the words of the exam check. Those of a record follow ``CollectionStatus``, but for 待核验."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    UNDER_VERIFICATION = "under_verification"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    COLLECTED = "collected"
    TRANSFERRING_OUT = "transferring_out"
    TRANSFERRED_OUT = "transferred_out"
    CLAIM_UNDER_REVIEW = "claim_under_review"
    TO_COMPLETE = "to_complete"
    ENDED = "ended"


class Condition(enum.StrEnum):
    """What the exam check asks about somebody, in the order of its answer (R7.0)."""

    COLLECTED = "collected"
    TERRITORY = "territory"
    UP_TO_DATE = "up_to_date"
    NO_OPEN_TRANSFER = "no_open_transfer"
    SCHOOLING = "schooling"
    YEARS = "years"
    QUALIFICATION = "qualification"


class VerdictCode(enum.StrEnum):
    """What was found of a condition. Published: a code is never given another meaning."""

    COLLECTED = "collected"
    NOT_STARTED = "not_started"
    DRAFT = "draft"
    UNDER_VERIFICATION = "under_verification"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    TRANSFERRED_OUT = "transferred_out"
    CLAIM_UNDER_REVIEW = "claim_under_review"
    TO_COMPLETE = "to_complete"
    ENDED = "ended"
    HELD_ELSEWHERE = "held_elsewhere"
    NOT_SUBMITTED = "not_submitted"
    IN_TERRITORY = "in_territory"
    OTHER_CITY = "other_city"
    UP_TO_DATE = "up_to_date"
    OUT_OF_DATE = "out_of_date"
    NO_TRANSFER = "no_transfer"
    TRANSFER_OUT_OPEN = "transfer_out_open"
    TRANSFER_IN_OPEN = "transfer_in_open"
    SCHOOLING_MET = "schooling_met"
    SCHOOLING_NOT_ASKED = "schooling_not_asked"
    SCHOOLING_NOT_GRADUATED = "schooling_not_graduated"
    SCHOOLING_TOO_LOW = "schooling_too_low"
    SCHOOLING_LATER = "schooling_later"
    YEARS_MET = "years_met"
    YEARS_NOT_ASKED = "years_not_asked"
    YEARS_SHORT = "years_short"
    STUDY_DATES_NEEDED = "study_dates_needed"
    SCHOOLING_FIRST = "schooling_first"
    TITLE_HELD = "title_held"
    TITLE_MISSING = "title_missing"
    TITLE_DATE_MISSING = "title_date_missing"
    TITLE_LATER = "title_later"


class OutcomeCode(enum.StrEnum):
    """Why a question has no verdicts. Published as ``VerdictCode`` is."""

    NOT_KNOWN_HERE = "not_known_here"
    NUMBER_INVALID = "number_invalid"
    NAME_MISMATCH = "name_mismatch"
