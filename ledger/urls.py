"""Addresses of the ledger."""

from django.urls import path

from ledger import views

app_name = "ledger"

urlpatterns = [
    path("", views.EntryListView.as_view(), name="entry-list"),
    path("<int:pk>/", views.EntryDetailView.as_view(), name="entry-detail"),
]
