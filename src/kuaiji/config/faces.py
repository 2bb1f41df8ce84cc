"""The faces of the platform: who it is for, its addresses, and what its requests pass through (docs/adr/0043).

Each face is an entry of FACES. A process serves the faces that ``KUAIJI_FACES`` names, all of them by default.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kuaiji.common import environment
from kuaiji.common.environment import ConfigurationError, Variable


@dataclass(frozen=True, slots=True)
class Face:
    """One face. ``prefix`` begins all its addresses; ``/`` takes what no other face does.

    With ``hosts`` set in the environment it answers on those alone, and nothing else does there; otherwise on the hosts
    of ``KUAIJI_ALLOWED_HOSTS``. ``middleware`` stands inside OUTER_MIDDLEWARE. ``context_processors`` are those of its
    templates. ``session_cookie`` is the setting that names the cookie of its sessions, and ``signed_in`` says of a
    request with nothing but its headers whether that cookie is of somebody who has signed in; without them nobody
    brings files.
    """

    name: str
    prefix: str
    urlconf: str
    middleware: tuple[str, ...]
    context_processors: tuple[str, ...]
    hosts: Variable[tuple[str, ...]] | None = None
    session_cookie: str = ""
    signed_in: str = ""

    def own_hosts(self) -> tuple[str, ...]:
        """The hosts that are this face's alone; none where it shares those of the platform."""
        return self.hosts.get() if self.hosts else ()


# Around every face: figures, headers, HTTPS, the request's id and its line in the log.
OUTER_MIDDLEWARE = (
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "kuaiji.common.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
)

CITIZEN = Face(
    name="citizen",
    prefix="/",
    urlconf="kuaiji.config.urls",
    middleware=(
        "kuaiji.common.middleware.error_pages",
        "kuaiji.common.middleware.body_cap",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "kuaiji.common.middleware.files_of_signed_in",
        "kuaiji.common.middleware.private_pages",
        "kuaiji.identity.texts.middleware.citizen_acts",
        "kuaiji.audit.middleware.access_log",
        "kuaiji.audit.middleware.StoppedOperations",
        "kuaiji.identity.texts.middleware.texts_first",
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ),
    context_processors=(
        "django.template.context_processors.request",
        "kuaiji.common.context.page",
        "kuaiji.portal.helpline.helpline_context",
    ),
    session_cookie="SESSION_COOKIE_NAME",
    signed_in="kuaiji.common.error_views.is_signed_in",
)
# Machines that sign each request: no session, no form, no template. A front answers before Django does (ADR 0089).
EXAM = Face(
    name="exam",
    prefix="/api/exam/",
    urlconf="kuaiji.config.exam_urls",
    middleware=("django_prometheus.middleware.PrometheusAfterMiddleware",),
    context_processors=(),
    hosts=environment.EXAM_HOSTS,
)
# The desk of the bureaux' staff, who sign in apart from the citizens (ADR 0109).
STAFF = Face(
    name="staff",
    prefix="/staff/",
    urlconf="kuaiji.config.staff_urls",
    middleware=(
        "kuaiji.staff.middleware.error_pages",
        "kuaiji.common.middleware.body_cap",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "kuaiji.staff.middleware.own_cookies",
        "kuaiji.staff.middleware.member_sessions",
        "kuaiji.staff.middleware.files_of_members",
        "django.middleware.common.CommonMiddleware",
        "kuaiji.staff.middleware.StaffCsrf",
        "kuaiji.common.middleware.private_pages",
        "kuaiji.staff.middleware.member_acts",
        "kuaiji.audit.middleware.access_log",
        "kuaiji.audit.middleware.StoppedOperations",
        "django_prometheus.middleware.PrometheusAfterMiddleware",
    ),
    context_processors=(
        "django.template.context_processors.request",
        "kuaiji.staff.display.desk",
    ),
    hosts=environment.STAFF_HOSTS,
    session_cookie="STAFF_SESSION_COOKIE_NAME",
    signed_in="kuaiji.staff.guards.is_member",
)
FACES: Mapping[str, Face] = {face.name: face for face in (CITIZEN, EXAM, STAFF)}


def served(names: Iterable[str]) -> dict[Face, tuple[str, ...]]:
    """The faces of this process with their own hosts: those of ``names``, or all.

    Raises ConfigurationError for a name that is none.
    """
    chosen = tuple(names) or tuple(FACES)
    for name in chosen:
        if name not in FACES:
            variable = environment.FACES.name
            raise ConfigurationError(f"{variable} names {name!r}: it must be of {', '.join(FACES)}. Correct it.")
    return {FACES[name]: FACES[name].own_hosts() for name in chosen}


def all_hosts(faces: Mapping[Face, tuple[str, ...]], shared: Iterable[str]) -> list[str]:
    """Every host that a process with these faces answers on; ``shared`` are those of faces without their own."""
    own = [host for hosts in faces.values() for host in hosts]
    return own + (list(shared) if not all(faces.values()) else [])
