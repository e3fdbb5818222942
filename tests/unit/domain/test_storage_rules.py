"""A workspace's own rules come before its plan's; a limit is named with what it met."""

import pytest

from pixelmill.domain.asset import AssetKind, owner_of, storage_key
from pixelmill.domain.limits import BUILT_IN_PLANS, DAY_MS, PlanLimits
from pixelmill.domain.storage_rules import StorageQuotaReached, StorageRules, Usage

PLAN = PlanLimits("p", storage_bytes=100, storage_files=10)


def test_a_plan_gives_what_the_settings_leave_open() -> None:
    assert StorageRules.read(None, PLAN) == StorageRules(100, 10)
    assert StorageRules.read({"storage": {"maxBytes": 5}}, PLAN) == StorageRules(5, 10)
    assert StorageRules.read({"storage": {"maxBytes": None}}, PLAN) == StorageRules(None, 10)
    assert StorageRules.read({"other": 1}, None) == StorageRules()


def test_only_the_self_hosted_and_the_largest_plan_keep_without_end() -> None:
    limited = {name for name, plan in BUILT_IN_PLANS.items() if StorageRules.read({}, plan).limited}
    assert limited == {"free", "starter", "pro"}


def test_days_are_kept_by_kind() -> None:
    rules = StorageRules.read({"storage": {"keepDays": {"intermediates": 3, "finals": None}}}, None)
    assert rules.oldest_ms(AssetKind.INTERMEDIATE, 10 * DAY_MS) == 7 * DAY_MS
    assert rules.oldest_ms(AssetKind.ORPHAN, 10 * DAY_MS) == 7 * DAY_MS
    assert rules.oldest_ms(AssetKind.FINAL, 10 * DAY_MS) is None
    assert rules.oldest_ms(AssetKind.INPUT, 10 * DAY_MS) is None


@pytest.mark.parametrize(
    ("used", "more", "unit"), [(Usage(10, 0), 1, "files"), (Usage(1, 60), 41, "bytes")]
)
def test_a_quota_is_named_with_what_it_met(used: Usage, more: int, unit: str) -> None:
    rules = StorageRules(100, 10)
    rules.check(Usage(9, 60), 40)
    with pytest.raises(StorageQuotaReached) as refused:
        rules.check(used, more)
    assert refused.value.extra["quota"] == unit
    assert refused.value.extra["wanted"] == refused.value.extra["limit"] + 1


def test_a_key_names_its_owner_only_if_it_is_an_asset_s() -> None:
    key = storage_key("ws_1", "ab" * 32)
    assert owner_of(key) == owner_of(f"{key}.256.webp") == ("ws_1", "ab" * 32)
    for other in (
        "uploads/ws_1/ast_1",
        f"{key}.bak",
        f"x/{key}",
        key.upper(),
        "",
        "pixelmill-ready",
    ):
        assert owner_of(other) is None
