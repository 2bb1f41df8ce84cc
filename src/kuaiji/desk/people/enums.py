"""Closed sets of the lists of people."""

from django.db import models


class ColumnName(models.TextChoices):
    """The columns that a list may show beside the name, in their order."""

    REFERENCE = "reference", "档案编号"
    STATUS = "status", "采集状态"
    DIVISION = "division", "地区"
    GENDER = "gender", "性别"
    BORN = "born", "出生年份"
    TITLE = "title", "会计职称"
    SCHOOLING = "schooling", "学历"
    COLLECTED = "collected", "采集日期"
    CONFIRMED = "confirmed", "最近更新"
    CURRENT = "current", "最新至"
    CODE = "code", "标记"
