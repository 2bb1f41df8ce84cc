"""States as pills: one colour for each state, decided by its words, so that no two pages show it differently."""

import enum
from collections.abc import Mapping
from types import MappingProxyType


class Tone(enum.StrEnum):
    """What a state asks of the person; the value is the class of the pill."""

    PLAIN = ""  # nothing was begun, or it was taken back
    NOW = "now"  # it is the person's turn
    WAIT = "wait"  # somebody else's turn
    OK = "ok"  # as it should be
    BAD = "bad"  # came to nothing


_WORDS: Mapping[Tone, tuple[str, ...]] = {
    Tone.PLAIN: (
        "未采集",
        "未开始",
        "未上报",
        "未受理",
        "已调出",
        "已撤回",
        "已撤销",
        "调出地已撤回",
        "本人已另行确认",
        "无人办理",
        "只能查看",
        "已办结",
    ),
    Tone.NOW: (
        "填写中",
        "接下来填",
        "可以提交",
        "需修改",
        "待完成采集",
        "需要更新",
        "有更新",
        "不同",
        "还不能报名",
        "姓名不符",
        "我在办理",
        "已终止",
    ),
    Tone.WAIT: (
        *("待核验", "待审核", "等待审核", "等待答复", "财政部门审核中", "正在生成打印件", "姓名变更待更新"),
        *(
            "调出中",
            "调入审核中",
            "待调入地接收",
            "调入地待核实",
            "调入地审核中",
            "等待全国平台受理",
            "等待全国平台确认",
            "他人办理中",
            "已作决定，等待生效",
        ),
    ),
    Tone.OK: ("已完成", "信息已采集", "最新", "通过", "审核通过", "已通过", "已接收", "已变更", "本机", "可以报名"),
    Tone.BAD: ("未通过", "审核不通过", "调入未通过", "已退回", "超时未确认"),
}
TONES: Mapping[str, Tone] = MappingProxyType({words: tone for tone, said in _WORDS.items() for words in said})


def tone_of(words: str) -> Tone:
    """The colour of a state by what it is called; raises LookupError for words that have none."""
    try:
        return TONES[words]
    except KeyError:
        raise LookupError(f"no colour is known for the state {words!r}: add it to kuaiji.common.pills") from None
