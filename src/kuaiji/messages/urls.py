"""我的消息."""

from django.urls import path

from kuaiji.messages import views

app_name = "messages"
urlpatterns = [
    path("me/messages/", views.inbox, name="inbox"),
    path("me/messages/choice/", views.choice, name="choice"),
]
