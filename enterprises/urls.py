"""Addresses of enterprises and projects."""

from django.urls import path

from enterprises import views

app_name = "enterprises"

urlpatterns = [
    path("enterprises/", views.EnterpriseListView.as_view(), name="enterprise-list"),
    path("enterprises/<int:pk>/", views.EnterpriseDetailView.as_view(), name="enterprise-detail"),
    path("projects/", views.ProjectListView.as_view(), name="project-list"),
    path("projects/<int:pk>/confirm/", views.ProjectConfirmView.as_view(), name="project-confirm"),
    path("projects/<int:pk>/expect/", views.ProjectExpectView.as_view(), name="project-expect"),
]
