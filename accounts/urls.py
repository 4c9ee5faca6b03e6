"""Addresses of signing in, passwords and invitations."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password_reset, name="password-reset"),
    path("password/sent/", views.password_reset_done, name="password-reset-done"),
    path(
        "password/<uidb64>/<token>/",
        views.password_reset_confirm,
        name="password-reset-confirm",
    ),
    path(
        "password/saved/",
        views.password_reset_complete,
        name="password-reset-complete",
    ),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("demo/mail/", views.outbox, name="outbox"),
]
