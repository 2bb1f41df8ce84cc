"""The known people of a demonstration: who they are, what they tell, and which answer the exam check gives of them.

Pure. What they tell hangs on the day they are made on, so that the answers stay the same from year to year.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

from kuaiji.common.documents import DocumentType
from kuaiji.common.documents.cards import check_digit
from kuaiji.demo.enums import Stage, Waits

PASSWORD_OF_ALL = "kuaiji-demo-7315"
BORN = "19900101"
REGISTRATION, RATE = "全国会计资格考试报名系统（演示）", 10_000
Fields = dict[str, str]
Told = Callable[[dt.date], Fields]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody, the exam they are asked about, and the codes they are there for.

    ``codes`` are given by the condition that has them, by none where there are no verdicts; ``shows`` says in Chinese
    what makes them so. ``years_ahead``: the exam's year, from the one they are made in. ``elsewhere``: the exam is sat
    in a place where they do not belong. ``asked_as`` is another name, ``asked_by`` another number, than theirs.
    """

    name: str
    codes: Mapping[str, str]
    shows: str
    level: str = "2"
    stage: Stage = Stage.COLLECTED
    years_ahead: int = 1
    elsewhere: bool = False
    asked_as: str = ""
    asked_by: str = ""
    education: Told
    work: Told
    titles: Told


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where the known people of a platform belong, and where not. ``serial`` begins their numbers."""

    division: str
    other: str
    serial: int


PLACES: Mapping[str, Place] = MappingProxyType(
    {"440000": Place("440103", "440500", 101), "440300": Place("440304", "440305", 301)}
)


def schooling(level: str, degree: str = "0", graduated: Callable[[dt.date], str] = lambda day: "2012-07-01") -> Told:
    """What is told of full-time schooling."""

    def told(day: dt.date) -> Fields:
        return {
            "full_time_level": level,
            "full_time_degree": degree,
            "full_time_school": "岭南示例大学",
            "full_time_major": "" if level == "61" else "会计学",
            "full_time_graduated_on": graduated(day),
        }

    return told


def since(begun: Callable[[dt.date], str]) -> Told:
    """What is told of accounting work that still goes on; how many years it is, is left to the service."""
    return lambda day: {"accounting_start_date": begun(day)}


def titled(*titles: tuple[str, str, str, str]) -> Told:
    """What is told of titles: category, level, method and when, each."""

    def told(day: dt.date) -> Fields:
        names = ("category", "level", "method", "obtained_on")
        rows = {
            f"qualifications-{place}-{name}": value
            for place, title in enumerate(titles)
            for name, value in zip(names, title, strict=True)
        }
        return {"qualifications-TOTAL_FORMS": str(len(titles)), "qualifications-INITIAL_FORMS": "0", **rows}

    return told


def _known(name: str, shows: str, codes: Mapping[str, str], **more: object) -> Known:
    usual = {"education": schooling("21", "412"), "work": since(lambda day: "2015-01-01"), "titles": titled()}
    return Known(name=name, codes=codes, shows=shows, **(usual | more))  # type: ignore[arg-type]


_MET = {
    "collected": "collected",
    "territory": "in_territory",
    "up_to_date": "up_to_date",
    "no_open_transfer": "no_transfer",
    "schooling": "schooling_met",
    "years": "years_met",
}
KNOWN: tuple[Known, ...] = (
    _known("示例符合", "本科，工作十年以上，各项都符合", _MET),
    _known(
        "示例三年",
        "本科，到考试当年年底满三年",
        {"years": "years_short"},
        work=since(lambda day: f"{day.year - 1}-01-01"),
    ),
    _known("示例未采集", "注册了，没有开始采集", {"collected": "not_started"}, stage=Stage.REGISTERED),
    _known("示例填写中", "采集没有提交", {"collected": "draft", "years": "not_submitted"}, stage=Stage.DRAFTING),
    _known("假停机", "提交了，核验系统没有答复", {"collected": "under_verification"}, stage=Stage.AWAITING_CHECK),
    _known("示例待审核", "提交了，等财政部门审核", {"collected": "under_review"}, stage=Stage.UNDER_REVIEW),
    _known("示例已调出", "已经调到湖南", {"collected": "transferred_out"}, stage=Stage.TRANSFERRED_OUT),
    _known(
        "示例调入中",
        "申请了调入，没有审核完",
        {"collected": "claim_under_review", "no_open_transfer": "transfer_in_open"},
        stage=Stage.CLAIMING,
    ),
    _known("示例待完成", "调入以后没有完成采集", {"collected": "to_complete"}, stage=Stage.TO_COMPLETE),
    _known("示例他省", "全国平台说由湖南管理", {"collected": "held_elsewhere"}, stage=Stage.HELD_ELSEWHERE),
    _known("示例他市", "所属地区不在报考地", {"territory": "other_city"}, elsewhere=True),
    _known("示例久未更新", "一年多没有更新", {"up_to_date": "out_of_date"}, stage=Stage.STALE),
    _known("示例调出中", "正在调出到湖南", {"no_open_transfer": "transfer_out_open"}, stage=Stage.TRANSFERRING_OUT),
    _known(
        "示例统计师",
        "中专，考取统计类中级",
        {"schooling": "schooling_not_asked"},
        education=schooling("41"),
        titles=titled(("04", "2", "2", "2018-10-01")),
    ),
    _known("示例结业", "大专结业，没有毕业", {"schooling": "schooling_not_graduated"}, education=schooling("32")),
    _known(
        "示例高中",
        "高中毕业，报中级",
        {"schooling": "schooling_too_low", "years": "schooling_first"},
        education=schooling("61"),
    ),
    _known(
        "示例今年毕业",
        "今年才毕业，报去年的考试",
        {"schooling": "schooling_later"},
        years_ahead=-1,
        education=schooling("21", "412", graduated=lambda day: f"{day.year}-01-01"),
    ),
    _known("示例初级", "高中毕业，报初级", {"years": "years_not_asked"}, level="1", education=schooling("61")),
    _known(
        "示例边学边做",
        "毕业前工作过，没填入学时间",
        {"years": "study_dates_needed"},
        education=schooling("21", "412", graduated=lambda day: f"{day.year - 1}-07-01"),
    ),
    _known(
        "示例会计师",
        "本科，2016年取得会计师，报高级",
        {"qualification": "title_held"},
        level="3",
        titles=titled(("01", "2", "2", "2016-09-01")),
    ),
    _known("示例没有职称", "没有会计师资格，报高级", {"qualification": "title_missing"}, level="3"),
    _known(
        "示例新会计师",
        "今年才取得会计师，报去年的高级",
        {"qualification": "title_later"},
        level="3",
        years_ahead=-1,
        titles=lambda day: titled(("01", "2", "2", f"{day.year}-01-01"))(day),
    ),
    _known("示例没有注册", "没有在本平台办理过", {"": "not_known_here"}, stage=Stage.UNKNOWN),
    _known(
        "示例号码有误",
        "证件号码末位校验不符",
        {"": "number_invalid"},
        stage=Stage.UNKNOWN,
        asked_by="440000199001010010",
    ),
    _known("示例改名", "按别的姓名来问", {"": "name_mismatch"}, asked_as="示例别名"),
    _known("示例已终止", "退休，本人申请终止", {"collected": "ended"}, stage=Stage.ENDED),
)
# Codes that nothing leads to in this release: no submission comes back from a bureau, and no title is without a date.
NOBODY = frozenset({"returned", "title_date_missing"})


# Whom a bureau has work with; nobody asks the exam check about them, so that deciding changes none of its answers.
WAITING: Mapping[Waits, Known] = MappingProxyType(
    {
        Waits.LOST_PHONE: _known("示例丢手机", "手机丢了，再次申请更换，档案信息都对", {}),
        Waits.LOST_PHONE_LATE: _known("示例换手机", "手机丢了，有一项档案信息记错，已经逾期", {}),
        Waits.CORRECTION: _known("示例证号错", "登记的证件号码不对，申请更正", {}),
        Waits.CORRECTION_SEEN: _known("示例待复核", "更正申请已经初审通过，等另一人复核", {}),
        Waits.CLAIM: _known("示例调回来", "从湖南调入，没有调转码，原手机号不再使用", {}, stage=Stage.REGISTERED),
    }
)
_EVERYBODY = (*KNOWN, *WAITING.values())
_ANOTHER = 100  # of serials: past everybody of a place


def number_of(place: Place, known: Known, *, corrected: bool = False) -> str:
    """The number of an identity card that is nobody's (no county has the code 440000): as registered, or as it should
    be."""
    serial = place.serial + 2 * _EVERYBODY.index(known) + _ANOTHER * corrected
    body = f"440000{BORN}{serial}"
    return body + check_digit(body)


def phone_of(place: Place, known: Known, *, another: int = 0) -> str:
    """A number of no subscriber: the one that is bound, or the first, second, … that comes after it."""
    return f"1700000{1000 * another + place.serial + 2 * _EVERYBODY.index(known):04}"


def question_of(place: Place, known: Known, *, day: dt.date) -> Mapping[str, object]:
    """Whom the exam's registration asks about, and which exam."""
    return {
        "document_type": DocumentType.RESIDENT_ID.value,
        "document_number": known.asked_by or number_of(place, known),
        "name": known.asked_as or known.name,
        "level": known.level,
        "year": day.year + known.years_ahead,
        "division": place.other if known.elsewhere else place.division,
    }


@dataclasses.dataclass(frozen=True, slots=True)
class Post:
    """A member of staff of a demonstration: the role, by its value, at the bureau that serves a place."""

    username: str
    name: str
    role: str
    bureau: str


# By the code of a platform: the district with 经办 and 复核, and one beside it with another 经办.
_DISTRICTS = {"440000": ("440103", "440104"), "440300": ("440304", "440303")}


def posts(code: str) -> tuple[Post, ...]:
    """The staff of the platform with this code: two districts' and the registry's own; none of any other platform."""
    if code not in _DISTRICTS:
        return ()
    here, beside = _DISTRICTS[code]
    return (
        Post("jingban", "陈经办", "clerk", here),
        Post("fuhe", "林复核", "reviewer", here),
        Post("jingban2", "黄经办", "clerk", beside),
        Post("guanli", "李管理", "manager", code),
        Post("guanli2", "张管理", "manager", code),
        Post("shenji", "吴审计", "auditor", code),
        Post("xitong", "何系统", "system", code),
        Post("xitong2", "郭系统", "system", code),
    )
