"""Which saved steps still stand: each is judged beside what the others say now, not only when it was saved.

A verdict holds for a step as it was saved, the personal section as it was saved, and a day; it is kept in the process
for these, so that the hot pages judge a step once. What is kept says no more than the pages do: words of faults and ids
of pictures.
"""

import collections
import dataclasses
import threading
from collections.abc import Collection, Mapping

from kuaiji.accountants.enums import SectionSlug
from kuaiji.accountants.sections.judging import faults_of, judged
from kuaiji.accountants.sections.registry import BY_SLUG, Section, SectionPage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.uploads import Uploads
from kuaiji.collection.models import StepAnswers
from kuaiji.collection.progress import Progress

MOST_KEPT = 20_000  # verdicts; some hundred bytes each
GONE = "图片已更换或删除，请核对后重新保存"

Key = tuple[object, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a saved step; ``pictures`` are the ids it names, which may be gone at any time."""

    faults: tuple[str, ...]
    pictures: tuple[str, ...]


class _Kept:
    """The verdicts used last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._verdicts: collections.OrderedDict[Key, Verdict] = collections.OrderedDict()

    def get(self, key: Key) -> Verdict | None:
        with self._lock:
            if key in self._verdicts:
                self._verdicts.move_to_end(key)
            return self._verdicts.get(key)

    def put(self, key: Key, verdict: Verdict) -> None:
        with self._lock:
            self._verdicts[key] = verdict
            while len(self._verdicts) > MOST_KEPT:
                self._verdicts.popitem(last=False)


_KEPT = _Kept()


def broken_steps(progress: Progress) -> dict[str, list[str]]:
    """Saved steps that do not stand any more, each with the words of what is wrong."""
    verdicts = {row.step: _verdict(progress, row) for row in progress.rows}
    named = [number for verdict in verdicts.values() for number in verdict.pictures]
    there = {str(row.pk) for row in _rows_of(progress, named)}
    broken = {}
    for step, verdict in verdicts.items():
        gone = [GONE] if set(verdict.pictures) - there else []
        if words := [*verdict.faults, *gone]:
            broken[step] = words
    return broken


def sound_steps(progress: Progress) -> set[str]:
    """Saved steps that stand, and of which nothing else was typed since."""
    return sound_but_for(progress, broken_steps(progress))


def sound_but_for(progress: Progress, broken: Collection[str]) -> set[str]:
    """The same where the broken steps are known."""
    return progress.saved - set(broken) - progress.unsent.keys()


def judge(progress: Progress, section: Section, uploads: Uploads) -> SectionPage:
    """The page of what was saved of a step, with its faults of today; ``uploads`` are the pictures that count."""
    return judged(section, progress.answers[section.slug], progress.facts, uploads)


def remember(progress: Progress, page: SectionPage) -> None:
    """Keep a verdict that was reached elsewhere, with the pictures at hand."""
    row = next(row for row in progress.rows if row.step == page.section.slug)
    _KEPT.put(_key(progress, row), Verdict(tuple(faults_of(page)), _pictures(page.section, progress)))


def uploads_in(progress: Progress) -> Mapping[SectionSlug, Uploads]:
    """By section, the pictures that its saved answers name, as far as they are there and the person's."""
    slugs = [SectionSlug(row.step) for row in progress.rows]
    named = {slug: _named(BY_SLUG[slug], progress) for slug in slugs}
    rows = {str(row.pk): row for row in _rows_of(progress, [one for names in named.values() for one in names.values()])}
    return {
        slug: Uploads(received={name: rows[number] for name, number in names.items() if number in rows})
        for slug, names in named.items()
    }


def _verdict(progress: Progress, row: StepAnswers) -> Verdict:
    key = _key(progress, row)
    if known := _KEPT.get(key):
        return known
    section = BY_SLUG[SectionSlug(row.step)]
    # Whether the pictures are there is asked each time, and not here.
    named = {name: Attachment(pk=number) for name, number in _named(section, progress).items()}
    page = judge(progress, section, Uploads(received=named))
    verdict = Verdict(tuple(faults_of(page)), _pictures(section, progress))
    _KEPT.put(key, verdict)
    return verdict


def _key(progress: Progress, row: StepAnswers) -> Key:
    """What a verdict depends on. The document does not change while somebody collects (R4.1)."""
    personal = next((other for other in progress.rows if other.step == SectionSlug.PERSONAL), None)
    told = (personal.pk, personal.revision) if personal else (progress.arrived and progress.arrived.version,)
    return (row.pk, row.revision, *told, progress.facts_day)


def _named(section: Section, progress: Progress) -> dict[str, str]:
    saved = progress.answers[section.slug]
    return {name: saved[name] for name in section.form.uploads if saved.get(name)}


def _pictures(section: Section, progress: Progress) -> tuple[str, ...]:
    return tuple(_named(section, progress).values())


def _rows_of(progress: Progress, ids: list[str]) -> list[Attachment]:
    mine = Attachment.objects.filter(pk__in=ids, person_key=progress.user.person_key_id)
    return list(mine) if ids else []
