"""The gallery alone, whatever the addresses of the installation are."""

from django.urls import path

from config.gallery import gallery

urlpatterns = [path("gallery/", gallery)]
