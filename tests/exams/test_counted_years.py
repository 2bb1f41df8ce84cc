"""Which days of work count, at their edges, and how years are told."""

from typing import Any

import pytest

from kuaiji.exams.enums import Condition, ExamLevel
from kuaiji.exams.judging.facts import Facts
from kuaiji.exams.judging.judge import first_year
from kuaiji.exams.judging.verdicts import Verdict
from tests.support.exam_rules import AT, here, judged, person, schooled, shipped, titled

MONTH = {"enrolled_on_precision": "month", "graduated_on_precision": "month"}


def years(facts: Facts, level: int = 2, year: int = 2027) -> Verdict:
    return next(one for one in judged(facts, level, year).verdicts if one.condition == Condition.YEARS)


def work(start: str, end: str | None = None, precision: str = "day") -> list[Any]:
    return [start, end, precision, precision if end else None]


@pytest.mark.parametrize(
    ("periods", "code", "text"),
    [
        ([work("2024-01-01")], "years_met", "按本科学历需满4年，至2027年12月31日为4年"),
        ([work("2024-01-02")], "years_met", "按本科学历需满4年，至2027年12月31日为4年"),  # the day that is forgiven
        ([work("2024-01-03")], "years_short", "按本科学历需满4年，至2027年12月31日为3年11个月，差1个月"),
        ([], "years_short", "按本科学历需满4年，至2027年12月31日为0个月，差4年"),
        ([work("2028-01-01")], "years_short", "按本科学历需满4年，至2027年12月31日为0个月，差4年"),
        ([work("2027-12-31")], "years_short", "按本科学历需满4年，至2027年12月31日为0个月，差4年"),
        ([work("2020-02-29", "2024-02-28")], "years_met", "按本科学历需满4年，至2027年12月31日为4年"),
        ([work("2020-03-01", "2021-02-28")], "years_short", "按本科学历需满4年，至2027年12月31日为1年，差3年"),
        ([work("2020-07", "2022-06", "month")], "years_short", "按本科学历需满4年，至2027年12月31日为2年，差2年"),
        (
            [work("2020-01-01", "2021-12-31"), work("2021-01-01", "2022-06-30"), work("2022-07-01", "2023-12-31")],
            "years_met",
            "按本科学历需满4年，至2027年12月31日为4年",
        ),
    ],
)
def test_days_count_to_the_end_of_the_year(periods: list[list[Any]], code: str, text: str) -> None:
    found = years(person(periods=[_whole(one) for one in periods]))
    assert (found.code, found.text) == (code, text)


def _whole(period: list[Any]) -> list[Any]:
    """A month as its days stand in a record: the first of its beginning, the last of its end."""
    start, end, *precisions = period
    if precisions[0] == "month":
        start, end = f"{start}-01", f"{end}-30"
    return [start, end, *precisions]


@pytest.mark.parametrize(
    ("year", "periods", "projected"),
    [
        (2027, [work("2020-01-01")], True),
        (2026, [work("2020-01-01")], True),
        (2025, [work("2020-01-01")], False),
        (2027, [work("2020-01-01", "2026-11-30")], False),
        (2027, [work("2028-01-01")], False),
        (2027, [], False),
    ],
)
def test_days_to_come_are_told(year: int, periods: list[list[Any]], projected: bool) -> None:
    assert judged(person(periods=periods), 2, year).projected is projected


# Work from 2019 on, full-time 本科 that ended in June 2024: 3 years and a half to the end of 2027.
STUDY = {"graduated": "2024-06-30"}


@pytest.mark.parametrize(
    ("periods", "study", "code", "told"),
    [
        # Not told when it began: what lies before the graduation may all have been study.
        ([work("2019-01-01")], STUDY, "study_dates_needed", "请补填"),
        ([work("2024-01-01")], STUDY, "study_dates_needed", "请补填"),
        ([work("2024-02-01")], STUDY, "years_short", "至2027年12月31日为3年6个月，差6个月，毕业前未计"),
        ([work("2020-01-01")], {"graduated": "2023-12-31"}, "years_met", "为4年"),
        # In one month one does not do both: such work counts whole.
        ([work("2024-06-10")], STUDY, "years_short", "为3年6个月，差6个月"),
        # Told: only the days of study are left out.
        ([work("2019-01-01")], STUDY | {"enrolled_on": "2022-09-01"}, "years_met", "为7年2个月"),
        ([work("2019-01-01")], STUDY | {"enrolled_on": "2019-01-01"}, "years_short", "为3年6个月，差6个月"),
        ([work("2019-01-01", "2022-09-20")], STUDY | {"enrolled_on": "2022-09-01"}, "years_short", "为3年8个月"),
        (
            [work("2019-01-01", "2022-09-20"), work("2024-07-01")],
            STUDY | {"enrolled_on": "2022-09-01"},
            "years_met",
            "7年2",
        ),
        ([work("2019-01-01")], STUDY | {"enrolled_on": "2020-09-01"} | MONTH, "years_met", "为5年2个月"),
    ],
)
def test_full_time_study_is_no_work(periods: list[list[Any]], study: dict[str, Any], code: str, told: str) -> None:
    found = years(person(education={"full_time": schooled(**study)}, periods=periods))
    assert found.code == code and told in found.text


def test_work_that_begins_in_the_month_of_the_graduation_counts_whole() -> None:
    facts = person(education={"full_time": schooled(**STUDY)}, periods=[work("2024-06-10")])
    assert judged(facts).work.counted[0][0].isoformat() == "2024-06-10" and not judged(facts).work.unsure


def test_who_tells_no_full_time_schooling_is_asked_for_no_study_dates() -> None:
    facts = person(education={"part_time": schooled(**STUDY)}, periods=[work("2024-01-01")])
    assert years(facts).code == "years_met" and not judged(facts).work.unsure


def test_part_time_study_stops_no_work() -> None:
    education = {
        "full_time": schooled("31"),
        "part_time": schooled("21", graduated="2026-06-30", enrolled_on="2023-09-01"),
    }
    found = judged(person(education=education, periods=[work("2024-01-01")]))
    assert (found.way, found.accounting_years) == ("b", 4) and found.eligible


@pytest.mark.parametrize(
    ("title", "code", "told"),
    [
        ("2022-12-31", "years_met", "按本科学历需职称后满5年，至2027年12月31日为5年"),
        ("2023-01-01", "years_met", "按本科学历需职称后满5年，至2027年12月31日为5年"),
        ("2023-01-02", "years_short", "按本科学历需职称后满5年，至2027年12月31日为4年11个月，差1个月"),
        ("2028-01-01", "title_later", "会计类资格的取得时间晚于2027年12月31日，请核对"),
    ],
)
def test_a_senior_counts_from_the_day_of_the_title(title: str, code: str, told: str) -> None:
    found = years(person(titles=[titled(on=title)], periods=[work("2005-01-01")]), 3)
    assert (found.code, found.text) == (code, told)


def test_figures_of_both_kinds_are_told_for_a_senior_alone() -> None:
    facts = person(titles=[titled(on="2020-09-01")], periods=[work("2010-01-01")])
    assert [(one.accounting_years, one.years_after_title) for one in (judged(facts, 2), judged(facts, 3))] == [
        (18, None),
        (18, 7),
    ]
    assert judged(person(), 3).years_after_title is None


def test_of_several_titles_the_earliest_with_a_date_carries_the_years() -> None:
    titles = [
        titled(level="3", on="2024-01-01"),
        titled(on=None),
        titled(on="2015-05-01"),
        titled("02", on="2001-01-01"),
    ]
    for given in (titles, titles[::-1]):
        found = judged(person(titles=given, periods=[work("2010-01-01")]), 3)
        assert found.title and found.title.obtained and found.title.obtained.text == "2015-05-01"
        assert found.verdicts[-1].text == "会计类中级资格，2015年5月1日取得"


def test_undated_titles_are_named_alike_in_any_order() -> None:
    titles = [titled(level="3", on=None), titled(on=None)]
    texts = {judged(person(titles=given), 3).verdicts[-1].text for given in (titles, titles[::-1])}
    assert texts == {"会计类中级资格没有取得时间，请补填"}


def test_what_lacks_the_least_is_told() -> None:
    """大专 of long ago asks five years, the 硕士 of part-time study one."""
    education = {"full_time": schooled("31"), "part_time": schooled("14", "302")}
    found = judged(person(education=education, periods=[work("2027-06-01")]))
    assert found.way == "d" and found.verdicts[5].text == "按硕士学位需满1年，至2027年12月31日为7个月，差5个月"


@pytest.mark.parametrize(
    ("level", "facts", "year"),
    [
        (2, person(periods=[work("2024-09-01")]), 2028),
        (2, person(periods=[work("2024-09-01", "2026-01-01")]), None),
        (2, person(education={"full_time": schooled("61")}, periods=[work("2000-01-01")]), None),
        (1, person(education={"full_time": schooled("61")}), 2026),
        (
            3,
            person(
                education={"full_time": schooled("31")}, titles=[titled(on="2026-09-01")], periods=[work("2020-01-01")]
            ),
            2036,
        ),
        (3, person(periods=[work("2000-01-01")]), None),
    ],
)
def test_the_first_year_in_which_somebody_may_register(level: int, facts: Facts, year: int | None) -> None:
    assert first_year(facts, ExamLevel(level), shipped(), at=AT, here=here()) == year
