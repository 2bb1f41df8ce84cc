"""The tables of the exam check, a module for each part."""

from kuaiji.examchecks.models.checks import ExamCheck, UsedNonce
from kuaiji.examchecks.models.clients import ExamClient, ExamClientKey
from kuaiji.examchecks.models.repairs import Repair, RepairCount

__all__ = ["ExamCheck", "ExamClient", "ExamClientKey", "Repair", "RepairCount", "UsedNonce"]
