"""People of all kinds for the exam check, as values: strategies of hypothesis."""

import datetime as dt

from hypothesis import strategies as st

from kuaiji.common.dates import KnownDate, Precision, month_end
from kuaiji.exams.enums import ExamStatus
from kuaiji.exams.judging.facts import Facts, Period, Schooling, Title, Transfer
from tests.support.exam_rules import AT, read

DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2026, 11, 30))
LATER = st.integers(0, 5000).map(dt.timedelta)
LEVELS = [row["code"] for row in read("codelists/data/education_levels.csv") if row["note"] != "group"]
DEGREES = [row["code"] for row in read("codelists/data/degrees.csv")]
PLACES = ["北京市朝阳区", "新疆生产建设兵团", "湖南省湘西土家族苗族自治州龙山县", ""]


def _first(day: dt.date, to_the_month: bool) -> KnownDate:
    return KnownDate(day.replace(day=1), Precision.MONTH) if to_the_month else KnownDate(day)


def _last(day: dt.date, to_the_month: bool) -> KnownDate:
    return KnownDate(month_end(day), Precision.MONTH) if to_the_month else KnownDate(day)


BEGINNINGS = st.builds(_first, DAYS, st.booleans())


@st.composite
def _periods(draw: st.DrawFn) -> Period:
    start = draw(BEGINNINGS)
    if draw(st.booleans()):
        return Period(start, None)
    return Period(start, _last(start.day + draw(LATER), draw(st.booleans())))


@st.composite
def _schoolings(draw: st.DrawFn, *, full_time: bool) -> Schooling:
    begun = draw(BEGINNINGS)
    graduated = _last(begun.day + draw(LATER), draw(st.booleans()))
    return Schooling(
        full_time=full_time,
        level=draw(st.sampled_from(LEVELS)),
        degree=draw(st.sampled_from(["0", "0", *DEGREES])),
        second_degree=draw(st.booleans()),
        enrolled=draw(st.sampled_from([begun, None])),
        graduated=graduated,
    )


PERIODS = _periods()
TITLES = st.builds(
    Title,
    category=st.sampled_from(["01", "01", "02", "03", "04", "99"]),
    level=st.sampled_from("1234"),
    method=st.sampled_from("123"),
    obtained=st.none() | BEGINNINGS,
)
TRANSFERS = st.builds(
    Transfer,
    platform=st.just("110000"),
    platform_name=st.sampled_from(["北京市", "新疆生产建设兵团"]),
    division_code=st.just(""),
    division_name=st.sampled_from(PLACES),
)
# Whoever has a record; who has none is a status and nothing else.
PEOPLE = st.builds(
    Facts,
    status=st.sampled_from(
        [ExamStatus.COLLECTED] * 4
        + [ExamStatus.TRANSFERRING_OUT, ExamStatus.TRANSFERRED_OUT, ExamStatus.TO_COMPLETE, ExamStatus.ENDED]
    ),
    division_code=st.sampled_from(["440103", "440100-00", "441400"]),
    confirmed_at=st.integers(0, 800).map(lambda days: AT - dt.timedelta(days)),
    name_change_pending=st.booleans(),
    held_elsewhere=st.sampled_from([None, None, None, "湖南省", "中央国家机关事务管理局"]),
    transfer=st.none() | TRANSFERS,
    qualifications=st.lists(TITLES, max_size=3).map(tuple),
    education=st.tuples(
        st.lists(_schoolings(full_time=True), min_size=1, max_size=1),
        st.lists(_schoolings(full_time=False), max_size=1),
    ).map(lambda both: (*both[0], *both[1])),
    periods=st.lists(PERIODS, max_size=4).map(tuple),
)
