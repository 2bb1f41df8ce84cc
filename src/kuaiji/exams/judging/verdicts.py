"""A verdict: what was found of one condition, in words, and where it is mended. Pure."""

import dataclasses
import functools

from kuaiji.exams.enums import Condition, ExamStatus, VerdictCode
from kuaiji.exams.judging.codes import CHANGES, VERDICTS, WHILE_NOT_CHANGEABLE


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """``text`` is Chinese and shorter than 40 characters; ``remedy`` is a path of this platform, empty where nothing
    is to be mended."""

    condition: Condition
    met: bool
    code: VerdictCode
    text: str
    remedy: str


@functools.lru_cache(maxsize=4096)  # most people are told the same, and a batch asks for a thousand at once
def verdict(condition: Condition, code: VerdictCode, status: ExamStatus, **values: str) -> Verdict:
    """What ``code`` says of the condition to somebody with that status: a record that is locked, or not complete, is
    mended elsewhere than by a change."""
    meaning = VERDICTS[code]
    remedy = meaning.remedy
    if remedy.startswith(CHANGES):
        remedy = WHILE_NOT_CHANGEABLE.get(status, remedy)
    return Verdict(condition, meaning.met, code, meaning.words(**values), remedy)
