"""The platform as it would be with ``django_widgets``, to be served."""

from bench.peers import django_widgets
from kuaiji.common import markup
from kuaiji.config.wsgi import application

__all__ = ["application"]

markup.render_field = django_widgets.render_field
