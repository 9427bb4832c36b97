"""What was typed into a form survives a login that expired meanwhile."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import RECORDER
from enterprises.models import Enterprise
from tests.make import make_enterprise, make_project, make_user

pytestmark = pytest.mark.django_db
ADD = "/enterprises/new/"
PASSWORD = "park-2020-pass"
LOGIN = "/accounts/login/"


class Fields(HTMLParser):
    """Collects what a browser would send of the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.sent[str(given["name"])] = given.get("value") or ""


def fields_of(response: Any) -> dict[str, str]:
    """The inputs of a page."""
    parser = Fields()
    parser.feed(response.content.decode())
    return parser.sent


@pytest.fixture
def wang(db: None) -> User:
    return make_user(RECORDER, username="wang")


def opened(user: User, address: str = ADD) -> tuple[Client, dict[str, str]]:
    """A browser with the form open, whose login has expired since."""
    client = Client()
    client.force_login(user)
    filled = fields_of(client.get(address))
    client.logout()
    return client, filled


def log_in(client: Client, response: Any, username: str = "wang", **changed: str) -> Any:
    """Fill in the login that was shown in place of an answer."""
    sent = fields_of(response) | {"username": username, "password": PASSWORD} | changed
    return client.post(LOGIN, sent)


def test_the_form_is_there_again_after_the_login_with_all_that_was_typed(wang: User) -> None:
    client, filled = opened(wang, f"{ADD}?next=%2Fenterprises%2F")
    typed = filled | {"name_en": "Typed Ltd", "note": "A long\r\nnote"}
    response = client.post(f"{ADD}?next=%2Fenterprises%2F", typed)
    assert response.status_code == 401
    assert "nothing was saved yet" in response.content.decode()
    back = log_in(client, response)
    assert back["Location"] == f"{ADD}?next=%2Fenterprises%2F"
    page = client.get(back["Location"])
    text = page.content.decode()
    assert "Nothing was saved yet." in text
    form = page.context["form"]
    assert (form["name_en"].value(), form["note"].value()) == ("Typed Ltd", "A long\r\nnote")
    assert form.is_valid()
    assert not Enterprise.objects.exists()
    # Once: opened anew, the form is empty.
    assert client.get(back["Location"]).context["form"]["name_en"].value() is None


def test_a_wrong_password_loses_nothing(wang: User) -> None:
    client, filled = opened(wang)
    response = client.post(ADD, filled | {"name_en": "Typed Ltd"})
    again = log_in(client, response, password="wrong")
    assert again.status_code == 200
    back = log_in(client, again)
    assert client.get(back["Location"]).context["form"]["name_en"].value() == "Typed Ltd"


def test_what_was_typed_is_never_shown_to_somebody_else(wang: User) -> None:
    make_user(RECORDER, username="zhao")
    client, filled = opened(wang)
    response = client.post(ADD, filled | {"name_en": "Typed Ltd"})
    back = log_in(client, response, username="zhao")
    assert back["Location"] == "/"
    text = client.get("/").content.decode() + client.get(ADD).content.decode()
    assert "another person" in text
    assert "Typed Ltd" not in text


@pytest.mark.parametrize("signed", ["", "nonsense", "1"])
def test_a_form_that_does_not_say_whose_it_is_leads_to_the_plain_login(
    wang: User, signed: str
) -> None:
    client, filled = opened(wang)
    response = client.post(ADD, filled | {"typed_by": signed, "name_en": "Typed Ltd"})
    assert response.status_code == 302
    assert response["Location"] == f"{LOGIN}?next={ADD}"


def test_a_forged_text_is_not_brought_back(wang: User) -> None:
    response = Client().post(
        LOGIN, {"username": "wang", "password": PASSWORD, "carried": "eyJ1c2VyIjoxfQ:forged"}
    )
    assert response["Location"] == "/"


def test_more_than_a_form_holds_is_not_carried(wang: User) -> None:
    client, filled = opened(wang)
    response = client.post(ADD, filled | {"note": "x" * 200_000})
    assert response.status_code == 302


def test_a_login_in_another_window_meanwhile_brings_the_form_back_too(wang: User) -> None:
    client, filled = opened(wang)
    response = client.post(ADD, filled | {"name_en": "Typed Ltd"})
    client.force_login(wang)
    back = log_in(client, response)
    assert back["Location"] == ADD
    assert client.get(ADD).context["form"]["name_en"].value() == "Typed Ltd"


def test_an_edit_still_knows_what_it_was_opened_with(wang: User) -> None:
    enterprise = make_enterprise("Old Ltd")
    address = f"/enterprises/{enterprise.pk}/edit/"
    client, filled = opened(wang, address)
    response = client.post(address, filled | {"name_en": "Mine Ltd", "name_zh": enterprise.name_zh})
    form = client.get(log_in(client, response)["Location"]).context["form"]
    assert form.is_valid()
    assert form.changed == {"name_en": "Mine Ltd"}


def test_an_amount_comes_back_without_its_file_and_says_so(wang: User) -> None:
    project = make_project()
    address = f"/projects/{project.pk}/amount/"
    client, filled = opened(wang, address)
    file = SimpleUploadedFile("contract.pdf", b"%PDF-1.4")
    typed = filled | {"measure": "contracted", "amount": "3亿", "evidence_file": file}
    response = client.post(address, typed)
    page = client.get(log_in(client, response)["Location"])
    assert page.context["form"]["amount"].value() == "3亿"
    assert "Files did not come along" in page.content.decode()
    assert not project.entries.exists()


def test_a_confirmation_of_a_project_comes_back_too(wang: User) -> None:
    address = f"/projects/{make_project().pk}/confirm/"
    client, filled = opened(wang, address)
    response = client.post(address, filled | {"note": "The manager said so"})
    page = client.get(log_in(client, response)["Location"])
    assert page.context["form"]["note"].value() == "The manager said so"
    assert "Nothing was saved yet." in page.content.decode()
