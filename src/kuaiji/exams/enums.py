"""The levels of the exam."""

from django.db import models


class ExamLevel(models.IntegerChoices):
    """Levels of 会计专业技术资格考试, numbered as the exam check numbers them."""

    JUNIOR = 1, "初级"
    MIDDLE = 2, "中级"
    SENIOR = 3, "高级"
