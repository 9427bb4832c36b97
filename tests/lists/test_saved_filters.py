"""Filters that people keep of lists: under a name, as tabs, for oneself or for all."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import RECORDER, VIEWER
from lists.models import SavedFilter
from lists.saved_views import MOST_OWN
from tests.make import make_cluster, make_enterprise, make_project, make_region, make_user

pytestmark = pytest.mark.django_db

LIST = "enterprises:enterprise-list"
JIMO, LAIXI = "370215", "370285"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user(db: None) -> User:
    return make_user(VIEWER, username="mei")


@pytest.fixture
def client(user: User) -> Client:
    return browser_of(user)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def keep(owner: User, name: str, query: str, **fields: Any) -> SavedFilter:
    return SavedFilter.objects.create(
        owner=owner, name=name, query=query, **{"list_name": LIST, **fields}
    )


def send(client: Client, **sent: Any) -> Any:
    """Save a filter the way the list does."""
    return client.post("/lists/filters/", {"list": LIST, **sent})


def tabs(client: Client, address: str = "/enterprises/") -> dict[str, bool]:
    """The tabs of a list, and whether each is the current one."""
    return {tab.label: tab.is_current for tab in client.get(address).context["view"].tabs.row}


def counts(client: Client, address: str = "/enterprises/") -> dict[str, int | None]:
    response = client.get(address, {"_part": "facets"}, headers=HTMX)
    return {tab.label: tab.count for tab in response.context["view"].tabs.row}


def told(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


# --- saving ---------------------------------------------------------------------------------------


def test_what_is_filtered_is_saved_under_a_name_and_becomes_the_current_tab(
    client: Client, user: User
) -> None:
    make_cluster("nev")
    response = send(
        client, name="  NEV  makers ", query="cluster=nev&sort=name&page=3&per_page=25&q=&_part=x"
    )
    assert response["Location"] == "/enterprises/?cluster=nev&sort=name"
    kept = SavedFilter.objects.get()
    assert (kept.owner, kept.name, kept.query, kept.is_shared) == (
        user,
        "NEV makers",
        "cluster=nev&sort=name",
        False,
    )
    # The order of parameters says nothing, nor does the page.
    assert tabs(client, "/enterprises/?page=1&sort=name&cluster=nev") == {
        "All": False,
        "NEV makers": True,
    }
    assert tabs(client, "/enterprises/?cluster=nev") == {"All": False, "NEV makers": False}
    assert tabs(client) == {"All": True, "NEV makers": False}


def test_saved_filter_is_of_one_list_only(client: Client, user: User) -> None:
    keep(user, "Mine", "q=a")
    assert tabs(client, "/projects/") == {"All": True}


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", "q=a", "Give the filter a name."),
        ("x" * 61, "q=a", "60"),
        ("Nothing", "page=2&q=", "The list is not filtered"),
        ("Long", "q=" + "x" * 4000, "too long"),
        ("NUL", "q=a%00", "a sign that cannot be"),
        ("Known", "q=b", "You keep a filter “Known” already"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_what_to_do(
    name: str, query: str, said: str, client: Client, user: User
) -> None:
    keep(user, "Known", "q=a")
    response = send(client, name=name, query=query)
    assert response["Location"].startswith("/enterprises/")
    assert said in told(client.get("/enterprises/"))
    assert SavedFilter.objects.get().query == "q=a"


def test_own_filter_of_that_name_is_replaced_when_that_is_asked_for(
    client: Client, user: User
) -> None:
    kept = keep(user, "Known", "cluster=gone")
    send(client, name="Known", query="q=b", replace="yes", is_shared="yes")
    assert list(SavedFilter.objects.values_list("pk", "query", "is_shared")) == [
        (kept.pk, "q=b", True)
    ]


def test_there_is_an_end_to_how_many_one_keeps(client: Client, user: User) -> None:
    SavedFilter.objects.bulk_create(
        SavedFilter(owner=user, list_name=LIST, name=f"Filter {n}", query=f"q={n}")
        for n in range(MOST_OWN)
    )
    send(client, name="One more", query="q=a")
    assert SavedFilter.objects.count() == MOST_OWN
    assert "delete one" in told(client.get("/enterprises/"))
    tabs_shown = client.get("/enterprises/?q=49").context["view"].tabs
    assert len(tabs_shown.row) == 8
    assert tabs_shown.row[-1].is_current
    assert len(tabs_shown.row) + len(tabs_shown.more) == MOST_OWN + 1


@pytest.mark.parametrize("name", ["", "nowhere", "admin:index", "enterprises:enterprise-detail"])
def test_nothing_is_kept_of_what_is_no_list(name: str, client: Client) -> None:
    for address in ("filters", "begin", "columns", "per-page"):
        sent = {"list": name, "name": "a", "query": "q=a"}
        assert client.post(f"/lists/{address}/", sent).status_code == 404
    assert not SavedFilter.objects.exists()


def test_nothing_is_kept_of_a_list_of_other_roles() -> None:
    response = send(browser_of(make_user()), name="a", query="q=a")
    assert response.status_code == 403
    assert not SavedFilter.objects.exists()


def test_forms_of_other_sites_are_refused(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert send(client, name="a", query="q=a").status_code == 403


# --- changing -------------------------------------------------------------------------------------


def test_own_filter_is_renamed_shared_and_begun_with(client: Client, user: User) -> None:
    kept = keep(user, "Old", "q=a")
    address = f"/lists/filters/{kept.pk}/"
    response = client.post(address, {"name": "New", "is_shared": "yes", "begin": "yes"})
    assert response["Location"] == "/enterprises/?q=a"
    kept.refresh_from_db()
    assert (kept.name, kept.is_shared) == ("New", True)
    assert client.get("/enterprises/")["Location"] == "/enterprises/?q=a"
    client.post(address, {"name": "New"})
    kept.refresh_from_db()
    assert not kept.is_shared
    assert client.get("/enterprises/").status_code == 200


def test_a_name_is_not_given_twice(client: Client, user: User) -> None:
    keep(user, "Known", "q=a")
    other = keep(user, "Other", "q=b")
    client.post(f"/lists/filters/{other.pk}/", {"name": "Known"})
    other.refresh_from_db()
    assert other.name == "Other"
    assert "You keep a filter of that name already." in told(client.get("/enterprises/"))


def test_a_deleted_filter_leaves_what_it_showed(client: Client, user: User) -> None:
    kept = keep(user, "Old", "q=a")
    user.list_choices = {LIST: {"view": kept.pk, "per_page": 25}}
    user.save()
    response = client.post(f"/lists/filters/{kept.pk}/delete/")
    assert response["Location"] == "/enterprises/?q=a"
    assert not SavedFilter.objects.exists()
    user.refresh_from_db()
    assert user.list_choices == {LIST: {"per_page": 25}}
    assert "“Old” is deleted." in told(client.get("/enterprises/"))


@pytest.mark.parametrize("end", ["", "delete/"])
def test_nobody_changes_the_filter_of_somebody_else(end: str, client: Client) -> None:
    kept = keep(make_user(VIEWER), "Theirs", "q=a", is_shared=True)
    response = client.post(f"/lists/filters/{kept.pk}/{end}", {"name": "Mine"})
    assert response.status_code == 404
    kept.refresh_from_db()
    assert kept.name == "Theirs"


# --- beginning with one ---------------------------------------------------------------------------


def test_list_begins_with_the_chosen_filter_and_all_rows_stay_one_click_away(
    client: Client, user: User
) -> None:
    kept = keep(user, "Mine", "q=a")
    client.post("/lists/begin/", {"list": LIST, "view": str(kept.pk), "query": "q=a"})
    assert client.get("/enterprises/")["Location"] == "/enterprises/?q=a"
    # The swap of a search that was emptied, and a file, are not led elsewhere.
    assert client.get("/enterprises/", headers=HTMX).status_code == 200
    assert client.get("/enterprises/?_export=csv").status_code == 200
    page = client.get("/enterprises/?q=a")
    assert [tab.url for tab in page.context["view"].tabs.row] == [
        "/enterprises/?view=all",
        "/enterprises/?q=a",
    ]
    assert [chip.remove_url for chip in page.context["chips"]] == ["/enterprises/?view=all"]
    assert tabs(client, "/enterprises/?view=all") == {"All": True, "Mine": False}
    client.post("/lists/begin/", {"list": LIST, "query": "q=a"})
    assert client.get("/enterprises/").status_code == 200


@pytest.mark.parametrize("view", ["0", "x", "9" * 30, "-1", "²"])
def test_list_begins_with_no_filter_that_there_is_not(view: str, client: Client) -> None:
    theirs = keep(make_user(VIEWER), "Theirs", "q=a")
    for key in (view, str(theirs.pk)):
        assert client.post("/lists/begin/", {"list": LIST, "view": key}).status_code == 404
    assert client.get("/enterprises/").status_code == 200


def test_list_begins_with_all_rows_when_the_filter_is_not_shared_any_more(
    client: Client, user: User
) -> None:
    theirs = keep(make_user(VIEWER), "Theirs", "q=a", is_shared=True)
    client.post("/lists/begin/", {"list": LIST, "view": str(theirs.pk)})
    assert client.get("/enterprises/").status_code == 302
    theirs.is_shared = False
    theirs.save()
    assert client.get("/enterprises/").status_code == 200


def test_no_other_view_is_accepted(client: Client) -> None:
    response = client.get("/enterprises/?view=some")
    assert response.status_code == 400
    assert "There is no view “some”. Accepted: all." in response.content.decode()


# --- who sees what --------------------------------------------------------------------------------


def test_shared_filter_shows_everybody_their_own_rows_and_counts_no_others(user: User) -> None:
    for name, region in (("Seen", JIMO), ("Hidden", LAIXI)):
        make_project(make_enterprise(f"{name} Ltd"), region=make_region(region))
    mine = browser_of(user)
    send(mine, name="Makers", query="q=Ltd", is_shared="yes")
    send(mine, name="Private", query="q=Hidden")
    assert counts(mine) == {"All": 2, "Makers": 2, "Private": 1}
    scoped = make_user(RECORDER, regions=[make_region(JIMO)])
    theirs = browser_of(scoped)
    assert counts(theirs) == {"All": 1, "Makers": 1}
    page = theirs.get("/enterprises/?q=Ltd")
    text = page.content.decode()
    assert page.context["total_rows"] == 1
    assert "Hidden" not in text
    assert "Shared by mei" in text
    send(mine, name="Secret", query="q=Hidden", is_shared="yes")
    assert counts(theirs)["Secret"] == 0


def test_tab_that_names_a_row_by_number_is_not_counted(client: Client, user: User) -> None:
    keep(user, "Group", "group=1")
    keep(user, "Unknown", "nonsense=1")
    keep(user, "Nothing found", "q=nothing-at-all")
    make_enterprise()
    assert counts(client) == {"All": 1, "Group": None, "Unknown": None, "Nothing found": 0}


@pytest.mark.parametrize("address", ["/projects/", "/ledger/", "/evidence/", "/rates/"])
def test_tabs_of_every_list_are_counted(address: str, client: Client, user: User) -> None:
    names = {"/projects/": "enterprises:project-list"} | {
        f"/{name}/": f"ledger:{kind}-list"
        for name, kind in (("ledger", "entry"), ("evidence", "evidence"), ("rates", "rate"))
    }
    keep(user, "Mine", "q=nothing-at-all", list_name=names[address])
    assert counts(client, address) == {"All": 0, "Mine": 0}


def test_filters_without_the_tabs_come_without_their_counts(client: Client) -> None:
    text = client.get("/enterprises/?_part=facets-alone", headers=HTMX).content.decode()
    assert "list-tabs" not in text
    assert "facet-cluster" in text


# --- one that cannot be used any more -------------------------------------------------------------


def test_filter_whose_cluster_was_removed_says_so_and_can_be_deleted(
    client: Client, user: User
) -> None:
    kept = keep(user, "Old ones", "cluster=gone")
    response = client.get("/enterprises/?cluster=gone")
    text = response.content.decode()
    assert response.status_code == 400
    assert "“gone” is not known" in text
    assert "This filter was saved as “Old ones”: mend or delete it." in text
    assert 'name="all"' in text
    response = client.post(f"/lists/filters/{kept.pk}/delete/", {"all": "yes"})
    assert response["Location"] == "/enterprises/"


def test_filter_of_somebody_else_that_cannot_be_used_says_who_can_mend_it(client: Client) -> None:
    owner = make_user(VIEWER, first_name="Zhao", last_name="Min")
    keep(owner, "Old ones", "cluster=gone", is_shared=True)
    text = client.get("/enterprises/?cluster=gone").content.decode()
    assert "This filter was saved as “Old ones” by Zhao Min, who can mend or delete it." in text


def test_problem_that_nobody_saved_says_nothing_of_saving(client: Client, user: User) -> None:
    keep(user, "Mine", "q=a")
    assert "saved as" not in client.get("/enterprises/?cluster=gone").content.decode()
