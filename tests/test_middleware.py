"""Language, theme, unusable addresses, and what every answer carries."""

import gzip
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
POLICY = "Content-Security-Policy"
PAGES = (
    "/",
    "/enterprises/",
    "/projects/",
    "/ledger/",
    "/imports/",
    "/progress/leading/",
    "/enterprises/new/",
    "/projects/new/",
    "/ledger/new/",
    "/accounts/password/",
    "/admin/",
    "/admin/enterprises/enterprise/",
    "/admin/enterprises/enterprise/add/",
    "/admin/enterprises/project/add/",
    "/admin/ledger/entry/add/",
    "/admin/accounts/user/add/",
    "/nowhere/",
)


class Outside(HTMLParser):
    """Collects what a page would load or run: addresses, inline scripts, styles and handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img", "iframe", "source", "video", "audio", "embed"}:
            self.loaded.append(given.get("src") or "")
        if tag == "link":
            self.loaded.append(given.get("href") or "")
        is_data = given.get("type") == "application/json"
        if (tag == "script" and "src" not in given and not is_data) or tag == "style":
            self.inline.append(f"<{tag}>")
        self.inline += [
            f"{tag} {name}" for name in given if name == "style" or name.startswith("on")
        ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_link_chooses_the_language_and_leads_back(client: Client, language: str) -> None:
    response = client.get(f"/enterprises/?q=x&language={language}&sort=name")
    assert (response.status_code, response["Location"]) == (302, "/enterprises/?q=x&sort=name")
    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (cookie.value, cookie["samesite"]) == (language, "Lax")
    page = client.get("/accounts/login/").content.decode()
    assert ("登录" in page) == (language == "zh-hans")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_link_chooses_the_theme_until_auto_forgets_it(client: Client, theme: str) -> None:
    response = client.get(f"/accounts/login/?theme={theme}")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert f'data-bs-theme="{theme}"' in client.get("/accounts/login/").content.decode()
    client.get("/accounts/login/?theme=auto")
    assert "data-bs-theme" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    "query", ["language=klingon", "language=", "theme=pink", "language=zh-hans%00", "theme=en"]
)
def test_an_unknown_choice_sets_nothing(client: Client, query: str) -> None:
    response = client.get(f"/accounts/login/?{query}")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert not response.cookies


def test_a_cookie_that_somebody_made_up_is_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "klingon"
    response = client.get("/accounts/login/")
    assert response.status_code == 200
    assert "data-bs-theme" not in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "//evil.example/%2F..",
        "/%09/evil",
    ],
)
def test_no_link_leads_to_another_host(client: Client, path: str) -> None:
    response = client.get("/", {"language": "en"}, PATH_INFO=path)
    assert response.status_code == 302
    target = response["Location"]
    assert target.startswith("/")
    assert not re.match(r"/[/\\\t]", target)


def test_a_form_is_never_led_away(client: Client) -> None:
    response = client.post("/accounts/login/?language=zh-hans", {"username": "a", "password": "b"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/enterprises/?q=a%00b",
        "/?as_of=%00",
        "/enterprises/?%00=1",
        "/nowhere%00/",
        "/admin/?q=%00",
    ],
)
def test_a_nul_character_is_refused(admin_client: Client, address: str) -> None:
    assert admin_client.get(address).status_code == 400


def test_a_nul_character_in_a_form_is_refused(client: Client) -> None:
    sent = {"username": "a\x00", "password": "b"}
    assert client.post("/accounts/login/", sent).status_code == 400


def assert_guarded(headers: dict[str, str]) -> None:
    """The headers that keep a page from running or loading what is not ours."""
    policy = dict(part.strip().split(" ", 1) for part in headers[POLICY].split(";"))
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert (policy["style-src"], policy["connect-src"]) == ("'self'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'")
    assert "unsafe" not in headers[POLICY]
    assert "http" not in headers[POLICY]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_guarded_and_self_contained(
    admin_client: Client, address: str, language: str
) -> None:
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = admin_client.get(address)
    assert response.status_code in {200, 404}
    assert_guarded(dict(response.headers))
    found = Outside()
    found.feed(response.content.decode())
    assert found.inline == []
    assert [at for at in found.loaded if not at.startswith(("/static/", "/admin/jsi18n/"))] == []


def test_the_login_page_is_guarded_and_self_contained(client: Client) -> None:
    response = client.get("/accounts/login/")
    assert_guarded(dict(response.headers))
    found = Outside()
    found.feed(response.content.decode())
    assert found.inline == []
    assert all(address.startswith("/static/") for address in found.loaded)


@pytest.mark.parametrize(
    "address", ["/enterprises/", "/enterprises/?_export=csv", "/api/progress/"]
)
def test_pages_and_texts_are_sent_compressed_to_who_takes_that(
    admin_client: Client, address: str
) -> None:
    plain = admin_client.get(address)
    packed = admin_client.get(address, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.status_code == plain.status_code
    if packed.status_code == 200:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        sent = gzip.decompress(packed.getvalue())
        assert len(sent) == pytest.approx(len(plain.getvalue()), rel=0.05)


def test_a_workbook_is_sent_as_it_is(admin_client: Client) -> None:
    address = "/enterprises/?_export=xlsx"
    packed = admin_client.get(address, headers={"accept-encoding": "gzip"})
    assert packed.status_code == 200
    assert "Content-Encoding" not in packed.headers
