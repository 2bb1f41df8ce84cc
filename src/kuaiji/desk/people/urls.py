from django.urls import URLPattern, path

from kuaiji.desk.people import views

urlpatterns: list[URLPattern] = [
    path("people/", views.people, name="people"),
    path("people/lists/", views.lists, name="people_lists"),
    path("people/u/<uuid:person_id>/call/", views.call_person, name="call_person"),
    path("people/<str:number>/call/", views.call, name="call"),
]
