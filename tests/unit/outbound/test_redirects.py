"""A redirect carries on only what its new origin may know."""

import pytest

from pixelmill.outbound import Refused
from pixelmill.outbound.redirects import Hop, next_hop
from pixelmill.outbound.targets import read_target

HEADERS = {"X-Key": "k", "Authorization": "Bearer k", "accept": "image/png"}


def hop(method: str = "POST", url: str = "https://vendor.example/a/b") -> Hop:
    return Hop(read_target(url), method, HEADERS, carries_body=True)


def test_the_same_origin_keeps_the_key() -> None:
    following = next_hop(hop("GET"), 302, "../c?x=1")
    assert following is not None
    assert str(following.target.url) == "https://vendor.example/c?x=1"
    assert following.headers == HEADERS


@pytest.mark.parametrize(
    "location",
    ["https://other.example/", "http://vendor.example/", "https://vendor.example:8443/", "//x.y/"],
)
def test_another_origin_gets_no_key_however_its_header_is_called(location: str) -> None:
    following = next_hop(hop("GET"), 302, location)
    assert following is not None
    assert following.headers == {"accept": "image/png"}


def test_a_post_becomes_a_get_without_body_except_where_the_status_keeps_it() -> None:
    for status in (301, 302, 303):
        following = next_hop(hop(), status, "/next")
        assert following is not None
        assert (following.method, following.carries_body) == ("GET", False)
    for status in (307, 308):
        following = next_hop(hop(), status, "/next")
        assert following is not None
        assert (following.method, following.carries_body) == ("POST", True)


def test_a_body_is_never_carried_to_another_origin() -> None:
    assert next_hop(hop(), 307, "https://other.example/") is None


def test_what_is_no_redirect_ends_the_chain() -> None:
    assert next_hop(hop(), 200, "/x") is None
    assert next_hop(hop(), 304, "/x") is None
    assert next_hop(hop(), 302, None) is None


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[::1", "ftp://a.b/"])
def test_a_location_that_is_not_http_is_refused(location: str) -> None:
    with pytest.raises(Refused):
        next_hop(hop(), 302, location)
