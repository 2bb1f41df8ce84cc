from django.urls import URLPattern, path

from kuaiji.desk.ending import views

urlpatterns: list[URLPattern] = [path("people/<str:number>/end/", views.end, name="record_end")]
