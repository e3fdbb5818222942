"""The page that shows batches while they run: sign-in, one shell, its script, one style sheet."""

from hashlib import blake2b
from importlib.resources import files
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pixelmill.api.callers import house_of, signed_in
from pixelmill.api.sign_in import COOKIE, COOKIE_S, SignIn
from pixelmill.api.tagged import matches
from pixelmill.services.access import NoAuthorization, WorkspaceUnknown

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        *("script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"),
        *("base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"),
    )
)
_FILES: Final = {
    "shell.html": "text/html; charset=utf-8",
    "notice.html": "text/html; charset=utf-8",
    "batches.js": "text/javascript; charset=utf-8",
    "parts.js": "text/javascript; charset=utf-8",
    "picture.js": "text/javascript; charset=utf-8",
    "sheet.js": "text/javascript; charset=utf-8",
    "batches.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def add_routes(app: FastAPI) -> None:
    """Pages for people; they are not part of the API's documentation."""
    router = app.router
    router.add_route("/in/{token}", sign_in, include_in_schema=False)
    for path in ("/", "/batches", "/batches/{id}"):
        router.add_route(path, show_batches, include_in_schema=False)
    router.add_route("/page/{name}", send_file, include_in_schema=False)
    router.add_route("/favicon.ico", send_icon, include_in_schema=False)


async def sign_in(request: Request) -> Response:
    """A link that was not used yet sets the cookie and leads on; who is signed in just goes on."""
    issued: SignIn = request.app.state.sign_in
    following = issued.redeem(request.path_params["token"])
    if following is None:
        return RedirectResponse("/", 303) if await _is_signed_in(request) else _notice(403)
    reply = RedirectResponse(following, 303)
    reply.set_cookie(
        COOKIE,
        issued.cookie(),
        max_age=COOKIE_S,
        httponly=True,
        samesite="lax",
        secure=house_of(request).public_url.startswith("https:"),
    )
    return reply


async def show_batches(request: Request) -> Response:
    """The shell; its script reads the address and asks the API."""
    return _file(request, "shell.html") if await _is_signed_in(request) else _notice(401)


async def send_file(request: Request) -> Response:
    """A file of the page."""
    name = request.path_params["name"]
    return _file(request, name) if name in _FILES else _notice(404)


async def send_icon(request: Request) -> Response:
    """Browsers ask for it by this name."""
    return _file(request, "icon.svg")


async def _is_signed_in(request: Request) -> bool:
    try:
        await signed_in(request)
    except (NoAuthorization, WorkspaceUnknown):
        return False
    return True


def _notice(status: int) -> Response:
    body = files(__name__).joinpath("notice.html").read_bytes()
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return Response(body, status, headers, _FILES["notice.html"])


def _file(request: Request, name: str) -> Response:
    body = files(__name__).joinpath(name).read_bytes()
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "ETag": tag}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=_FILES[name])
