"""docs/webhooks.md says what the code sends, and its example signature verifies."""

import re
from datetime import UTC, datetime

import orjson
from standardwebhooks import Webhook

from pixelmill.delivery.catalog import MEANINGS
from tools import webhooks_page


def test_the_page_is_what_the_code_makes():
    stale = "docs/webhooks.md is stale: run python -m tools.webhooks_page"
    assert webhooks_page.PAGE.read_text(encoding="utf-8") == webhooks_page.page() + "\n", stale


def test_every_event_has_its_payload():
    text = webhooks_page.PAGE.read_text(encoding="utf-8")
    payloads = [
        orjson.loads(found) for found in re.findall(r"```json\n(.*?)\n```", text, re.DOTALL)
    ]
    assert [one["type"] for one in payloads] == list(MEANINGS)
    for one in payloads:
        assert set(one) == {"id", "type", "createdAt", "data"}
    assert len({one["id"] for one in payloads}) == len(payloads)


def test_the_example_signature_is_that_of_the_public_library():
    text = webhooks_page.PAGE.read_text(encoding="utf-8")
    body = webhooks_page.message("execution.completed")
    id_, at, given = re.findall(r"    webhook-\w+: (.+)", text)
    mac = re.fullmatch(r"v1,(.+)", given)
    assert mac is not None
    moment = datetime.fromtimestamp(int(at), UTC)
    assert Webhook(webhooks_page.SECRET).sign(id_, moment, body) == given
