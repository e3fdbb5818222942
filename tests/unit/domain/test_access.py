"""Scopes: any of the required ones suffices; admin scopes are given by name only."""

import pytest

from pixelmill.domain.access import (
    DEFAULT_SCOPES,
    ApiKey,
    MissingScope,
    Scope,
    allows,
    read_scopes,
    require,
)


def test_one_of_the_required_scopes_suffices():
    assert allows({"workflows:read"}, ["executions:read", "workflows:read"])
    assert not allows({"usage:read"}, ["executions:read", "workflows:read"])
    assert allows((), ())


def test_a_missing_scope_is_named():
    with pytest.raises(MissingScope, match="lacks the scope keys:write") as caught:
        require(DEFAULT_SCOPES, [Scope.KEYS_WRITE])
    assert caught.value.status == 403
    assert caught.value.extra["requiredScope"] == "keys:write"
    require(DEFAULT_SCOPES, [Scope.WORKFLOWS_EXECUTE])


def test_scopes_are_read_by_name():
    assert read_scopes(["usage:read", "keys:write"]) == {Scope.USAGE_READ, Scope.KEYS_WRITE}
    with pytest.raises(ValueError, match="no scope 'admin'; choose from workflows:read"):
        read_scopes(["usage:read", "admin"])


def test_a_key_expires_at_its_time():
    key = ApiKey("key_1", "ws_1", "ci", "sk-abc", "hash", DEFAULT_SCOPES, 0, expires_at=1000)
    assert not key.expired(999)
    assert key.expired(1000)
