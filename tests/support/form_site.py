"""A page with a form of ours, served with our static files to a browser, and what it sent."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django import forms
from django.contrib.staticfiles import finders
from django.forms import formset_factory
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import Page, Route

from kuaiji.common.context import elder_cookie
from kuaiji.common.forms import DateField, Form, RowSet, SmsCodeField
from kuaiji.common.middleware import HEADERS

SITE = "http://localhost"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PLACES = [("0", "省本级"), ("广州市", [("1", "荔湾区"), ("2", "天河区")]), ("东莞市", [("3", "东莞市")])]
STATES = [("1", "会计工作岗位"), ("2", "非会计工作岗位")]
FORM = (Path(__file__).parent / "form_site.html").read_text(encoding="utf-8")


class Qualification(Form):
    name = forms.CharField(label="资格名称")
    obtained_on = DateField(label="取得时间", help_text="例如 2015-07-01")


class Employment(Form):
    status = forms.ChoiceField(label="在岗状态", choices=STATES, widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label="所属行政区划",
        choices=PLACES,
        widget=forms.Select(attrs={"data-grouped": "请选择地市", "data-within": "县（区）"}),
    )
    employer = forms.CharField(label="工作单位名称", widget=forms.TextInput(attrs={"data-search": "/search/"}))
    uscc = forms.CharField(label="统一社会信用代码")
    photo = forms.FileField(label="证件照", required=False, widget=forms.FileInput(attrs={"data-max-bytes": "1048576"}))
    sms_code = SmsCodeField(label="短信验证码")
    truthful = forms.BooleanField(label="本人承诺填写信息的真实性")


Qualifications = formset_factory(Qualification, formset=RowSet, extra=0, max_num=3)


def request_for(elder: bool) -> HttpRequest:
    request = RequestFactory().get("/page/")
    if elder:
        request.COOKIES[elder_cookie()] = "1"
    return request


def form_page(*, faulty: bool = False, elder: bool = False, left: int = 0, enctype: str = "", place: str = "") -> str:
    form = Employment({"place": place} if faulty else None, initial={"place": place})
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"} if faulty else None
    rows = Qualifications(data, prefix="rows")
    if faulty:
        form.is_valid()
        rows.is_valid()
    context = {"form": form, "rows": rows, "faulty": faulty, "left": left, "enctype": enctype or "multipart/form-data"}
    return engines["django"].from_string(FORM).render(context, request_for(elder))


class Site:
    """Pages and static files as the platform would serve them; what was sent is kept."""

    def __init__(self, page: Page) -> None:
        self.page, self.html, self.sent = page, "", []  # type: ignore[var-annotated]
        self.found: object = {"results": []}
        page.route(f"{SITE}/**", self._answer)

    def open(self, html: str) -> Page:
        self.html = html
        self.page.goto(f"{SITE}/page/")
        return self.page

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            name = re.sub(r"\.[0-9a-f]{12}(?=\.)", "", path.removeprefix("/static/"))
            file = Path(finders.find(name) or "")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path == "/search/":
            route.fulfill(status=200 if self.found else 503, json=self.found)
        else:
            if route.request.method == "POST":
                self.sent.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
            status = 422 if route.request.method == "POST" else 200
            route.fulfill(
                status=status, body=self.html, headers={"content-type": "text/html; charset=utf-8", **HEADERS}
            )


def urlencoded(**options: object) -> str:
    return form_page(enctype="application/x-www-form-urlencoded", **options)  # type: ignore[arg-type]
