"""What stands on the paper, read back by another program than the one that made it."""

import dataclasses

import pytest
from weasyprint.urls import FatalURLFetchingError

from kuaiji.accountants.reading.display import Line
from kuaiji.archives.enums import PrintState
from kuaiji.archives.paper import fonts
from kuaiji.archives.paper.renderer import rendered
from kuaiji.archives.paper.sheets import Cell, paired, width
from kuaiji.archives.services import read_print
from kuaiji.common import clock
from kuaiji.common.dates import format_date
from people.persons import Fields, Person
from tests.support.archive_prints import ADDRESS, CODE, ask, collected, fonts_of, make, someone, text_of

# Common, extensions A to F, another script, letters with marks; then what no font has: extensions G and H, Tibetan.
NAMES = ("㐀𠀀𪜀𫝀𫠠𬺰䶮𬭊", "阿卜杜热合曼·艾合买提江", "María José O'Connor", "欧阳" + "明" * 48)
MISSING = {"\U00031350": "[U+31350]", "\U000323b0": "[U+323B0]", "ཀ": "[U+0F40]"}


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "name"), list(zip("1234", NAMES, strict=True)), ids=list("1234"))
def test_a_typical_record_is_one_page_of_real_text(status: str, name: str) -> None:
    """For each employment status; the answers, number, day and code can be selected, the fonts are in the file."""
    person = someone(status, seed=int(status), name=name)
    record = collected(person)
    made = make(ask(record))
    pdf = read_print(made)
    text = text_of(pdf)
    assert (made.state, made.pages) == (PrintState.READY, 1)
    expected = [
        "会计人员信息登记表",
        record.reference_number,
        name,
        person.document_number,
        person.phone,  # the own form: who reads it has to reach the person
        person.sections["personal"]["email"],
        person.sections["education"]["full_time_school"],
        format_date(clock.today()),
        "第1页共1页",
        ADDRESS,
    ]
    assert [word for word in expected if "".join(word.split()) not in text] == []
    assert len(set(CODE.findall(text))) == 1
    found = fonts_of(pdf)
    assert found and all(both == (True, True) for both in found.values())
    assert any("HanaMin" in font for font in found) == (name == NAMES[0])


@pytest.mark.django_db
def test_a_long_record_flows_over_numbered_pages_and_nothing_is_lost() -> None:
    """Ten qualifications and awards, everything as long as it may be, and characters no font has."""
    name = "王" + "".join(MISSING) + "明" * 46
    person = someone("2", name=name)
    record = collected(dataclasses.replace(person, sections=person.sections | long_sections(person)))
    made = make(ask(record))
    text = text_of(read_print(made))
    assert made.pages and made.pages >= 2
    assert all(f"第{page}页共{made.pages}页" in text for page in range(1, made.pages + 1))
    assert text.count(record.reference_number) == made.pages + 1
    assert len(CODE.findall(text)) == made.pages + 1
    assert "王" + "".join(MISSING.values()) + "明" * 46 in text
    assert all(f"奖{number}" in text and f"证书{number}" in text for number in range(10))
    assert all(f"{2016 + number}年5月20日" in text for number in range(10))


def long_sections(person: Person) -> dict[str, Fields]:
    qualifications: Fields = {"qualifications-TOTAL_FORMS": "10", "qualifications-INITIAL_FORMS": "0"}
    awards: Fields = {"awards-TOTAL_FORMS": "10", "awards-INITIAL_FORMS": "0"}
    for number in range(10):
        row = {"category": "01", "level": "1", "method": "2", "obtained_on": f"{2016 + number}-05-20"}
        row |= {"name": "资格" * 30, "certificate_number": f"证书{number}" + "0" * 37, "issued_in": "地" * 60}
        qualifications |= {f"qualifications-{number}-{key}": value for key, value in row.items()}
        row = {"name": f"奖{number}" + "奖" * 98, "level": "1", "year": str(2000 + number), "giver": "部" * 100}
        awards |= {f"awards-{number}-{key}": value for key, value in row.items()}
    professional = {"abacus_level": "00", "talents-TOTAL_FORMS": "0", "talents-INITIAL_FORMS": "0"}
    employment = person.sections["employment"] | {"employer_name": "司" * 100, "employer_address": "路" * 200}
    return {"professional": professional | qualifications, "awards": awards, "employment": employment}


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "data:image/png;base64,AA=="])
@pytest.mark.parametrize(("html", "css"), [('<img src="{}">', ""), ("<p>一", "p {{ background: url('{}') }}")])
def test_nothing_is_fetched_from_anywhere(address: str, html: str, css: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        rendered(html.format(address), css.format(address), {"image:photo": b""})


def test_what_no_font_has_is_spelled_and_counted() -> None:
    installed = fonts.installed_fonts()
    assert fonts.spelled("王小明·Ñ〇䶮𬺰", installed) == ("王小明·Ñ〇䶮𬺰", 0)
    assert fonts.spelled("葛\U000e0100\u200d", installed) == ("葛\U000e0100\u200d", 0)
    for character, spelling in MISSING.items():
        assert fonts.spelled(f"王{character}{character}", installed) == (f"王{spelling}{spelling}", 2)


def test_short_answers_share_a_row_and_keep_their_order() -> None:
    words = ["短", "也短", "长" * 12, "短", "长" * 12, "a" * 18, "短"]
    rows = list(paired([Line(str(at), "", text) for at, text in enumerate(words)], 11))
    assert [[line.name for line in row] for row in rows] == [["0", "1"], ["2"], ["3"], ["4"], ["5", "6"]]
    assert width("2016年12月10日") <= 8 and Cell("2016年12月10日").is_short and not Cell("地" * 9).is_short
