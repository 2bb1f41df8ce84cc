"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from kuaiji.limits import kinds

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kuaiji.config.settings")
application = get_wsgi_application()
kinds.require()  # commands and workers ask Django's checks; here nobody would
