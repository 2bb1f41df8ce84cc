"""The rows that bureaux find and list people by: how a name may be typed, and that they follow every save."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuaiji.accountants.models import ListRow, NameKey, Record
from kuaiji.accountants.services.transferring import begin_transfer_out, cancel_transfer_out, finish_transfer_out
from kuaiji.accountants.tasks import fill_lists
from kuaiji.audit.enums import ActorKind, OperationKind
from kuaiji.audit.services import Operation
from kuaiji.common.ids import uuid7
from kuaiji.common.pinyin import name_keys, sort_reading, typed_form
from people.records.versioned_records import by_owner, inconsistencies, make_record

SURNAMES = "单曾仇解区查朴盖缪王李张吕欧阮乐"
NAMES = st.one_of(
    st.builds(lambda *parts: "".join(parts), st.sampled_from([*SURNAMES, "尉迟", "欧阳", "长孙"]),
              st.text("娜行乐国藩雄信绿女𠅤㐂", min_size=1, max_size=3)),
    st.sampled_from(["John O'Neil", "阿卜杜·热合曼", "Müller", "ꡁཀྵ", "Nguyễn Văn A", "ลลิตา", "김민준"]),
)  # fmt: skip


def finds(typed: str, name: str) -> int:
    """How often a search for ``typed`` finds somebody called ``name``."""
    asked = typed_form(typed)
    return sum(key.startswith(asked) and shared < len(asked) for key, shared in name_keys(name))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", "单 单雄 单雄信 shanxiongxin shanx sxx danxiong dxx SHAN Ｓｈａｎ shān"),
        ("曾国藩", "zeng zgf cengguofan cgf"),
        ("仇英", "qiu qy chouying cy"),
        ("解缙", "xiejin xj jie jj"),
        ("区寄", "ouji oj quji qj"),
        ("查良镛", "zhaliang zly chaliang"),
        ("朴正熙", "piaozheng pzx puzheng"),
        ("盖叫天", "gejiao gaijiao gjt"),
        ("缪昌期", "miao mcq"),
        ("尉迟恭", "尉迟 yuchi weichi yg wg"),
        ("吕布", "lvbu lubu lyubu lb lü lǚbu"),
        ("张𠅤", "张𠅤 zhang"),
        ("𬎆三", "𬎆 𬎆三 yingsan ys"),
        ("ꀋ三", "ꀋ ꀋ三 ꀋsan ꀋs"),
        ("阿卜杜·热合曼", "阿卜杜热 阿卜杜·热合曼 abudu"),
        ("John O'Neil", "john johnoneil JOHN"),
        ("欧阳娜娜", "ouyangnana oynn ouyangnuo 欧阳"),
    ],
)
def test_a_name_is_found_in_every_writing(name: str, typed: str) -> None:
    assert {word: finds(word, name) for word in typed.split()} == dict.fromkeys(typed.split(), 1)


@given(NAMES)
def test_whatever_finds_a_person_finds_it_once(name: str) -> None:
    for key, _ in name_keys(name):
        for length in range(1, len(key) + 1):
            assert finds(key[:length], name) == 1, (name, key[:length])


@given(NAMES)
def test_a_name_is_found_as_it_is_written_and_sorts_by_its_pinyin(name: str) -> None:
    assert finds(name, name) == 1 and finds(name.swapcase(), name) == 1
    assert sort_reading(name).endswith(f" {name}")


@pytest.mark.parametrize("typed", ["%", "_", "😀", " ", "\u200b", "·", "-", "，"])
def test_what_is_no_letter_asks_for_nothing(typed: str) -> None:
    assert typed_form(typed) == ""


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["1", "2", "3", "4"])
def test_the_row_is_there_with_the_record_and_follows_its_status(status: str) -> None:
    record, source = make_record(seed=40, status=status), uuid7()
    assert inconsistencies(record) == []
    begin_transfer_out(operation=by_owner(record), record_id=record.pk, source_id=source)
    assert inconsistencies(record) == [] and ListRow.objects.get(record=record).status == "transferring_out"
    cancel_transfer_out(operation=by_owner(record), record_id=record.pk, source_id=source)
    assert inconsistencies(record) == []
    begin_transfer_out(operation=by_owner(record), record_id=record.pk, source_id=uuid7())
    system = Operation(kind=OperationKind.RECORD_CHANGING, actor_kind=ActorKind.MACHINE)
    finish_transfer_out(operation=system, record_id=record.pk)
    assert inconsistencies(record) == []


@pytest.mark.django_db
def test_records_of_before_get_their_rows_once() -> None:
    old, other = make_record(seed=41), make_record(seed=42)
    NameKey.objects.all().delete()
    ListRow.objects.all().delete()
    assert not ListRow.objects.exists()
    fill_lists()
    assert inconsistencies(old) == inconsistencies(other) == []
    first = {row.pk: row.reading for row in ListRow.objects.all()}
    fill_lists()
    assert {row.pk: row.reading for row in ListRow.objects.all()} == first


@pytest.mark.django_db
def test_nobody_is_listed_with_an_erased_key() -> None:
    record = make_record(seed=43)
    NameKey.objects.all().delete()
    ListRow.objects.all().delete()
    record.person_key.destroy(at=record.collected_at)
    fill_lists()
    assert not ListRow.objects.exists() and not NameKey.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Record, ListRow, NameKey])
def test_a_bureau_finds_the_rows_of_its_places_alone(model: type[Record] | type[ListRow] | type[NameKey]) -> None:
    record = make_record(seed=44)
    rows = model.objects
    assert rows.visible_to({record.division_code}).exists()
    assert not rows.visible_to({"440199"}).exists() and not rows.visible_to(()).exists()
