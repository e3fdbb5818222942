"""Secrets are not shown with a shared workflow; prompts about secrets are."""

from pixelmill.domain.secret_settings import without_secrets


def test_values_under_secret_names_go():
    node = {"data": {"config": {"api_key": "x", "accessToken": "y", "prompt": "a token of love"}}}
    assert without_secrets(node) == {"data": {"config": {"prompt": "a token of love"}}}


def test_values_that_look_like_keys_go_wherever_they_stand():
    key = "sk-" + "a" * 34
    node = {"data": {"params": {"prompt": f"use {key} please", "list": [key, 1, None, True]}}}
    cleaned = without_secrets(node)
    assert key not in repr(cleaned)
    assert cleaned["data"]["params"]["list"] == ["", 1, None, True]  # type: ignore[index, call-overload]


def test_numbers_under_such_names_are_settings_and_stay():
    node = {"data": {"config": {"max_tokens": 5, "token": 7}}}
    assert without_secrets(node) == node
