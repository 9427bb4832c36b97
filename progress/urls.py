"""Addresses of progress."""

from django.urls import path

from progress import act_views, amount_views, search_views, views

app_name = "progress"

urlpatterns = [
    path("", views.OverviewView.as_view(), name="overview"),
    path("progress/clusters/<slug:slug>/", views.ClusterView.as_view(), name="cluster"),
    path("progress/regions/<str:code>/", views.RegionView.as_view(), name="region"),
    path("progress/leading/", views.LeadingView.as_view(), name="leading"),
    path("progress/announced/", views.AnnouncedView.as_view(), name="announced"),
    path("progress/definitions/", views.DefinitionsView.as_view(), name="definitions"),
    path("ledger/new/", amount_views.AmountView.as_view(), name="entry-add"),
    path("projects/<int:pk>/amount/", amount_views.ProjectAmountView.as_view(), name="amount"),
    path("ledger/<int:pk>/correct/", act_views.CorrectView.as_view(), name="correct"),
    path("projects/<int:pk>/move/", act_views.MoveView.as_view(), name="move"),
    path("projects/<int:pk>/withdraw/", act_views.WithdrawView.as_view(), name="withdraw"),
    path("projects/<int:pk>/revive/", act_views.ReviveView.as_view(), name="revive"),
    path("changes/<int:pk>/undo/", act_views.UndoView.as_view(), name="undo"),
    path("search/", search_views.SearchView.as_view(), name="search"),
    path("api/progress/", views.ProgressJsonView.as_view(), name="json"),
]
