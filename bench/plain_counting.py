"""Settings of the plain admin under which it answers with its statements (bench.counting)."""

from bench.counting import StatementsMiddleware
from bench.plain_settings import *  # noqa: F403
from bench.plain_settings import MIDDLEWARE as AS_IT_IS

MIDDLEWARE = [f"{StatementsMiddleware.__module__}.{StatementsMiddleware.__name__}", *AS_IT_IS]
