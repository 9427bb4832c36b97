"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from parktracker.health import livez, readyz

urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("enterprises.urls")),
    path("", include("ledger.urls")),
    path("lists/", include("lists.urls")),
    path("imports/", include("imports.urls")),
    path("", include("progress.urls")),
]
