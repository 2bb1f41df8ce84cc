from django.urls import URLPattern, path

from kuaiji.desk.record import views

# Somebody with a record is named by its number, anybody else by an id.
_RECORD, _PERSON = "people/<str:number>/", "people/u/<uuid:person_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{prefix}{rest}", view, name=f"{name}{suffix}")
    for prefix, name in ((_PERSON, "person"), (_RECORD, "record"))
    for rest, view, suffix in (
        ("", views.record, ""),
        ("timeline/", views.timeline, "_timeline"),
        ("as-seen/", views.as_seen, "_as_seen"),
        ("reveal/", views.reveal, "_reveal"),
        ("notes/", views.notes, "_notes"),
        ("pictures/<uuid:picture_id>/", views.picture, "_picture"),
    )
] + [path(f"{_RECORD}versions/", views.versions, name="record_versions")]
