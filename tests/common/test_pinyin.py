"""How the name of an employer may be typed without its characters (ADR 0112)."""

import pytest

from kuaiji.common.pinyin import employer_readings, typed_reading


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("中国工商银行广州分行", "zhongguogongshangyinhang zggsyh yinxing gzfh GongShangYin'Hang"),
        ("重庆小面馆", "chongqing zhongqing cqxmg zqxmg xiaomian"),
        ("广州会计师事务所", "kuaijishi huijishi gzkjs hjssws"),
        ("南粤旅行社（示例）", "nanyuelvxing nanyuelyuxing nanyueluxing lǚxing nylxssl"),
        ("第001小学", "di001 001xiao d001xx"),
        ("ABC软件有限公司", "abcruanjian abcrj ＡＢＣｒ"),
    ],
)
def test_an_employer_is_found_as_it_is_said_and_character_by_character(name: str, typed: str) -> None:
    readings = employer_readings(name)
    for one in typed.split():
        assert any(typed_reading(one) in reading for reading in readings) and typed_reading(one), (one, readings)


@pytest.mark.parametrize("typed", ["", "z", "1", "91440101", "中山", "zhong山", "%%", "'; --"])
def test_what_is_no_pinyin_is_looked_for_as_written_alone(typed: str) -> None:
    assert typed_reading(typed) == ""
