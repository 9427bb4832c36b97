"""Settings under which an answer is not the page but the statements that it took.

Another server than the one that is timed runs with them.
"""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from bench.browser import ASKED
from parktracker.settings import *  # noqa: F403
from parktracker.settings import MIDDLEWARE as AS_IT_IS

MIDDLEWARE = ["bench.counting.StatementsMiddleware", *AS_IT_IS]


class StatementsMiddleware:
    """Answer a request that asks for it with {"status": …, "statements": [as they were sent]}."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if ASKED not in request.headers:
            return self.get_response(request)
        statements: list[str] = []

        def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = execute(sql, params, many, context)
            cursor = context["cursor"].cursor
            statements.append(connection.ops.last_executed_query(cursor, sql, params))
            return found

        with connection.execute_wrapper(keep):
            response = self.get_response(request)
        told = {"status": response.status_code, "statements": statements}
        return HttpResponse(json.dumps(told), content_type="application/json")
