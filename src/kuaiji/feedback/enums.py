"""Closed sets of 好差评."""

from django.db import models


class Grade(models.IntegerChoices):
    """The five grades of GB/T 39735-2020, the best first."""

    VERY_GOOD = 5, "非常满意"
    GOOD = 4, "满意"
    FAIR = 3, "基本满意"
    BAD = 2, "不满意"
    VERY_BAD = 1, "非常不满意"
