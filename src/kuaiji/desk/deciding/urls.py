from django.urls import URLPattern, path

from kuaiji.desk.deciding import views

_APPLICATION, _TRANSFER = "applications/<uuid:subject_id>/", "transfers/<uuid:subject_id>/"
_PICTURE = "pictures/<uuid:picture_id>/"

urlpatterns: list[URLPattern] = [
    path(_APPLICATION, views.application, name="application"),
    path(_APPLICATION + _PICTURE, views.application_picture, name="application_picture"),
    path("conflicts/<uuid:subject_id>/", views.conflict, name="conflict"),
    path("messages/<uuid:subject_id>/", views.message, name="message"),
    path(_TRANSFER, views.transfer, name="transfer"),
    path(_TRANSFER + _PICTURE, views.transfer_picture, name="transfer_picture"),
]
