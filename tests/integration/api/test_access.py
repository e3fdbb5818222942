"""Who may do what: every route of the document with every key, and what strangers see."""

import re
from typing import Any

import pytest

from pixelmill.domain.access import Scope
from tests.integration.api.conftest import TEXTS, Site

FLOOR = 15
"""So many routes need a key; fewer found means that the walk has gone blind."""


PUBLIC = (
    *("/healthz", "/readyz", "/metrics", "/content", "/thumbnail", "/trigger", "/receipt"),
    "/media/uploads/{id}",
)
"""What answers without a key; links and triggers carry their own proof."""


def operations(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and documentation of every route."""
    return [
        (method.upper(), path, operation)
        for path, found in site.app.openapi()["paths"].items()
        for method, operation in found.items()
    ]


def guarded(site: Site) -> list[tuple[str, str, dict[str, Any]]]:
    """Those that need a scope."""
    found = [one for one in operations(site) if one[2]["x-required-scope"]]
    assert len(found) >= FLOOR
    return found


def at(path: str, id_: str) -> str:
    """The path of a thing with this id."""
    return re.sub(r"{\w+}", "1", path.replace("{id}", id_))


async def call(site: Site, method: str, path: str, headers: dict[str, str]) -> Any:
    if method != "POST":
        return await site.client.request(method, path, headers=headers)
    more = {"name": "W"} if path == "/api/v1/workflows" else {"prompts": ["a"]}
    return await site.client.post(path, headers=headers, json={**TEXTS, **more})


async def test_every_route_says_which_scopes_suffice(site: Site) -> None:
    for method, path, operation in operations(site):
        scopes = operation["x-required-scope"]
        assert set(scopes) <= set(Scope), (method, path)
        assert bool(scopes) != path.endswith(PUBLIC), (method, path)


async def test_without_a_key_every_guarded_route_is_401(site: Site) -> None:
    site.client.headers.pop("Authorization")
    for method, path, _ in guarded(site):
        reply = await call(site, method, at(path, "x"), {})
        assert (reply.status_code, reply.json()["code"]) == (401, "missing_authorization"), path
        assert reply.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer nonsense", "invalid_api_key_format"),
        ("Basic abc", "invalid_api_key_format"),
        ("Bearer sk-0000000000000000000000000000000000", "invalid_api_key_format"),
    ],
)
async def test_a_malformed_key_is_told_so(site: Site, header: str, code: str) -> None:
    reply = await site.client.get("/api/v1/workflows", headers={"Authorization": header})
    assert (reply.status_code, reply.json()["code"]) == (401, code)


async def test_a_key_without_the_scope_is_403_and_with_it_passes(site: Site) -> None:
    keys = {scope: await site.key(scope) for scope in Scope}
    workflow = await site.workflow()
    for method, path, operation in guarded(site):
        needed = set(operation["x-required-scope"])
        for scope, headers in keys.items():
            reply = await call(site, method, at(path, workflow), headers)
            if scope in needed:
                assert reply.status_code not in (401, 403), (method, path, scope)
            else:
                assert reply.status_code == 403, (method, path, scope)
                assert set(reply.json()["requiredScopes"]) == needed


async def test_what_belongs_to_others_looks_like_what_does_not_exist(working_site: Site) -> None:
    site = working_site
    workflow = await site.workflow()
    status = await site.finished({"prompts": ["a"]})
    item = status["executionRuns"][0]["id"]
    stranger = await site.stranger()
    walked = 0
    for method, path, _ in guarded(site):
        if "{id}" not in path:
            continue
        for mine in (workflow, status["executionId"], item):
            unknown = mine[:-4] + "0000"
            foreign = await call(site, method, at(path, mine), stranger)
            missing = await call(site, method, at(path, unknown), stranger)
            assert plain(foreign, mine) == plain(missing, unknown)
            assert foreign.status_code == missing.status_code, (method, path, mine)
            # A list of nothing, a body that does not fit this route, or nothing there.
            empty = foreign.status_code == 200 and foreign.json() == []
            assert empty or foreign.status_code in (400, 403, 404, 415, 422), (method, path, mine)
            walked += foreign.status_code == 404
    assert walked >= 40
    assert (await site.client.get("/api/v1/workflows", headers=stranger)).json() == []
    assert (await site.client.get("/api/v1/executions", headers=stranger)).json() == []


def plain(reply: Any, id_: str) -> str:
    """The body without what differs by nature: the request's id, and the id that was asked for."""
    text: str = reply.text
    return text.replace(reply.headers["x-request-id"], "").replace(id_, "")


async def test_every_reply_has_a_request_id(site: Site) -> None:
    for path in ("/healthz", "/nowhere", "/api/v1/nowhere", "/", "/docs", "/openapi.json"):
        reply = await site.client.get(path)
        assert reply.headers["x-request-id"].startswith("req_"), path
    sane = await site.client.get("/healthz", headers={"X-Request-Id": "mine-1"})
    assert sane.headers["x-request-id"] == "mine-1"
    for odd in ("a b", "x" * 129, "a\tb", "<script>"):
        reply = await site.client.get("/healthz", headers={"X-Request-Id": odd})
        assert reply.headers["x-request-id"].startswith("req_")


async def test_what_is_no_route_is_json(site: Site) -> None:
    for path in ("/api/", "/api/v1", "/api/v1/workflows/", "/api/v2/workflows", "/api/%2e%2e/x"):
        reply = await site.client.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "not_found"), path
    wrong = await site.client.delete("/api/v1/nodes")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert "GET" in wrong.headers["allow"]


async def test_what_breaks_is_a_500_without_a_traceback(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pixelmill.api import catalog

    def broken(_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(catalog, "model_list", broken)
    reply = await site.client.get("/api/v1/models")
    assert (reply.status_code, reply.json()["code"]) == (500, "internal_error")
    assert "secret" not in reply.text
    assert reply.json()["requestId"] == reply.headers["x-request-id"]


async def test_a_link_signs_in_once_and_only_to_look(site: Site) -> None:
    path = site.sign_in.issue("/batches/exe_x")
    del site.client.headers["Authorization"]
    assert (await site.client.get("/")).status_code == 401
    first = await site.client.get(path)
    assert (first.status_code, first.headers["location"]) == (303, "/batches/exe_x")
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await site.client.get("/")).status_code == 200
    assert (await site.client.get("/api/v1/executions")).json() == []
    for method, route, _ in guarded(site):
        if method == "POST":
            reply = await call(site, method, at(route, "x"), {})
            assert reply.status_code == 401, route
    site.client.cookies.clear()
    again = await site.client.get(path)
    assert again.status_code == 403
    assert "set-cookie" not in again.headers
    assert (await site.client.get("/in/guess")).status_code == 403


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil", "x"])
async def test_a_link_never_leads_elsewhere(site: Site, next_path: str) -> None:
    reply = await site.client.get(site.sign_in.issue(next_path))
    assert reply.headers["location"] == "/"


async def test_a_forged_or_old_cookie_opens_nothing(site: Site) -> None:
    value = site.sign_in.cookie()
    workspace_id, expires, signature = value.split(".")
    assert site.sign_in.workspace_of(value) == site.workspace_id
    for forged in (
        f"ws_other.{expires}.{signature}",
        f"{workspace_id}.{int(expires) + 1}.{signature}",
        f"{workspace_id}.{expires}.{signature[:-1]}",
        "",
        "..",
        workspace_id,
    ):
        assert site.sign_in.workspace_of(forged) is None
