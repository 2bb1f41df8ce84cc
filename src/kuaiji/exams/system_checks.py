"""Said before a start: the shipped ways to the exam of this profile ask for nothing that nobody keeps yet."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from kuaiji.common.profile import profile
from kuaiji.exams.enums import OtherGround
from kuaiji.exams.services.exam_rules import shipped_rules

EDUCATION = "kuaiji.education"


@register
def check_credits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Credits are a condition only where a rule asks for them, and only once continuing education is kept (R10)."""
    if apps.is_installed(EDUCATION):
        return []
    ours = ("", profile().slug)
    return [
        Error(
            f"profile {profile().slug}: exam rule {row.name} asks for education_credits, which nothing here keeps yet",
            hint="Take the row out of exam_rules.csv until continuing education is there.",
            id="exams.E001",
        )
        for row in shipped_rules()
        if not row.ended and row.value.rule.profile in ours and row.value.rule.other == OtherGround.EDUCATION_CREDITS
    ]
