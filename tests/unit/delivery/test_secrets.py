"""Secrets of endpoints: sealed, rotated with an overlap, callbacks from the secret key alone."""

import pytest
from standardwebhooks import Webhook

from pixelmill.delivery.secrets import (
    OVERLAP_MS,
    callback_secret,
    open_secrets,
    sealed_secret,
    with_newer,
)
from pixelmill.kit.sealing import SealBroken

KEY, NOW = b"k" * 32, 1_800_000_000_000


def test_a_rotation_leaves_the_last_secret_for_a_day():
    first = [sealed_secret(KEY, "whe_1", "whsec_1")]
    second = with_newer(KEY, "whe_1", first, "whsec_2", NOW)
    assert open_secrets(KEY, "whe_1", second, NOW) == ["whsec_2", "whsec_1"]
    assert open_secrets(KEY, "whe_1", second, NOW + OVERLAP_MS) == ["whsec_2"]
    third = with_newer(KEY, "whe_1", second, "whsec_3", NOW)
    assert open_secrets(KEY, "whe_1", third, NOW) == ["whsec_3", "whsec_2"]


def test_nothing_of_a_secret_is_readable_at_rest_or_under_another_endpoint():
    kept = [sealed_secret(KEY, "whe_1", "whsec_visible")]
    assert "visible" not in str(kept)
    with pytest.raises(SealBroken):
        open_secrets(KEY, "whe_2", kept, NOW)


def test_callback_secrets_differ_by_workspace_and_are_good_ones():
    one, other = callback_secret(KEY, "ws_1"), callback_secret(KEY, "ws_2")
    assert one != other
    assert one == callback_secret(KEY, "ws_1")
    assert len(Webhook(one)._whsecret) == 32
