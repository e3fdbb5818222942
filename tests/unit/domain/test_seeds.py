"""Seeds: given ones win, derived ones depend on everything that makes a node run its own."""

from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.seeds import MAX_SEED, derive, item_seed

SEEDS = st.integers(0, MAX_SEED)


@given(SEEDS, st.text(), st.text(), st.integers(0, 1000))
def test_a_derived_seed_is_in_range_and_always_the_same(base, key, node_id, repeat):
    seed = derive(base, key, node_id, repeat)
    assert 0 <= seed <= MAX_SEED
    assert seed == derive(base, key, node_id, repeat)


def test_these_seeds_never_change():
    assert derive(0, "", "") == 1_935_717_005
    assert derive(42, "sku-1", "flux", 3) == 1_726_504_711


def test_each_part_makes_another_seed():
    parts = [(b, k, n, r) for b in (0, 1) for k in ("a", "ab") for n in ("n", "bn") for r in (0, 1)]
    assert len({derive(*part) for part in parts}) == len(parts)


def test_derived_seeds_spread_over_the_whole_range():
    seeds = [derive(7, str(i), "n") for i in range(2000)]
    assert len(set(seeds)) == 2000
    assert min(seeds) < MAX_SEED // 100
    assert max(seeds) > MAX_SEED - MAX_SEED // 100


def test_the_row_goes_before_the_node_and_the_node_before_derivation():
    common = {"base_seed": 9, "item_key_or_hash": "k", "node_id": "n", "repeat": 1}
    assert item_seed(row_seed=0, node_seed=5, **common) == 0
    assert item_seed(row_seed=None, node_seed=0, **common) == 0
    assert item_seed(row_seed=None, node_seed=None, **common) == derive(9, "k", "n", 1)
