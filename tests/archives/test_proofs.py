"""The proof for an employer and the card to keep: what they say, of whom they are made, how they are told genuine."""

import datetime as dt
import io
import json

import pytest
from django.template.loader import render_to_string
from django.test import Client
from PIL import Image

from kuaiji.accountants.enums import CollectionStatus
from kuaiji.accountants.models import Record
from kuaiji.accountants.services.versions import current_version
from kuaiji.archives import check_codes
from kuaiji.archives.enums import PrintKind, PrintState
from kuaiji.archives.models import ArchivePrint
from kuaiji.archives.paper import card_drawer, cards, fonts, printing
from kuaiji.archives.paper.printing import Check
from kuaiji.archives.paper.proofs import proof_of
from kuaiji.archives.services import find_print, newest_print, read_print
from kuaiji.audit.models import Event
from kuaiji.common import clock, documents
from kuaiji.common.dates import format_date
from kuaiji.common.errors import RuleBroken
from kuaiji.common.profile import profile
from tests.support.archive_prints import ADDRESS, ask, code_on, collected, make, someone, text_of

pytestmark = pytest.mark.django_db
PAGES = {PrintKind.PROOF: ("/me/proof/", "/me/proof.pdf"), PrintKind.CARD: ("/me/card/", "/me/card.png")}
BOTH = pytest.mark.parametrize("kind", PAGES)


def signed_in(record: Record) -> Client:
    client = Client()
    client.force_login(record.user)
    return client


def test_the_proof_is_one_page_and_says_no_more_than_it_proves() -> None:
    person = someone(name="欧阳𠀀明")
    record = collected(person)
    made = make(ask(record, PrintKind.PROOF))
    pdf = read_print(made)
    text = text_of(pdf)
    assert (made.state, made.pages) == (PrintState.READY, 1)
    for said in (
        "会计人员信息已采集证明",
        "采集状态为“信息已采集”",
        person.name,
        record.reference_number,
        format_date(clock.day_of(record.collected_at)),
        documents.mask(person.document_number),
        ADDRESS,
    ):
        assert said in text
    for kept in (person.document_number, person.phone, person.sections["education"]["full_time_school"]):
        assert kept not in text
    assert find_print(check_codes.read_code(code_on(pdf))) == made


def test_the_card_is_a_picture_with_the_code_of_its_check(monkeypatch: pytest.MonkeyPatch) -> None:
    record = collected(someone(name="欧阳𠀀明"))
    asked_of: list[dict[str, object]] = []
    run = printing.run_maker

    def watched(module: str, request: dict[str, object]) -> bytes:
        asked_of.append(request)
        return run(module, request)

    monkeypatch.setattr(cards, "run_maker", watched)
    made = make(ask(record, PrintKind.CARD))
    assert made.state == PrintState.READY
    with Image.open(io.BytesIO(read_print(made)), formats=("PNG",)) as image:
        image.load()
        assert image.size == (card_drawer.WIDTH, card_drawer.HEIGHT)
    drawn = json.dumps(asked_of, ensure_ascii=False)
    for said in ("信息已采集", record.reference_number, "欧阳", "𠀀"):
        assert said in drawn
    assert record.user.document_number not in drawn and record.user.phone not in drawn
    [check] = [line for line in asked_of[0]["check"] if line[0][0].startswith("校验码")]  # type: ignore[attr-defined]
    code = "".join(text for text, _ in check).removeprefix("校验码 ")
    assert find_print(check_codes.read_code(code)) == made


def test_the_code_of_the_card_can_be_read_by_a_camera() -> None:
    """The modules of the QR code stand in the picture as they were made, one size each, black on white."""
    code = check_codes.new_code()
    check = Check(code, ADDRESS, clock.today())
    record = collected()
    paper = cards.draw_card(proof_of(record, current_version(record)), check)
    rows = ["".join(str(int(bit)) for bit in row) for row in printing.qr_code(check).matrix]
    left, top, size = card_drawer.EDGE + card_drawer.PAD, card_drawer.CHECK_TOP, card_drawer.QR_SIDE // len(rows)
    assert size >= 4
    with Image.open(io.BytesIO(paper.content)) as image:
        grey = image.convert("1", dither=Image.Dither.NONE)
        side = size * len(rows)
        modules = grey.crop((left, top, left + side, top + side)).resize(
            (len(rows), len(rows)), Image.Resampling.NEAREST
        )
        black = ["0" if byte else "1" for byte in modules.convert("L").tobytes()]
        seen = ["".join(black[at : at + len(rows)]) for at in range(0, len(black), len(rows))]
    assert seen == rows


def test_rare_characters_are_drawn_in_the_font_that_has_them() -> None:
    installed = fonts.installed_fonts()
    runs = fonts.runs("王𠀀明", installed)
    assert [text for text, _ in runs] == ["王", "𠀀", "明"] or [text for text, _ in runs] == ["王𠀀明"]
    assert all(ord(character) in installed[family] for text, family in runs for character in text)
    assert "".join(text for text, _ in runs) == "王𠀀明"


@BOTH
def test_the_pages_ask_for_it_once_and_hand_it_out(kind: PrintKind) -> None:
    page, file = PAGES[kind]
    record = collected()
    client = signed_in(record)
    assert client.get(file)["Location"] == page
    for _ in range(2):
        assert client.post(page)["Location"] == page
    [asked] = ArchivePrint.objects.all()
    assert asked.kind == kind and "正在生成" in client.get(page).content.decode()
    made = make(asked)
    assert file in client.get(page).content.decode()
    answer = client.get(file)
    assert (answer.status_code, answer.content) == (200, read_print(made))
    assert answer["Content-Type"] == ("image/png" if kind == PrintKind.CARD else "application/pdf")
    assert signed_in(collected(someone(seed=2))).get(file)["Location"] == page
    told = Event.objects.filter(subject_id=record.pk, kind__startswith="Print").values_list("data", flat=True)
    assert {data["print_kind"] for data in told} == {kind}


def test_each_kind_waits_by_itself() -> None:
    record = collected()
    asked = {kind: ask(record, kind) for kind in PrintKind}
    assert len({one.pk for one in asked.values()}) == len(PrintKind)
    assert {kind: ask(record, kind) for kind in PrintKind} == asked


@BOTH
@pytest.mark.parametrize("status", [CollectionStatus.TRANSFERRING_OUT, CollectionStatus.TRANSFERRED_OUT])
def test_nothing_is_proven_of_who_is_on_the_way_or_gone(kind: PrintKind, status: CollectionStatus) -> None:
    page, file = PAGES[kind]
    record = collected()
    made, late = make(ask(record, kind)), ask(record, PrintKind.PROOF if kind == PrintKind.CARD else PrintKind.CARD)
    Record.objects.filter(pk=record.pk).update(status=status)
    with pytest.raises(RuleBroken) as refused:
        ask(record, kind)
    assert refused.value.code == "not_collected"
    client = signed_in(record)
    shown = client.get(page).content.decode()
    assert "现在不能生成" in shown and status.label in shown and '<form class="k-actions"' not in shown
    assert client.post(page)["Location"] == page and client.get(file)["Location"] == page
    assert make(late).state == PrintState.FAILED, "it left between the press and the job"
    assert find_print("0" * 20) is None and made.check_code


@BOTH
def test_a_confirmation_asks_for_a_new_one(kind: PrintKind) -> None:
    """It says until when the record counts, which a confirmation moves without another version."""
    record = collected()
    made = make(ask(record, kind))
    assert newest_print(record, kind) == made
    record.confirmed_at = clock.now()
    assert newest_print(record, kind) is None


@BOTH
def test_the_check_says_what_it_is_and_not_whose(kind: PrintKind) -> None:
    record = collected()
    asked = ask(record, kind)
    ArchivePrint.objects.filter(pk=asked.pk).update(
        state=PrintState.READY,
        made_at=clock.now(),
        expires_at=clock.now(),
        storage_key="made/up",
        check_code=check_codes.code_fingerprint("8K2M4QXT9D0R7WAB3HCN"),
        pages=1,
    )
    page = Client().get("/verify/", {"check_code": "8K2M4QXT9D0R7WAB3HCN"}).content.decode()
    assert "查验通过" in page and f"《{kind.label}》" in page
    assert record.user.name not in page and record.reference_number not in page


def test_a_proof_of_what_is_out_of_date_says_so() -> None:
    record = collected()
    for days, said in ((0, False), (800, True)):
        Record.objects.filter(pk=record.pk).update(confirmed_at=clock.now() - dt.timedelta(days=days))
        record.refresh_from_db()
        proof = proof_of(record, current_version(record))
        context = {"proof": proof, "profile": profile(), "day": clock.today(), "code": "", "address": ADDRESS}
        html = render_to_string("archives/proof.html", context)
        assert ("已过期，本人还没有更新" in html) == said
