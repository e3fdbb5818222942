"""Cache keys: equal for equal work, different for any difference."""

import pytest

from pixelmill.domain.caching import cache_key

WORK = {
    "workspace_id": "ws_1",
    "node_type": "edit:upscale",
    "node_version": 1,
    "params": {"scale": 2, "mode": "soft"},
    "input_hashes": {"image": ["aa", "bb"]},
    "model_id": "m",
    "model_revision": "r1",
    "seed": 7,
}


def test_the_order_of_parameters_does_not_matter():
    other = {**WORK, "params": {"mode": "soft", "scale": 2}}
    assert cache_key(**WORK) == cache_key(**other)
    assert len(cache_key(**WORK)) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"workspace_id": "ws_2"},
        {"node_type": "edit:resize"},
        {"node_version": 2},
        {"params": {"scale": 4, "mode": "soft"}},
        {"input_hashes": {"image": ["bb", "aa"]}},
        {"input_hashes": {"mask": ["aa", "bb"]}},
        {"model_id": None},
        {"model_revision": "r2"},
        {"seed": 8},
        {"seed": None},
    ],
)
def test_any_difference_is_another_key(change):
    assert cache_key(**{**WORK, **change}) != cache_key(**WORK)


def test_parameters_that_are_no_json_are_refused():
    with pytest.raises(ValueError, match="NaN"):
        cache_key(**{**WORK, "params": {"scale": float("nan")}})
