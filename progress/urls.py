"""Addresses of progress."""

from django.urls import path

from progress import views

app_name = "progress"

urlpatterns = [
    path("", views.OverviewView.as_view(), name="overview"),
    path("progress/clusters/<slug:slug>/", views.ClusterView.as_view(), name="cluster"),
    path("progress/regions/<str:code>/", views.RegionView.as_view(), name="region"),
    path("progress/leading/", views.LeadingView.as_view(), name="leading"),
    path("progress/announced/", views.AnnouncedView.as_view(), name="announced"),
    path("progress/definitions/", views.DefinitionsView.as_view(), name="definitions"),
    path("api/progress/", views.ProgressJsonView.as_view(), name="json"),
]
