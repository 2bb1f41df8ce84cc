"""A peer of the exam check as many would build it: Django REST framework, ORM, gunicorn. Without audit and nonces."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

_url = urlsplit(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="a peer of the bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path[1:],
            "USER": unquote(_url.username or ""),
            "PASSWORD": unquote(_url.password or ""),
            "HOST": parse_qs(_url.query).get("host", [_url.hostname or ""])[0],
            "PORT": str(_url.port or ""),
            "CONN_MAX_AGE": None,
        }
    },
)

import django  # noqa: E402

django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from exam_common import Refused, answer, check, fingerprint  # noqa: E402
from rest_framework import serializers, status  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402


class ExamRow(models.Model):
    """The platform's table, as it is."""

    record_id = models.UUIDField(primary_key=True)
    document_fingerprint = models.BinaryField(unique=True)
    name_folded = models.TextField()
    status = models.CharField(max_length=20)
    division_code = models.CharField(max_length=12)
    confirmed_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField()
    qualifications: Any = models.JSONField()
    education: Any = models.JSONField()
    accounting_periods: Any = models.JSONField()

    class Meta:
        app_label = "peer"
        managed = False
        db_table = "accountants_examrow"


class Candidate(serializers.Serializer):
    """One person."""

    document_type = serializers.CharField(min_length=2, max_length=2)
    document_number = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=50)
    reference = serializers.CharField(max_length=64, required=False)


class Exam(serializers.Serializer):
    """Of which exam."""

    level = serializers.ChoiceField(choices=["1", "2", "3"])
    year = serializers.IntegerField(min_value=2020, max_value=2100)
    division = serializers.CharField(max_length=6, required=False)


class Question(Candidate):
    """About one."""

    exam = Exam()


class Questions(serializers.Serializer):
    """About many."""

    exam = Exam()
    candidates = Candidate(many=True)


class Signed(APIView):
    """Checks the signature first."""

    def checked(self, request: Request, serializer: Any) -> Any:
        raw = request._request
        headers = {name.lower(): value for name, value in raw.headers.items()}
        check(raw.method or "", raw.path, headers, raw.body)
        asked = serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data


class Single(Signed):
    """One candidate."""

    def post(self, request: Request) -> Response:
        try:
            asked = self.checked(request, Question)
        except Refused:
            return Response({"code": "refused"}, status=status.HTTP_401_UNAUTHORIZED)
        row = ExamRow.objects.filter(document_fingerprint=fingerprint(asked)).first()
        return Response(answer(asked, row and row.__dict__))


class Batch(Signed):
    """Up to a thousand."""

    def post(self, request: Request) -> Response:
        try:
            asked = self.checked(request, Questions)
        except Refused:
            return Response({"code": "refused"}, status=status.HTTP_401_UNAUTHORIZED)
        prints = [fingerprint(each) for each in asked["candidates"]]
        rows = {
            bytes(row.document_fingerprint): row.__dict__
            for row in ExamRow.objects.filter(document_fingerprint__in=prints)
        }
        pairs = zip(asked["candidates"], prints, strict=True)
        return Response({"answers": [answer(each, rows.get(made)) for each, made in pairs]})


urlpatterns = [
    path("api/exam/v1/verifications", Single.as_view()),
    path("api/exam/v1/verifications/batch", Batch.as_view()),
]
application = get_wsgi_application()
