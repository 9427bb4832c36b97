"""Addresses of imports."""

from django.urls import path

from imports import views

app_name = "imports"

urlpatterns = [
    path("", views.UploadListView.as_view(), name="upload-list"),
    path("<int:pk>/", views.UploadDetailView.as_view(), name="upload-detail"),
]
