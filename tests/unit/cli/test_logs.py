"""No log line carries a secret."""

import pytest

from pixelmill.cli.logs import redact


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"authorization": "Bearer abcdefghijk"}, {"authorization": "[removed]"}),
        (
            {"api_key": "x", "provider_key": "y"},
            {"api_key": "[removed]", "provider_key": "[removed]"},
        ),
        ({"event": "key sk-abcdefgh12345678 used"}, {"event": "key [removed] used"}),
        ({"url": "postgresql://me:pw@db/x"}, {"url": "postgresql://[removed]@db/x"}),
        ({"headers": {"Cookie": "a=b", "n": 1}}, {"headers": {"Cookie": "[removed]", "n": 1}}),
        ({"list": ["Bearer abcdefghijk"]}, {"list": ["[removed]"]}),
        (
            {"event": "fine", "count": 3, "token": None},
            {"event": "fine", "count": 3, "token": None},
        ),
    ],
)
def test_secrets_are_removed_wherever_they_stand(event, expected):
    assert redact(None, "info", event) == expected
