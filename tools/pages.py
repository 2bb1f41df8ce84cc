"""Writes the tables that documents show of the code between the marks of their pages: ``python -m tools.pages``.

Run it after a change to one of the tables. A test holds every page to the code.
"""

import pathlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

from kuaiji.accountants import workflow as records
from kuaiji.accountants.enums import RecordAction, RecordEffect
from kuaiji.audit.enums import ActorKind
from kuaiji.collection import workflow as submissions
from kuaiji.collection.enums import SubmissionAction, SubmissionEffect, WaitsFor
from kuaiji.demo.rules import KNOWN, PLACES, Known, number_of
from kuaiji.desk.permissions import PERMISSIONS, Reach
from kuaiji.exams.enums import Condition, ExamLevel
from kuaiji.reconciliation.enums import Kind
from kuaiji.reconciliation.rules import REPAIRS
from kuaiji.staff.enums import Role
from kuaiji.transfers import workflow
from kuaiji.transfers.enums import Action, Effect, InState, OutState
from kuaiji.transfers.workflow import State, Step
from kuaiji_hub.rules import DEADLINES, SPEAKERS, TABLE
from kuaiji_wire.answers import TransferState
from tools import exam_tables, rule_places

DOCS = pathlib.Path(__file__).resolve().parents[1] / "docs"
BEGIN, END = "<!-- made by tools/pages.py -->", "<!-- end of what tools/pages.py made -->"

EFFECT_WORDS: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.MAKE_CODE: "a 调转码 is drawn and digested with the phone that is bound; none in version 1 of the wire",
        Effect.ASK_PICTURES: "a case for the bureau is opened, and the person is asked for pictures of the document",
        Effect.TELL_CODE: "the 调转码 by message to the phone that is bound",
        Effect.SEND_RELEASED: "`transfer.released` with the record's newest version is queued",
        Effect.SEND_CODE_RENEWED: "`transfer.code_renewed` is queued",
        Effect.SEND_WITHDRAWN: "`transfer.withdrawn` is queued, unless one is on its way",
        Effect.SEND_CLAIM_REJECTED: "`transfer.claim_rejected` is queued",
        Effect.SEND_RECEIVED: "`transfer.received` is queued",
        Effect.START_REVIEW: "the review is queued for when it is due",
        Effect.LIFT_LOCK: "the record is 信息已采集 again and its lock is gone",
        Effect.LEAVE: "the record is 已调出; the lock stays",
        Effect.ARRIVE: "the record is made, or goes on, as 待完成采集; the archive as it came is erased",
        Effect.FORGET: "pictures that were taken over once the review had passed are deleted",
        Effect.TELL: "a message to the phone that is bound",
    }
)

RECORD_EFFECT_WORDS: Mapping[RecordEffect, str] = MappingProxyType(
    {
        RecordEffect.WRITE_VERSION: "a version is added, the row of the exam check follows, a report is queued",
        RecordEffect.COUNT_AS_COLLECTED: "the time of collection (采集完成时间) is now",
        RecordEffect.COUNT_AS_CONFIRMED: "the record is up to date from today (R4.6)",
        RecordEffect.PLACE_LOCK: "the transfer's hold is placed on the record",
        RecordEffect.LIFT_LOCK: "the transfer's hold is gone",
    }
)
SUBMISSION_EFFECT_WORDS: Mapping[SubmissionEffect, str] = MappingProxyType(
    {
        SubmissionEffect.MAKE_RECORD: "record, version 1, row of the exam check, event and report; or the record that "
        "came from elsewhere is complete",
        SubmissionEffect.RETURN_ANSWERS: "the answers are a draft again, with words for the person",
    }
)


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in [head, *rows]]
    return "\n".join([lines[0].replace("|  |", "| |", 1), "|---" * len(head) + "|", *lines[1:]])


def transfers() -> str:
    """docs/transfers.md: the life of a transfer on both sides, each with its picture and its table."""
    effects = [[f"`{effect}`", words] for effect, words in EFFECT_WORDS.items()]
    parts = [
        "## At the origin: 调出",
        _diagram(workflow.OUT, OutState.PENDING_REVIEW),
        _moves(workflow.OUT, list(OutState)),
        "## At the destination: 调入",
        _diagram(workflow.IN, InState.CLAIMING),
        _moves(workflow.IN, list(InState)),
        "## What follows of a step",
        table(["effect", "in the transaction of the step"], effects),
    ]
    return "\n\n".join(parts)


def _moves(moves: Mapping[tuple[State, Action], Step], states: list[OutState] | list[InState]) -> str:
    actions = [action for action in Action if any(key[1] == action for key in moves)]
    rows = [["by", *(workflow.ACTORS[action] for action in actions)]]
    rows += [[f"`{state}` {state.label}", *(_cell(moves, state, action) for action in actions)] for state in states]
    return table(["", *(f"`{action}`" for action in actions)], rows)


def _cell(moves: Mapping[tuple[State, Action], Step], state: State, action: Action) -> str:
    step = moves.get((state, action))
    if step is None:
        return ""
    if step.to == state and not step.effects:
        return "–"
    parts = [f"**{step.to}**", *(f"`{effect}`" for effect in step.effects)]
    return "<br>".join([*parts, *(["when due"] if step.when_due else [])])


def _diagram(moves: Mapping[tuple[State, Action], Step], first: State) -> str:
    """The steps that lead somewhere, as a picture in Mermaid."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    lines += [f"    {state} --> {step.to}: {action}" for (state, action), step in moves.items() if step.to != state]
    still_open = (*workflow.OPEN_OUT, *workflow.OPEN_IN)
    ends = dict.fromkeys(step.to for step in moves.values() if step.to not in still_open)
    return "\n".join([*lines, *(f"    {state} --> [*]" for state in ends), "```"])


def known_people() -> str:
    """docs/exam-api.md: whom a demonstration knows, and as what."""
    return table(
        ["name", *(f"number at {code}" for code in PLACES), "asked about", "answered", "because"],
        [
            [
                known.asked_as or known.name,
                *(f"`{known.asked_by or number_of(place, known)}`" for place in PLACES.values()),
                _exam(known),
                "<br>".join(f"{condition} `{code}`".strip() for condition, code in known.codes.items()),
                known.shows,
            ]
            for known in KNOWN
        ],
    )


def _exam(known: Known) -> str:
    year = {1: "next year", -1: "last year"}[known.years_ahead]
    return f"{ExamLevel(int(known.level)).label}, {year}{', elsewhere' if known.elsewhere else ''}"


def record_statuses() -> str:
    """docs/records.md: what each action makes of each status, who may do it, and what follows."""
    statuses = (records.NO_RECORD, *records.OF_RECORDS)
    names = ["`no record`" if status is None else f"`{status.value}`" for status in statuses]
    rows = []
    for action in RecordAction:
        actors = ", ".join(actor.value for actor in ActorKind if actor in records.ACTORS[action])
        rows.append([f"`{action.value}`", actors, *(_record_cell(status, action) for status in statuses)])
    steps = [
        f"    {status.value if status else '[*]'} --> {step.to.value}: {action.value}"
        for (status, action), step in records.TABLE.items()
        if step.to != status
    ]
    effects = [[f"`{effect.value}`", words] for effect, words in RECORD_EFFECT_WORDS.items()]
    picture = "\n".join(["```mermaid", "stateDiagram-v2", *steps, "```"])
    moves = table(["", "by", *names], rows)
    return "\n\n".join([picture, moves, table(["effect", "in the same transaction"], effects)])


def _record_cell(status: records.Status, action: RecordAction) -> str:
    step = records.TABLE.get((status, action))
    if step is None:
        return ""
    if step.to == status and not step.effects:
        return "–"
    parts = [f"**{step.to.value}**", *(f"`{effect.value}`" for effect in step.effects)]
    return "<br>".join([*parts, *(["unless held"] if step.unless_held else [])])


def waiting_submissions() -> str:
    """docs/submissions.md: what each answer makes of what waits, and what follows."""
    rows = []
    for waits_for in WaitsFor:
        cells = [submissions.TABLE[waits_for, action] for action in SubmissionAction]
        texts = [f"by {one.by.value}: **{one.to.value}**<br>`{'`, `'.join(one.effects)}`" for one in cells]
        rows.append([f"`{waits_for.value}` {waits_for.label}", *texts])
    effects = [[f"`{effect.value}`", words] for effect, words in SUBMISSION_EFFECT_WORDS.items()]
    moves = table(["", *(f"`{action.value}`" for action in SubmissionAction)], rows)
    return f"{moves}\n\n{table(['effect', 'in the same transaction'], effects)}"


def reconciliation() -> str:
    """docs/reconciliation.md: every kind of difference, its words and its repair."""
    return table(["kind", "words", "what to do"], [[f"`{kind}`", kind.label, REPAIRS[kind]] for kind in Kind])


def national_hub() -> str:
    """docs/hub.md: what the hub makes of each message about a transfer, and how long a state may last."""
    topics = list(SPEAKERS)
    rows = [["said by", *(", ".join(sorted(SPEAKERS[topic])) for topic in topics)]]
    for state in TransferState:
        cells = (TABLE[state, topic] for topic in topics)
        rows.append([state, *(f"**{cell}**" if isinstance(cell, TransferState) else f"`{cell}`" for cell in cells)])
    deadlines = [
        f"{state} for {limit.days} days: the hub says `{topic}`, and it is {TABLE[state, topic]}."
        for state, (limit, topic) in DEADLINES.items()
    ]
    return "\n".join([table(["", *(f"`{topic}`" for topic in topics)], rows), "", *deadlines])


def exam_check() -> str:
    """docs/exams.md: the shipped ways to the exam, and every code of the exam check."""
    parts = ["## The ways", table(*exam_tables.ways()), "## The codes"]
    for condition in Condition:
        parts += [f"### `{condition.value}`", table(*exam_tables.codes(condition))]
    return "\n\n".join([*parts, "### Without verdicts", table(*exam_tables.codes(None))])


def desk() -> str:
    """docs/security/access.md: who may open which page of the desk, by the name of its address."""
    rows = [
        [f"`{name}`", _roles(row.get), _roles(row.post), row.reach.value]
        for name, row in PERMISSIONS.items()
        if row.reach != Reach.ANYBODY
    ]
    return table(["page of the desk", "look", "act", "reaches"], rows)


def _roles(roles: frozenset[Role]) -> str:
    return "all" if roles == frozenset(Role) else " ".join(role.label for role in Role if role in roles) or "–"


MOST_PLACES = 4


def requirements() -> str:
    """docs/requirements.md: the table as it is, with the files that name each rule in its column *where*."""
    places = rule_places.found()
    lines = []
    for line in made_part("requirements.md").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if rule_places.RULE.fullmatch(cells[0]):
            cells[3] = ", ".join(f"`{place}`" for place in places.get(cells[0], [])[:MOST_PLACES])
            line = table(cells, []).partition("\n")[0].replace("|  |", "| |")
        lines.append(line)
    return "\n".join(lines)


PAGES: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "records.md": record_statuses,
        "submissions.md": waiting_submissions,
        "transfers.md": transfers,
        "reconciliation.md": reconciliation,
        "hub.md": national_hub,
        "exams.md": exam_check,
        "exam-api.md": known_people,
        "requirements.md": requirements,
        "security/access.md": desk,
    }
)


def made_part(page: str) -> str:
    """What ``docs/<page>`` has between its marks. Raises ValueError when it has not one of each."""
    return _parts(page)[1].strip()


def write(page: str) -> None:
    """Put the table of today between the marks. Raises ValueError when the page has not one of each."""
    before, _, after = _parts(page)
    (DOCS / page).write_text(f"{before}{BEGIN}\n\n{PAGES[page]()}\n\n{END}{after}", encoding="utf-8")


def _parts(page: str) -> tuple[str, str, str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    try:
        before, rest = text.split(BEGIN)
        made, after = rest.split(END)
    except ValueError:
        raise ValueError(f"docs/{page} does not have the two marks of tools/pages.py once each") from None
    return before, made, after


if __name__ == "__main__":
    for name in PAGES:
        write(name)
