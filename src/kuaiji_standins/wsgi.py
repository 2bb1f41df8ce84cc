"""The WSGI application that ``kuaiji standins-serve`` serves, its one style sheet, and what its requests may bring."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise  # type: ignore[import-untyped]

from kuaiji.common import environment
from kuaiji_standins.middleware import most_bytes

environment.set_default(environment.SETTINGS_MODULE, "kuaiji_standins.settings")
application = WhiteNoise(get_wsgi_application(), root=settings.STATIC_ROOT, prefix=settings.STATIC_URL)
body_cap = most_bytes
