"""Addresses of those who answer what we asked, without an account."""

from django.urls import URLPattern, path

from workflow.views import answering

urlpatterns: list[URLPattern] = [
    path("answer/<str:key>/", answering.answer, name="answer"),
]
