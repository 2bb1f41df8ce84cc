"""Pictures of a person for staff: who looks, for which bureau and when stands in the pixels; in no cache, and under no
address that opens for anybody else."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence

from django.conf import settings
from django.http import HttpResponse

from kuaiji.archives.paper.cards import font_file
from kuaiji.archives.paper.fonts import FAMILIES, installed_fonts
from kuaiji.archives.paper.printing import PrintingUnavailable
from kuaiji.attachments import storage
from kuaiji.attachments.models import Attachment
from kuaiji.attachments.pictures import imaging
from kuaiji.attachments.services import read_attachment
from kuaiji.common import clock
from kuaiji.common.clock import CHINA
from kuaiji.common.errors import RuleBroken
from kuaiji.common.keyring import SealBroken
from kuaiji.desk.record.enums import Shown
from kuaiji.desk.record.guards import Subject
from kuaiji.desk.record.masks import is_shown
from kuaiji.keys.models import KeyDestroyed
from kuaiji.staff.models import Member
from kuaiji.standing.reads import pictures_of

FONT = next(iter(FAMILIES))  # has the characters of names and bureaux
NO_FONT = "本机没有中文字体，不能在图片上写明查看人，所以打不开；请告诉系统管理员"
GONE = "图片文件缺失，请告诉系统管理员"
ERASED = "个人信息已删除，图片不能再打开"
DAMAGED = "图片已损坏，打不开"


@dataclasses.dataclass(frozen=True, slots=True)
class PictureLine:
    """One picture on the page: what it is, when it came, and where it opens, or in ``fault`` why it does not."""

    label: str
    received: dt.datetime
    address: str = ""
    fault: str = ""


def pictures_shown(subject: Subject, shown: Collection[Shown]) -> list[PictureLine]:
    """All that a record, an application or a transfer took over; addresses only while pictures are shown whole."""
    rows = pictures_of(subject.user).exclude(claimed_at=None)
    opens = is_shown(Shown.PICTURES, shown)
    return [line_of(row, subject.address("picture", row.pk), opens=opens) for row in rows]


def line_of(row: Attachment, address: str, *, opens: bool) -> PictureLine:
    """One picture as a page shows it: with its ``address`` where it ``opens`` for who looks and is there."""
    if not opens:
        return PictureLine(row.label, row.created_at)
    if row.person_key.wrapped is None:
        return PictureLine(row.label, row.created_at, fault=ERASED)
    if storage.written_at(row.storage_key) is None:
        return PictureLine(row.label, row.created_at, fault=GONE)
    return PictureLine(row.label, row.created_at, address)


class MarkedPicture(HttpResponse):
    """A picture that is read and drawn on once the view's transaction is over: the decoder takes its time."""

    def __init__(self, row: Attachment, member: Member) -> None:
        super().__init__(content_type="image/jpeg")
        self.row, self.member = row, member
        self.headers["Cache-Control"] = "private, no-store"
        self.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        self.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        self.headers["Content-Disposition"] = "inline"

    def render(self) -> HttpResponse:
        """Called by Django behind the view. What cannot be shown is said by the page, and in a few words here."""
        try:
            self.content = imaging.mark(
                read_attachment(self.row), mark_of(self.member), font=_font(), slots_dir=settings.HOME / "slots"
            )
        except FileNotFoundError:
            return _not_shown(GONE)
        except KeyDestroyed:
            return _not_shown(ERASED)
        except SealBroken:
            return _not_shown(DAMAGED)
        except PrintingUnavailable:
            return _not_shown(NO_FONT)
        except RuleBroken as broken:
            return _not_shown(broken.message)
        return self


def mark_of(member: Member) -> Sequence[str]:
    """Bureau, name and the minute."""
    return [f"{member.bureau.full_name} {member.name}", f"{clock.now().astimezone(CHINA):%Y-%m-%d %H:%M}"]


def _font() -> str:
    if FONT not in installed_fonts():
        raise PrintingUnavailable([FAMILIES[FONT]])
    return "#".join(font_file(FONT))


def _not_shown(words: str) -> HttpResponse:
    headers = {"Cache-Control": "private, no-store"}
    return HttpResponse(words, status=404, content_type="text/plain; charset=utf-8", headers=headers)
