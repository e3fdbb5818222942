"""A key can only ever name something inside the storage."""

import pytest

from pixelmill.storage.keys import checked


@pytest.mark.parametrize("key", ["a", "ws_1/ab/" + "f" * 64, "a.b/c-d_e.png", "A/0"])
def test_a_server_made_key_passes(key: str) -> None:
    assert checked(key) == key


@pytest.mark.parametrize(
    "key",
    [
        "", "/", "/etc/passwd", "..", "../x", "a/../b", "a/..", "./a", "a/./b", "a//b", "a/",
        ".hidden", "a/.parts/x", "a\\b", "..\\x", "C:\\x", "a b", "a\nb", "a\n", "a\x00b", "~/x",
        "%2e%2e/x", "\u2024\u2024/x", "a" * 513, "a?b", "a#b",
    ],
)  # fmt: skip
def test_anything_else_is_no_key(key: str) -> None:
    with pytest.raises(ValueError, match="not a storage key"):
        checked(key)
