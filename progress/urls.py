"""Addresses of progress."""

from django.urls import path

from progress import (
    act_views,
    amount_views,
    change_views,
    chart_views,
    compare_views,
    goal_views,
    part_views,
    plan_views,
    search_views,
    views,
)

app_name = "progress"

urlpatterns = [
    path("", views.OverviewView.as_view(), name="overview"),
    path("progress/clusters/<slug:slug>/", views.ClusterView.as_view(), name="cluster"),
    path("progress/regions/<str:code>/", views.RegionView.as_view(), name="region"),
    path(
        "progress/sectors/<slug:cluster>/<slug:sector>/",
        part_views.SectorView.as_view(),
        name="sector",
    ),
    path("progress/groups/<int:pk>/", part_views.GroupView.as_view(), name="group"),
    path("progress/plans/<slug:slug>/", plan_views.PlanView.as_view(), name="plan"),
    path("progress/compare/", compare_views.CompareView.as_view(), name="compare"),
    path("progress/leading/", views.LeadingView.as_view(), name="leading"),
    path("progress/goals/", goal_views.GoalListView.as_view(), name="goal-list"),
    path("progress/announced/", views.AnnouncedView.as_view(), name="announced"),
    path("progress/definitions/", views.DefinitionsView.as_view(), name="definitions"),
    path("progress/changes/", change_views.ChangesView.as_view(), name="changes"),
    path("progress/charts/", chart_views.ChartsView.as_view(), name="charts"),
    path("progress/charts/<slug:key>.csv", chart_views.ChartFileView.as_view(), name="chart-file"),
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
