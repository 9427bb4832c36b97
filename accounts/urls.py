"""Addresses of login and password."""

from django.contrib.auth import views
from django.urls import path, reverse_lazy

from accounts.views import LoginView

app_name = "accounts"

urlpatterns = [
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        views.PasswordChangeView.as_view(success_url=reverse_lazy("accounts:password-changed")),
        name="password-change",
    ),
    path("password/changed/", views.PasswordChangeDoneView.as_view(), name="password-changed"),
]
