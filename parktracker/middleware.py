"""Middleware and context of the whole site: language, theme, size, unusable addresses."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
KEYS_COOKIE = "keys"
YEAR_SECONDS = 365 * 24 * 60 * 60


class PreferencesMiddleware:
    """Let `?language=`, `?theme=` and `?keys=` on any address choose, and remember it in a cookie.

    A link does, so the switch works without JavaScript and before the login. The answer leads back
    to the same address without the parameter, so that what is shared carries nobody's choice.
    Must stand before LocaleMiddleware, which reads the language's cookie.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.GET.get("language")
        theme = request.GET.get("theme")
        keys = request.GET.get("keys")
        if request.method != "GET" or (language is None and theme is None and keys is None):
            return self.get_response(request)
        query = request.GET.copy()
        query.pop("language", None)
        query.pop("theme", None)
        query.pop("keys", None)
        # Two slashes at the start would name another host.
        path = "/" + request.path.lstrip("/")
        response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
        if language in dict(settings.LANGUAGES):
            remember(response, settings.LANGUAGE_COOKIE_NAME, language)
        if theme in THEMES:
            remember(response, THEME_COOKIE, theme)
        elif theme == "auto":
            response.delete_cookie(THEME_COOKIE)
        if keys == "off":
            remember(response, KEYS_COOKIE, keys)
        elif keys == "on":
            response.delete_cookie(KEYS_COOKIE)
        return response


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Set a cookie for a year."""
    response.set_cookie(
        name, value, max_age=YEAR_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
    )


class TextGZipMiddleware(GZipMiddleware):
    """Compress pages, JSON and CSV, which become ten times smaller; a document or a workbook would
    take as long and gain nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if not kind.startswith("text/") and kind != "application/json":
            return response
        return super().process_response(request, response)


class BadAddressMiddleware:
    """Answer 400 to an address with a NUL character, which PostgreSQL cannot take as text."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sent = [request.GET] if request.method == "GET" else [request.GET, request.POST]
        if "\x00" in request.path or any(
            "\x00" in value for query in sent for values in query.lists() for value in values[1]
        ):
            raise SuspiciousOperation(_("The address or form has a NUL character; leave it out."))
        return self.get_response(request)


def preferences(request: HttpRequest) -> dict[str, str]:
    """Give templates the chosen theme, "" when the system decides, and whether single keys act."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    keys = "off" if request.COOKIES.get(KEYS_COOKIE) == "off" else "on"
    return {"theme": theme if theme in THEMES else "", "keys": keys}
