"""The eight steps of the manual: what each needs before it opens."""

import dataclasses
from collections.abc import Collection

from kuaiji.accountants.sections.registry import SECTIONS, Section


@dataclasses.dataclass(frozen=True, slots=True)
class CollectionStep:
    """One page. Step 1 (sign in) is behind everybody who sees the others."""

    number: int
    slug: str
    title: str

    @property
    def section(self) -> Section | None:
        """The section it fills, if it fills one."""
        return next((section for section in SECTIONS if section.slug == self.slug), None)

    @property
    def url_name(self) -> str:
        return f"collection:{self.slug}"


NOTICE = CollectionStep(2, "notice", "阅读须知")
SECTION_STEPS = tuple(
    CollectionStep(number, section.slug.value, section.title) for number, section in enumerate(SECTIONS, 3)
)
REVIEW = CollectionStep(len(SECTIONS) + 3, "review", "核对并提交")
STEPS = (NOTICE, *SECTION_STEPS, REVIEW)
BY_NAME = {step.slug: step for step in STEPS}


def first_open(agreed: bool, sound: set[str]) -> CollectionStep:
    """The first step that is not done, or stands no more; the review when all stand."""
    if not agreed:
        return NOTICE
    return next((step for step in SECTION_STEPS if step.slug not in sound), REVIEW)


def may_open(step: CollectionStep, agreed: bool, sound: set[str], saved: Collection[str] = ()) -> bool:
    """A step opens when every step before it is done, and again once it was saved."""
    return step.number <= first_open(agreed, sound).number or (agreed and step.slug in saved)


def before(step: CollectionStep) -> CollectionStep | None:
    """The step before it, for 上一步."""
    return next((other for other in STEPS if other.number == step.number - 1), None)


def after(step: CollectionStep) -> CollectionStep:
    return next(other for other in STEPS if other.number == step.number + 1)
