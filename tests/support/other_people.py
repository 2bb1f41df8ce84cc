"""The addresses of the face for people (other_faces.PEOPLE)."""

from django.urls import include, path

from tests.support import other_faces

handler404, handler500 = other_faces.not_found, other_faces.broken
urlpatterns = [
    path("", include("kuaiji.config.machine_urls")),
    *(path(f"staff/{name}", view) for name, view in other_faces.VIEWS.items()),
]
