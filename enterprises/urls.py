"""Addresses of enterprises and projects."""

from django.urls import path

from enterprises import bulk_views, edit_views, fact_views, state_views, suggest_views, views

app_name = "enterprises"

urlpatterns = [
    path("enterprises/", views.EnterpriseListView.as_view(), name="enterprise-list"),
    path("enterprises/bulk/", bulk_views.EnterpriseBulkView.as_view(), name="enterprise-bulk"),
    path("enterprises/suggest/", suggest_views.SuggestView.as_view(), name="suggest"),
    path("enterprises/new/", edit_views.EnterpriseAddView.as_view(), name="enterprise-add"),
    path(
        "enterprises/<int:pk>/edit/",
        edit_views.EnterpriseEditView.as_view(),
        name="enterprise-edit",
    ),
    path("enterprises/<int:pk>/", views.EnterpriseDetailView.as_view(), name="enterprise-detail"),
    path("states/", state_views.StateListView.as_view(), name="state-list"),
    path("projects/", views.ProjectListView.as_view(), name="project-list"),
    path("projects/bulk/", bulk_views.ProjectBulkView.as_view(), name="project-bulk"),
    path("projects/new/", edit_views.ProjectAddView.as_view(), name="project-add"),
    path("projects/<int:pk>/edit/", edit_views.ProjectEditView.as_view(), name="project-edit"),
    path(
        "projects/<int:pk>/confirm/",
        fact_views.ProjectConfirmView.as_view(),
        name="project-confirm",
    ),
    path(
        "projects/<int:pk>/expect/", fact_views.ProjectExpectView.as_view(), name="project-expect"
    ),
]
