"""The yearly notice on days off (国务院办公厅关于…年部分节假日安排的通知), read from its text (R9.5). Pure.

Its form has been the same for twenty years: a numbered paragraph a holiday, in it which days are off (放假) and which
days at a weekend are worked instead (上班). What does not fit is told, never guessed.
"""

import dataclasses
import datetime as dt
import re
import unicodedata
from collections.abc import Iterator

LONGEST = 5000  # characters of a notice; that of 2026 has 600
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")

_YEAR = re.compile(r"(\d{4})\s*年部分节假日")
_PARAGRAPH = re.compile(r"[一二三四五六七八九十]+、\s*([^:。\d]{2,20}):")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
_TO = re.compile(r"\s*(?:至|到|-|—|–|~)+\s*")
_COUNT = re.compile(r"(?:共|放假)(\d{1,2})天")
_WEEKDAY = re.compile("(?:周|星期)([一二三四五六日天])")
_WEEK = "一二三四五六日"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day of the notice: off, or worked at a weekend."""

    day: dt.date
    is_working: bool
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a notice says: days in order, each once, and what is wrong with it (nothing may be entered then)."""

    year: int
    days: tuple[Day, ...]
    faults: tuple[str, ...]


@dataclasses.dataclass(slots=True)
class _Reader:
    """Where in the notice one is: a date says its month and year only where they change."""

    year: int
    month: int = 0
    name: str = ""
    days: dict[dt.date, Day] = dataclasses.field(default_factory=dict)
    faults: list[str] = dataclasses.field(default_factory=list)

    def paragraph(self, name: str, text: str) -> None:
        """One holiday."""
        self.name = name.strip()
        for sentence in re.split("[。;；\n]", text):
            if "上班" in sentence:
                self._mark(sentence, is_working=True)
            elif "放假" in sentence:
                before = len(self.days)
                self._mark(sentence, is_working=False)
                self._count(sentence, len(self.days) - before)

    def _count(self, sentence: str, found: int) -> None:
        if (said := _COUNT.search(sentence)) and int(said[1]) != found:
            self.faults.append(f"{self.name}：通知说 {said[1]} 天，日期是 {found} 天")

    def _mark(self, sentence: str, *, is_working: bool) -> None:
        last: tuple[dt.date, int] | None = None  # the date before, and where it ends
        for match in _DATE.finditer(sentence):
            day = self._date(match)
            if day is None:
                last = None
                continue
            first = day
            if last and _TO.fullmatch(sentence[last[1] : match.start()]):
                first = last[0] + dt.timedelta(days=1)
                if day < first or (day - first).days > 20:
                    self.faults.append(f"{self.name}：“{sentence.strip()[:40]}”的起止日期不对")
                    first = day
            for number in range((day - first).days + 1):
                self._put(first + dt.timedelta(days=number), is_working)
            last = day, match.end()

    def _date(self, match: re.Match[str]) -> dt.date | None:
        self.month = int(match[2] or self.month)
        try:
            day = dt.date(int(match[1] or self.year), self.month, int(match[3]))
        except ValueError:
            self.faults.append(f"{self.name}：没有 {match[0]} 这一天")
            return None
        if not dt.date(self.year - 1, 12, 1) <= day <= dt.date(self.year, 12, 31):
            self.faults.append(f"{self.name}：{day:%Y-%m-%d} 不在 {self.year} 年")
            return None
        said = _WEEKDAY.search(match[4] or "")
        if said and said[1].replace("天", "日") != _WEEK[day.weekday()]:
            self.faults.append(f"{self.name}：{match[0]}其实是周{_WEEK[day.weekday()]}")
        return day

    def _put(self, day: dt.date, is_working: bool) -> None:
        if before := self.days.get(day):
            words = "既放假又上班" if before.is_working != is_working else "写了两次"
            self.faults.append(f"{self.name}：{day:%Y-%m-%d} {words}")
        elif is_working and day.weekday() < 5:
            self.faults.append(f"{self.name}：{day:%Y-%m-%d} 是周{_WEEK[day.weekday()]}，本来就上班")
        self.days[day] = Day(day, is_working, self.name)


def read_notice(text: str) -> Reading:
    """The days of the notice's text, as copied from the page it is published on."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])
    year = _YEAR.search(text) or re.search(r"(\d{4})年", text)
    if year is None:
        return Reading(0, (), ("没有读到年份，请连同标题“关于…年部分节假日安排的通知”一起粘贴",))
    reader = _Reader(int(year[1]))
    for name, body in _paragraphs(text):
        reader.paragraph(name, body)
    if not reader.days:
        reader.faults.append(
            "没有读到放假日期，请粘贴通知全文，例如“一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。”"
        )
    else:
        told = "".join(day.name for day in reader.days.values())
        reader.faults += [f"没有读到{name}" for name in HOLIDAYS if name not in told]
    return Reading(reader.year, tuple(sorted(reader.days.values())), tuple(reader.faults))


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    found = list(_PARAGRAPH.finditer(text))
    ends = [following.start() for following in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=False):
        yield match[1], text[match.end() : end]
