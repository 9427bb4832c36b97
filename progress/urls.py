"""Addresses of progress."""

from django.urls import path

from progress.views import (
    acts,
    amounts,
    changes,
    charts,
    compare,
    figures,
    goals,
    leading,
    parts,
    plans,
    reference,
    scopes,
    search,
)

app_name = "progress"

urlpatterns = [
    path("", scopes.OverviewView.as_view(), name="overview"),
    path("progress/clusters/<slug:slug>/", scopes.ClusterView.as_view(), name="cluster"),
    path("progress/regions/<str:code>/", scopes.RegionView.as_view(), name="region"),
    path(
        "progress/sectors/<slug:cluster>/<slug:sector>/",
        parts.SectorView.as_view(),
        name="sector",
    ),
    path("progress/groups/<int:pk>/", parts.GroupView.as_view(), name="group"),
    path("progress/plans/<slug:slug>/", plans.PlanView.as_view(), name="plan"),
    path("progress/compare/", compare.CompareView.as_view(), name="compare"),
    path("progress/leading/", leading.LeadingView.as_view(), name="leading"),
    path("progress/goals/", goals.GoalListView.as_view(), name="goal-list"),
    path("progress/announced/", reference.AnnouncedView.as_view(), name="announced"),
    path("progress/definitions/", reference.DefinitionsView.as_view(), name="definitions"),
    path("progress/changes/", changes.ChangesView.as_view(), name="changes"),
    path("progress/charts/", charts.ChartsView.as_view(), name="charts"),
    path("progress/charts/<slug:key>.csv", charts.ChartFileView.as_view(), name="chart-file"),
    path("ledger/new/", amounts.AmountView.as_view(), name="entry-add"),
    path("projects/<int:pk>/amount/", amounts.ProjectAmountView.as_view(), name="amount"),
    path("ledger/<int:pk>/correct/", acts.CorrectView.as_view(), name="correct"),
    path("projects/<int:pk>/move/", acts.MoveView.as_view(), name="move"),
    path("projects/<int:pk>/withdraw/", acts.WithdrawView.as_view(), name="withdraw"),
    path("projects/<int:pk>/revive/", acts.ReviveView.as_view(), name="revive"),
    path("changes/<int:pk>/undo/", acts.UndoView.as_view(), name="undo"),
    path("search/", search.SearchView.as_view(), name="search"),
    path("api/progress/", figures.ProgressJsonView.as_view(), name="json"),
]
