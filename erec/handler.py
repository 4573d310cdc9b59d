"""Django's WSGI handler, made so that no header can stop it before the first middleware.

Django takes the charset of Content-Type as it comes and reads the query with it while it builds the
request: `charset=rot13`, or `charset=utf-8` with more query parameters than are allowed, would raise
where no middleware and no error page can answer, and the client would see the server's own 500.
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class ReadableRequest(WSGIRequest):
    """Always read as UTF-8; `InputMiddleware` refuses a request that names another charset."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


class Handler(WSGIHandler):
    request_class = ReadableRequest
