"""Answers of a section: cleaned values as JSON, by field; rows of a set as a list under its prefix."""

from collections.abc import Mapping
from typing import Any

from kuaiji.accountants.enums import SectionSlug

Answers = dict[str, Any]
AllAnswers = Mapping[SectionSlug, Answers]
