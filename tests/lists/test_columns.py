"""What each person has chosen to see of a list: which columns, in what order, how many rows."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import VIEWER
from enterprises.tables import EnterpriseTable
from lists.choices import Chosen, choose
from tests.make import make_enterprise, make_user

pytestmark = pytest.mark.django_db

LIST = "enterprises:enterprise-list"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def user(db: None) -> User:
    return make_user(VIEWER)


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    make_enterprise("Seaside Motors", credit_code="")
    return client


def shown(client: Client, address: str = "/enterprises/") -> list[str]:
    return [column.name for column in client.get(address).context["table"].columns]


def send(client: Client, *columns: str, **sent: Any) -> Any:
    return client.post("/lists/columns/", {"list": LIST, "column": ["name", *columns], **sent})


def test_columns_show_as_chosen_and_in_that_order(client: Client) -> None:
    usual = shown(client)
    assert "credit_code" not in usual
    response = send(client, "contracted", "credit_code", query="q=Sea&page=2")
    assert response["Location"] == "/enterprises/?q=Sea"
    assert shown(client) == ["name", "contracted", "credit_code"]
    # The other lists stay, and so does what a file has.
    assert len(shown(client, "/projects/")) > 3
    exported: Any = client.get("/enterprises/?_export=csv")
    assert "Origin" in b"".join(exported.streaming_content).decode()
    send(client, "stage", usual="yes")
    assert shown(client) == usual


@pytest.mark.parametrize(
    ("move", "order"),
    [
        ("up:stage", ["name", "stage", "origin", "paid_in"]),
        ("down:origin", ["name", "stage", "origin", "paid_in"]),
        ("up:origin", ["name", "origin", "stage", "paid_in"]),
        ("down:paid_in", ["name", "origin", "stage", "paid_in"]),
        ("up:name", ["name", "origin", "stage", "paid_in"]),
        ("up:nothing", ["name", "origin", "stage", "paid_in"]),
        ("sideways", ["name", "origin", "stage", "paid_in"]),
    ],
)
def test_buttons_move_a_column_and_never_the_first(
    move: str, order: list[str], client: Client
) -> None:
    send(client, "origin", "stage", "paid_in", move=move)
    assert shown(client) == order


def test_menu_lists_the_shown_columns_first(client: Client) -> None:
    send(client, "paid_in", "group")
    choices = client.get("/enterprises/").context["view"].column_choices()
    assert [name for name, _label, is_shown in choices if is_shown] == ["name", "paid_in", "group"]
    assert {name for name, _label, _shown in choices} == set(EnterpriseTable.base_columns)
    assert [is_shown for _name, _label, is_shown in choices] == [True] * 3 + [False] * 7


def test_only_what_is_shown_is_read_and_sorted_by(client: Client) -> None:
    send(client, "stage", query="sort=-contracted,name")
    response = client.get("/enterprises/?sort=-contracted")
    assert response.status_code == 400
    assert "The list cannot be sorted by “-contracted”. Accepted: name, stage." in (
        response.content.decode()
    )


def test_order_by_a_column_goes_with_the_column(client: Client) -> None:
    response = send(client, "stage", query="sort=-contracted,name&q=a")
    assert response["Location"] == "/enterprises/?sort=name&q=a"
    assert send(client, query="sort=-contracted")["Location"] == "/enterprises/"


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        {LIST: None},
        {LIST: {"columns": "name", "per_page": 7, "view": "x"}},
        {LIST: {"columns": [1, None, "was-there-once"], "per_page": "50", "view": [1]}},
    ],
)
def test_choices_that_cannot_be_used_are_as_if_never_made(
    kept: Any, client: Client, user: User
) -> None:
    usual = shown(client)
    user.list_choices = kept if kept is not None else {}
    user.save()
    response = client.get("/enterprises/")
    assert [column.name for column in response.context["table"].columns] == usual
    assert response.context["table"].paginator.per_page == 50


def test_columns_that_there_are_not_are_left_out(client: Client, user: User) -> None:
    send(client, "was-there-once", "stage", "stage")
    user.refresh_from_db()
    assert user.list_choices == {LIST: {"columns": ["name", "stage"]}}


def test_rows_per_page_are_remembered_until_the_address_says_otherwise(
    client: Client, user: User
) -> None:
    sent = {"list": LIST, "per_page": "25", "query": "q=Sea&per_page=100&page=2"}
    assert client.post("/lists/per-page/", sent)["Location"] == "/enterprises/?q=Sea"

    def per_page(query: str = "") -> Any:
        return client.get(f"/enterprises/{query}").context["table"].paginator.per_page

    assert (per_page(), per_page("?per_page=100")) == (25, 100)
    for wrong in ("7", "", "x"):
        client.post("/lists/per-page/", {**sent, "per_page": wrong})
        messages = client.get("/enterprises/").context["messages"]
        assert "Accepted: 25, 50, 100, 200." in str(next(iter(messages)))
    assert per_page() == 25
    client.post("/lists/per-page/", {**sent, "per_page": "50"})
    user.refresh_from_db()
    assert user.list_choices == {LIST: {}}


def test_htmx_is_led_to_the_list_alone(client: Client) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/enterprises/?q=Sea"}
    # The browser's history gets no second entry for the address that it is at.
    for query, push in (("q=Sea", {"push": "false"}), ("q=Motors", {})):
        sent = {"list": LIST, "column": "name", "query": query}
        response = client.post("/lists/columns/", sent, headers=headers)
        assert response.status_code == 204
        assert json.loads(response["HX-Location"]) == {
            "path": f"/enterprises/?{query}",
            "target": "#list",
            "swap": "morph:outerHTML",
            **push,
        }


def test_a_choice_leaves_those_of_other_lists_alone(user: User) -> None:
    stale = User.objects.get(pk=user.pk)
    choose(user, LIST, per_page=25)
    # A window that read the person before that.
    choose(stale, "ledger:entry-list", columns=["effective_on"])
    choose(stale, LIST, columns=["name"])
    user.refresh_from_db()
    assert user.list_choices == {
        LIST: {"per_page": 25, "columns": ["name"]},
        "ledger:entry-list": {"columns": ["effective_on"]},
    }
    assert Chosen.of(user, LIST).columns == ["name"]
