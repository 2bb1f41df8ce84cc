"""From a question that was proven and read to its answers: before the look-up, then the judgement of each row."""

import dataclasses
import datetime as dt
from collections import Counter

from kuaiji.common import clock
from kuaiji.examapi import answers, metrics, questions
from kuaiji.examapi.protocol.problems import FieldFault, Problem, ProblemCode
from kuaiji.examapi.proving import Proven
from kuaiji.examchecks.enums import Outcome
from kuaiji.examchecks.services import lookups
from kuaiji.examchecks.services.facts import facts_of
from kuaiji.examchecks.services.passports import with_countries
from kuaiji.exams.judging.judge import judge
from kuaiji.exams.judging.rules import Question
from kuaiji.exams.services.rulebook import Rulebook, rulebook

YEARS_TOLD = 20  # around this one, of which a refusal says whether there are rules


@dataclasses.dataclass(frozen=True, slots=True)
class Answering:
    """A question that may be asked of the database, and what its answer is judged by."""

    asked: lookups.Question
    question: Question
    book: Rulebook
    at: dt.datetime

    def said(self, rows: list[lookups.Row]) -> list[str]:
        """An answer for each candidate, in their order."""
        for outcome, number in Counter([row.outcome for row in rows]).items():
            metrics.count_candidate(outcome, number)
        return [self._said(row, one) for row, one in zip(rows, self.asked.candidates, strict=True)]

    def _said(self, row: lookups.Row, one: lookups.Candidate) -> str:
        book, at = self.book, self.at
        if row.outcome != Outcome.FOUND:
            name, is_number = book.ruleset.name, bool(one.prints)
            return answers.not_found(row, ruleset=name, at=at, reference=one.reference, is_number=is_number)
        facts = facts_of(row, book.here)
        judgement = judge(facts, self.question, book.ruleset, at=at, here=book.here)
        return answers.found(row, facts, judgement, at=at, reference=one.reference)


def begin(proven: Proven, read: questions.Read) -> Answering:
    """Whether it may be asked, and as what. Raises Problem, DatabaseAway."""
    question, book, at = read.question, rulebook(), clock.now()
    _check(question, proven, book, at)
    signature = proven.signature
    signed = lookups.Signed(
        client_id=proven.client.client_id,
        key_id=signature.keyid,
        nonce=signature.nonce,
        created=signature.created,
        digest=proven.digest,
        signature=signature.value,
    )
    asked = lookups.Asked(
        level=str(question.level.value),
        year=question.year,
        division=question.division or "",
        ruleset=book.ruleset.name,
        at=at,
    )
    candidates = with_countries(read.candidates, read.passports)
    return Answering(lookups.Question(signed, asked, candidates), question, book, at)


def _check(question: Question, proven: Proven, book: Rulebook, at: dt.datetime) -> None:
    """That there are rules for what is asked, and that this client may ask it. Raises Problem."""
    if question.level not in proven.client.levels:
        limit = "、".join(str(level) for level in sorted(proven.client.levels))
        raise Problem(ProblemCode.OUT_OF_SCOPE, field="exam.level", found=str(question.level.value), limit=limit)
    if question.division and question.division not in book.here.places:
        raise Problem.of([FieldFault(ProblemCode.UNKNOWN_VALUE, "exam.division", question.division, "行政区划代码")])
    if not book.ruleset.asked(question.level, question.year):
        around = range(at.year - YEARS_TOLD, at.year + YEARS_TOLD)
        years = [year for year in around if book.ruleset.asked(question.level, year)]
        limit = f"{years[0]}至{years[-1]}年" if years else "这一级别没有规则"
        raise Problem.of([FieldFault(ProblemCode.NO_RULES, "exam.year", str(question.year), limit)])
