"""Django's settings, all from the environment (common/environment.py), the faces (faces.py) and the profile."""

from kuaiji.common.environment import KEYRING, ConfigurationError, read_environment
from kuaiji.common.keyring import KeyringError, keyring
from kuaiji.common.profile import profile
from kuaiji.config import faces
from kuaiji.config.logs import configure_structlog, logging_config
from kuaiji.sms.providers import faults_of_providers

ENVIRONMENT = read_environment()
try:
    keyring()
except KeyringError as error:
    raise ConfigurationError(f"{KEYRING.name} has a value (not shown): {error}. {KEYRING.remedy}.") from None
PROFILE = profile()
if ENVIRONMENT.production:
    for fault in faults_of_providers(templates=PROFILE.sms):
        raise ConfigurationError(fault)
FACES = faces.served(ENVIRONMENT.faces)
HOME = ENVIRONMENT.home
DEMO = ENVIRONMENT.demo
REVIEW_SECONDS = ENVIRONMENT.review_seconds
ADDRESS_LIMITS = ENVIRONMENT.address_limits
LIMITS = ENVIRONMENT.limits  # other numbers than the kinds' own
PEOPLE = ENVIRONMENT.people  # whom the platform serves: what everybody together may do grows with them
TRUSTED_PROXIES = ENVIRONMENT.proxies
METRICS_TOKEN = ENVIRONMENT.metrics_token
APP_ROLE = ENVIRONMENT.app_role

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = faces.all_hosts(FACES, ENVIRONMENT.hosts)
DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django_prometheus",
    "django_structlog",
    "procrastinate.contrib.django",
    "kuaiji.common",
    "kuaiji.keys",
    "kuaiji.audit",
    "kuaiji.codelists",
    "kuaiji.limits",
    "kuaiji.switches",
    "kuaiji.regions",
    "kuaiji.notices",
    "kuaiji.exams",
    "kuaiji.attachments",
    "kuaiji.exchange",
    "kuaiji.sms",
    "kuaiji.messages",
    "kuaiji.identity",
    "kuaiji.staff",
    "kuaiji.cases",
    "kuaiji.unsent",
    "kuaiji.feedback",
    "kuaiji.accountants",
    "kuaiji.backups",
    "kuaiji.collection",
    "kuaiji.applications",
    "kuaiji.changes",
    "kuaiji.archives",
    "kuaiji.transfers",
    "kuaiji.examchecks",
    "kuaiji.reconciliation",
    "kuaiji.closing",
    "kuaiji.standing",
    "kuaiji.portal",
    "kuaiji.examapi",
    "kuaiji.desk",
    *(["kuaiji.demo"] if DEMO else []),
]

# The other faces branch off in the middle, to what they need themselves (config/routing.py).
MIDDLEWARE = [*faces.OUTER_MIDDLEWARE, "kuaiji.config.routing.by_face", *faces.CITIZEN.middleware]

ROOT_URLCONF = faces.CITIZEN.urlconf
WSGI_APPLICATION = "kuaiji.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["kuaiji.config.routing.context"],
        },
    }
]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["kuaiji.identity.backend.SessionBackend"]
PASSWORD_HASHERS = ["kuaiji.identity.passwords.hashing.Argon2id"]
LOGIN_URL = "identity:login"
LOGIN_REDIRECT_URL = "portal:me"

# Server-side sessions; the limits are enforced by the store itself.
SESSION_ENGINE = "kuaiji.identity.sessions.store"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
_PREFIX = "" if DEMO else "__Host-"
SESSION_COOKIE_NAME = f"{_PREFIX}kuaiji_{PROFILE.slug}_session"
CSRF_COOKIE_NAME = f"{_PREFIX}kuaiji_{PROFILE.slug}_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "kuaiji.identity.late_forms.views.csrf_failure"
# The bureaux' staff, apart from the citizens on the same host too (ADR 0109).
STAFF_IDLE_SECONDS = 15 * 60
STAFF_ABSOLUTE_SECONDS = 12 * 60 * 60
STAFF_SESSION_COOKIE_NAME = f"{_PREFIX}kuaiji_{PROFILE.slug}_staff_session"
STAFF_CSRF_COOKIE_NAME = f"{_PREFIX}kuaiji_{PROFILE.slug}_staff_csrf"
STAFF_BROWSER_COOKIE_NAME = f"{_PREFIX}kuaiji_{PROFILE.slug}_staff_browser"

SECURE_SSL_REDIRECT = ENVIRONMENT.production
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.production else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENVIRONMENT.production
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # frame-ancestors and X-Frame-Options are set by our own middleware

# Uploads stay in memory: a person's papers never touch a temporary folder in the clear.
# Three pictures twice as large as one may be: of what is larger only the files are lost (upload_handlers).
BODY_CAP = 64 * 1024 * 1024
FILE_CAP = 10 * 1024 * 1024  # of one picture, unless its purpose says less
FORM_CAP = 512 * 1024
FILE_UPLOAD_HANDLERS = ["kuaiji.common.upload_handlers.FirstBytes"]
FILE_UPLOAD_MAX_MEMORY_SIZE = BODY_CAP
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_CAP
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 5

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "kuaiji.common.profile_assets.ProfileFinder",
]
STORAGES = {
    "default": {"BACKEND": "kuaiji.attachments.storage.PrivateFiles", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_ALLOW_ALL_ORIGINS = False

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LOGGING = logging_config()
LOGGING_CONFIG = "logging.config.dictConfig"
configure_structlog()
