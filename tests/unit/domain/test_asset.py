"""Storage keys: one folder a workspace, and no way out of it."""

import pytest

from pixelmill.domain.asset import storage_key

SHA = "ab" * 32


def test_a_key_is_the_workspace_and_the_hash():
    assert storage_key("ws_1", SHA) == f"ws_1/ab/{SHA}"


@pytest.mark.parametrize(
    ("workspace", "sha"),
    [("../x", SHA), ("", SHA), ("ws_1", "ab"), ("ws_1", SHA.upper()), ("ws_1", "../" + SHA[3:])],
)
def test_nothing_else_makes_a_key(workspace, sha):
    with pytest.raises(ValueError, match="storage key"):
        storage_key(workspace, sha)
