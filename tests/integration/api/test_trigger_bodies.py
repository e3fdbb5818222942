"""What triggers take: signatures, JSON and forms, and which inputs they set."""

import base64
import hashlib
import hmac

import orjson
import pytest

from tests.integration.api.conftest import TEXTS, Site
from tests.integration.api.pulling import make, pull, started

SIZE = {"id": "size", "data": {"nodeType": "input:number", "label": "Size"}}


def signed(secret: str, body: bytes, *, id_: str = "msg_1", at: int) -> dict[str, str]:
    """Headers of Standard Webhooks, made without our own code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{id_}.{at}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


async def test_a_signed_trigger_takes_signatures_and_its_secret_and_nothing_else(
    site: Site,
) -> None:
    made = await make(site, signed=True, dedupeSeconds=0)
    now = site.house.parts.clock.now_ms() // 1000
    body = b'{"prompt":"amber"}'
    good = signed(made["secret"], body, at=now)
    assert (await pull(site, made, content=body, headers=good)).status_code == 202
    two = {**good, "webhook-signature": f"v1,AAAA {good['webhook-signature']}"}
    assert (await pull(site, made, content=body, headers=two)).status_code == 202
    plain = {"X-Webhook-Secret": made["secret"]}
    assert (await pull(site, made, json={"prompt": "a"}, headers=plain)).status_code == 202
    bad: list[tuple[bytes, dict[str, str]]] = [
        (b'{"prompt":"other"}', good),
        (body, {"Content-Type": "application/json"}),
        (body, signed("whsec_AAAA", body, at=now)),
        (body, signed(made["secret"], body, at=now - 301)),
        (body, signed(made["secret"], body, at=now + 310)),
        (body, {**good, "webhook-id": "msg_2"}),
        (body, {**good, "webhook-signature": ""}),
        (body, {**good, "webhook-signature": "v1"}),
        (body, {**good, "webhook-timestamp": "soon"}),
        (body, {**good, "X-Webhook-Secret": "whsec_wrong"}),
    ]
    for data, headers in bad:
        reply = await pull(site, made, content=data, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (401, "invalid_signature"), headers
    assert len(await started(site)) == 3


FORM = "application/x-www-form-urlencoded"
PARTS = (
    b'--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\namber\r\n'
    b'--x\r\nContent-Disposition: form-data; name="extra"\r\n\r\n1\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("kind", "data", "status"),
    [
        ("application/json", b'{"prompt":"amber"}', 202),
        ("application/json; charset=utf-8", b'{"prompt":"amber"}', 202),
        ("application/cloudevents+json", b'{"prompt":"amber"}', 202),
        (FORM, b"prompt=amber", 202),
        ("multipart/form-data; boundary=x", PARTS, 202),
        ("multipart/form-data", PARTS, 400),
        ("multipart/form-data; boundary=x", PARTS[:-6], 400),
        ("multipart/form-data; boundary=x", PARTS.replace(b'"prompt"', b'"f"; filename="a"'), 400),
        ("text/plain", b'{"prompt":"amber"}', 415),
        ("application/xml", b"<prompt>amber</prompt>", 415),
        ("application/octet-stream", b'{"prompt":"amber"}', 415),
        ("image/png", b"\x89PNG", 415),
        ("", b'{"prompt":"amber"}', 415),
        ("application/json", b"prompt=amber", 400),
        ("application/json", b'{"prompt":', 400),
        ("application/json", b"[1]", 422),
        ("application/json", b'"amber"', 422),
        ("application/json", b'{"prompt":"\\u0000"}', 400),
        ("application/json", b'{"prompt":"\xff"}', 400),
        ("application/json", b'{"prompt":' + b"[" * 300 + b"]" * 300 + b"}", 400),
        (FORM, b"prompt=%ff", 400),
        (FORM, b"prompt=%00", 400),
        (FORM, b"&".join(b"a%d=1" % n for n in range(300)), 400),
        ("application/json", b'{"prompt":"' + b"x" * (1 << 20) + b'"}', 413),
        (FORM, b"prompt=" + b"x" * (1 << 20), 413),
    ],
)
async def test_json_and_forms_are_taken_and_all_else_is_refused(
    site: Site, kind: str, data: bytes, status: int
) -> None:
    made = await make(site)
    headers = {"Content-Type": kind} if kind else {}
    reply = await pull(site, made, content=data, headers=headers)
    assert reply.status_code == status, reply.text
    assert len(await started(site)) == (status == 202)
    assert reply.headers["access-control-allow-origin"] == "*"


async def test_a_forms_texts_become_what_the_inputs_want(site: Site) -> None:
    graph = {"nodes": [*TEXTS["nodes"], SIZE], "edges": []}
    made = await make(site, graph=graph)
    reply = await pull(site, made, data={"prompt": "7", "Size": "640", "utm": "x"})
    assert [one["path"] for one in reply.json()["warnings"]] == ["utm"]
    row = (await started(site))[-1]
    assert row["trigger_data"] == {"prompt": "7", "Size": "640", "utm": "x"}
    status = await site.client.get(f"/api/v1/executions/{row['id']}")
    assert status.json()["executionRuns"][0]["inputs"] == {"prompt": "7", "Size": 640}


async def test_only_listed_inputs_may_be_set(site: Site) -> None:
    graph = {"nodes": [*TEXTS["nodes"], SIZE], "edges": []}
    made = await make(site, graph=graph, inputs=["Prompt"])
    reply = await pull(site, made, json={"inputs": {"prompt": "a", "size": 5}, "who": "me"})
    assert reply.status_code == 202, reply.text
    assert {one["path"] for one in reply.json()["warnings"]} == {"who", "size"}
    refused = await site.client.post(
        f"/api/v1/workflows/{made['workflowId']}/triggers", json={"inputs": ["nothing"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_input")


async def test_the_body_is_readable_in_prompts_as_data_and_never_as_a_template(
    any_site: Site,
) -> None:
    text = {
        "id": "t",
        "data": {
            "nodeType": "input:text",
            "label": "Fixed",
            "params": {"text": "for {{trigger.who.name}} {{7*191}}"},
        },
    }
    made = await make(any_site, graph={"nodes": [text], "edges": []})
    reply = await pull(any_site, made, json={"who": {"name": "{{trigger.who}} {x.__class__}"}})
    assert reply.status_code == 202, reply.text
    status = await any_site.client.get(f"/api/v1/executions/{reply.json()['executionId']}?wait=20")
    said = "for {{trigger.who}} {x.__class__} {{7*191}}"
    assert said in orjson.loads(status.content)["nodeResults"]["nodeRuns"][0]["output"]["text"]
    missing = await pull(any_site, made, json={})
    assert (missing.status_code, missing.json()["code"]) == (422, "missing_value")
