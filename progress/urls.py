"""Addresses."""

from django.urls.resolvers import URLPattern

app_name = "progress"

urlpatterns: list[URLPattern] = []
