"""Every code of the exam check: what it says, where it is mended, and when it is found. Pure.

The one list of them: ``judge`` takes words and remedies from here.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType

from kuaiji.exams.enums import Condition, ExamStatus, OutcomeCode, VerdictCode

SHORT = 40  # characters that a text has less than: the exam system shows it on one line of a phone
_C, _V = Condition, VerdictCode

COLLECTION, STATUS, CHANGES, TRANSFERS = "/collection/", "/me/", "/changes/", "/transfers/out/"
EDUCATION, EMPLOYMENT, PROFESSIONAL = "/changes/education/", "/changes/employment/", "/changes/professional/"


@dataclasses.dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says: of which conditions, whether they are met, in which words, and by which page it is mended.

    ``wordings`` come from the fullest to the shortest; names in braces are filled in. ``remedy`` is a path of this
    platform, empty where nothing is to be mended; ``when`` says in English when the code is found.
    """

    conditions: tuple[Condition, ...]
    met: bool
    wordings: tuple[str, ...]
    remedy: str
    when: str

    def words(self, **values: str) -> str:
        """The fullest wording that is short enough; the shortest is cut where nothing helps."""
        for wording in self.wordings:
            text = wording.format_map(values) if values else wording
            if len(text) < SHORT:
                return text
        return f"{text[: SHORT - 2]}…"


def _met(condition: Condition, wording: str, when: str) -> Meaning:
    return Meaning((condition,), True, (wording,), "", when)


def _not(
    condition: Condition | tuple[Condition, ...], wordings: str | tuple[str, ...], remedy: str, when: str
) -> Meaning:
    conditions = (condition,) if isinstance(condition, Condition) else condition
    return Meaning(conditions, False, (wordings,) if isinstance(wordings, str) else wordings, remedy, when)


VERDICTS: Mapping[VerdictCode, Meaning] = MappingProxyType(
    {
        _V.COLLECTED: _met(_C.COLLECTED, "信息已采集", "there is a record, whole, and nobody else holds the person"),
        _V.NOT_STARTED: _not(_C.COLLECTED, "已注册，还没有开始信息采集", COLLECTION, "a user without a draft"),
        _V.DRAFT: _not(_C.COLLECTED, "信息采集已开始填写，还没有提交", COLLECTION, "a draft that is not submitted"),
        _V.UNDER_VERIFICATION: _not(
            _C.COLLECTED,
            "信息采集已提交，正在核验身份，请等待结果",
            STATUS,
            "a submission that waits for the identity check",
        ),
        _V.UNDER_REVIEW: _not(
            _C.COLLECTED, "信息采集已提交，正在等财政部门审核", STATUS, "a submission that waits for the bureau"
        ),
        _V.RETURNED: _not(
            _C.COLLECTED, "信息采集已退回，请按原因修改后再提交", COLLECTION, "a submission that came back"
        ),
        _V.TRANSFERRED_OUT: _not(
            (_C.COLLECTED, _C.TERRITORY, _C.UP_TO_DATE),
            (
                "已调出到{place}，请在调入地平台办理",
                "已调出到{platform}，请在调入地平台办理",
                "已调出，请在调入地平台办理",
            ),
            TRANSFERS,
            "the transfer to another platform is complete",
        ),
        _V.CLAIM_UNDER_REVIEW: _not(
            _C.COLLECTED, "调入申请正在审核，通过后请完成信息采集", STATUS, "a claim to come to this platform is open"
        ),
        _V.TO_COMPLETE: _not(
            (_C.COLLECTED, _C.UP_TO_DATE),
            "已调入本平台，还须完成信息采集",
            COLLECTION,
            "the archive came from another platform and is not completed",
        ),
        _V.ENDED: _not(
            (_C.COLLECTED, _C.UP_TO_DATE),
            "档案已终止，要恢复请联系所在地财政部门",
            STATUS,
            "two people of a bureau have ended the record: a death, or the person asked",
        ),
        _V.HELD_ELSEWHERE: _not(
            (_C.COLLECTED, _C.TERRITORY),
            ("全国平台显示由{holder}管理，请先办理跨省调转", "全国平台显示由其他平台管理，请先办理跨省调转"),
            STATUS,
            "the national platform says that another platform holds the person, and that is not settled",
        ),
        _V.NOT_SUBMITTED: _not(
            (_C.TERRITORY, _C.UP_TO_DATE, _C.SCHOOLING, _C.YEARS, _C.QUALIFICATION),
            "信息采集完成后才能判断",
            COLLECTION,
            "there is no record yet, so nothing says it",
        ),
        _V.IN_TERRITORY: _met(_C.TERRITORY, "所属地区符合", "this platform holds the person, and the place fits"),
        _V.OTHER_CITY: _not(
            _C.TERRITORY,
            ("所属地区为{place}，不在报考地{asked}", "所属地区为{place}，不在报考地", "所属地区不在报考地"),
            EMPLOYMENT,
            "the call names a place, and the record's region does not lie in it",
        ),
        _V.UP_TO_DATE: _met(
            _C.UP_TO_DATE, "信息有效至{until}", "changed or confirmed within the profile's months (R4.6)"
        ),
        _V.OUT_OF_DATE: _not(
            _C.UP_TO_DATE,
            "信息已超过{months}个月没有更新，请变更或确认",
            CHANGES,
            "neither changed nor confirmed for so long",
        ),
        _V.NO_TRANSFER: _met(_C.NO_OPEN_TRANSFER, "没有办理中的跨省调转", "no transfer is open"),
        _V.TRANSFER_OUT_OPEN: _not(
            _C.NO_OPEN_TRANSFER,
            (
                "正在办理调出到{place}，撤回后可报名",
                "正在办理调出到{platform}，撤回后可报名",
                "正在办理调出，撤回后可报名",
            ),
            TRANSFERS,
            "a transfer out is open",
        ),
        _V.TRANSFER_IN_OPEN: _not(
            _C.NO_OPEN_TRANSFER, "正在办理调入，完成后可报名", STATUS, "a claim to come to this platform is open"
        ),
        _V.SCHOOLING_MET: _met(
            _C.SCHOOLING, "{ground}，符合{level}的学历条件", "a schooling or a degree opens a way to the level"
        ),
        _V.SCHOOLING_NOT_ASKED: _met(
            _C.SCHOOLING, "{ground}，不另看学历", "way f: a title of another category by examination"
        ),
        _V.SCHOOLING_NOT_GRADUATED: _not(
            _C.SCHOOLING,
            "{schooling}不算学历，请填写已毕业的最高学历",
            EDUCATION,
            "结业 or 肄业, and nothing else opens a way",
        ),
        _V.SCHOOLING_TOO_LOW: _not(
            _C.SCHOOLING,
            ("{level}要求{lowest}及以上，填写的是{schooling}", "{level}要求{lowest}及以上，填写的不够"),
            EDUCATION,
            "the schooling lies below the lowest that is asked, is 其他, or is not told",
        ),
        _V.SCHOOLING_LATER: _not(
            _C.SCHOOLING,
            "毕业时间晚于{cutoff}，请核对",
            EDUCATION,
            "what would open a way was only graduated from after the year of the exam",
        ),
        _V.YEARS_MET: _met(
            _C.YEARS, "按{way}需{after}满{years}年，至{cutoff}为{there}", "sure days make the years of the way"
        ),
        _V.YEARS_NOT_ASKED: _met(_C.YEARS, "不要求会计工作年限", "the way asks no years"),
        _V.YEARS_SHORT: _not(
            _C.YEARS,
            (
                "按{way}需{after}满{years}年，至{cutoff}为{there}，差{missing}{unsure}",
                "按{way}需{after}满{years}年，至{end}为{there}，差{missing}{unsure}",
                "按{way}需{after}满{years}年，至{end}为{there}，差{missing}",
                "按{way}需{after}满{years}年，至{end}差{missing}",
                "需{after}满{years}年，至{end}差{missing}",
            ),
            EMPLOYMENT,
            "not even all days make them; the way that lacks the least",
        ),
        _V.STUDY_DATES_NEEDED: _not(
            _C.YEARS,
            "全日制毕业前的会计工作能否计入要看入学时间，请补填",
            EDUCATION,
            "only with the days before the full-time graduation there would be enough, and 入学时间 is not told",
        ),
        _V.SCHOOLING_FIRST: _not(
            _C.YEARS, "学历符合后，再按学历看会计工作年限", EDUCATION, "no way is open, so none says how many years"
        ),
        _V.TITLE_HELD: _met(
            _C.QUALIFICATION, "会计类{title}资格，{obtained}取得", "会计类中级 or higher, with its date"
        ),
        _V.TITLE_MISSING: _not(
            (_C.QUALIFICATION, _C.YEARS),
            "{level}要求会计类中级或以上资格，没有填写",
            PROFESSIONAL,
            "no title of 会计类 from 中级 up",
        ),
        _V.TITLE_DATE_MISSING: _not(
            (_C.QUALIFICATION, _C.YEARS),
            "会计类{title}资格没有取得时间，请补填",
            PROFESSIONAL,
            "such a title, and none of them has a date: years are counted from it",
        ),
        _V.TITLE_LATER: _not(
            (_C.QUALIFICATION, _C.YEARS),
            "会计类资格的取得时间晚于{cutoff}，请核对",
            PROFESSIONAL,
            "the earliest such title was only obtained after the year of the exam",
        ),
    }
)

OUTCOMES: Mapping[OutcomeCode, Meaning] = MappingProxyType(
    {
        OutcomeCode.NOT_KNOWN_HERE: _not(
            (),
            "请在本平台首次办理；已在其他平台采集的，先办理跨省调转",
            "/register/",
            "`not_found`: nobody here has the document",
        ),
        OutcomeCode.NUMBER_INVALID: _not(
            (),
            "证件号码有误，请核对证件类型和号码",
            "/register/",
            "`not_found`: no document of the type has such a number",
        ),
        OutcomeCode.NAME_MISMATCH: _not(
            (),
            "姓名与本平台的不一致，请核对；改过名的请办理变更",
            "/changes/name/",
            "`name_mismatch`: the document is known, under another name (R7.2)",
        ),
    }
)

# Where somebody mends what stands in a record that cannot be changed now.
WHILE_NOT_CHANGEABLE: Mapping[ExamStatus, str] = MappingProxyType(
    {
        ExamStatus.TO_COMPLETE: COLLECTION,
        ExamStatus.TRANSFERRING_OUT: TRANSFERS,
        ExamStatus.TRANSFERRED_OUT: TRANSFERS,
        ExamStatus.ENDED: STATUS,
    }
)
