"""The tables of the exam check, a module for each part."""

from kuaiji.examchecks.models.clients import ExamClient, ExamClientKey

__all__ = ["ExamClient", "ExamClientKey"]
