"""Every way to write an inner address is refused; public addresses pass."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.outbound import Door, Refused
from pixelmill.outbound.addresses import is_public, is_public_text, literal

INNER_HOSTS = [
    # loopback, in every notation a resolver may know
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0.0.0.0.",
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0X7F.0x0.0x0.0x1", "017700000001",
    "0177.0.0.1", "0177.0.0.01", "00000177.1", "127.0.0.0x1", "4294967295", "0x", "1.0x",
    "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021",
    "localhost", "LOCALHOST", "localhost.",
    # private, link-local, shared, documentation, benchmarking, reserved
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "2852039166",
    "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "100.64.0.1", "100.100.100.200",
    "100.127.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "168.63.129.16",
    # IPv6: loopback, unspecified, local, multicast, documentation
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[fe80::1]", "[febf::1]", "[fc00::1]",
    "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[ff0e::1]", "[2001:db8::1]", "[3fff::1]",
    "[100::1]", "[5f00::1]", "[4000::1]",
    # IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[::127.0.0.1]", "[::7f00:1]", "[::8.8.8.8]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::7f00:1]",
    "[64:ff9b:1::8.8.8.8]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2002:a9fe:a9fe::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[2001:0:7f00:1::]",
    "[2606:4700::5efe:7f00:1]", "[2606:4700::200:5efe:10.0.0.1]",
    # zone ids
    "[fe80::1%25eth0]", "[::1%25lo]", "[2606:4700:4700::1111%251]",
]  # fmt: skip

PUBLIC_HOSTS = [
    "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "192.0.1.1",
    "[2606:4700:4700::1111]", "[64:ff9b::8.8.8.8]", "[2002:808:808::]", "[::ffff:8.8.8.8]",
    "example.com", "xn--bcher-kva.example", "b\u00fccher.example", "1.1.1.1.example", "0xdead.com",
]  # fmt: skip


@pytest.mark.parametrize("host", INNER_HOSTS)
def test_an_inner_address_is_refused_without_a_lookup_and_without_details(host: str) -> None:
    with pytest.raises(Refused) as caught:
        Door().check(f"http://{host}/latest/meta-data")
    assert str(caught.value) in {Refused.INNER, "This is not a URL."}


@pytest.mark.parametrize("host", PUBLIC_HOSTS)
def test_a_public_address_passes(host: str) -> None:
    Door().check(f"https://{host}/picture.png")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:,x",
        "//example.com/", "/path", "", "http://", "http:///x", "javascript:alert(1)",
        "http://user@example.com/", "http://user:word@example.com/", "http://:word@example.com/",
        "http://127.0.0.1@example.com/", "http://example.com:8080/", "http://example.com:22/",
        "http://example.com:0/", "http://example.com:99999/", "http://exa mple.com/",
        "http://[::1/", "http://1.2.3.4.5/", "http://256.1.1.1/", "http://[::g]/",
    ],
)  # fmt: skip
def test_a_url_that_is_not_plain_http_on_a_usual_port_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        Door().check(url)


def test_a_listed_pair_opens_exactly_that_host_and_port() -> None:
    door = Door(frozenset({("127.0.0.1", 9000), ("Comfy.LAN.", 8188)}))
    door.check("http://127.0.0.1:9000/x")
    door.check("http://comfy.lan:8188/prompt")
    door.check("http://[::1]:7000/", open_hosts=frozenset({("::1", 7000)}))
    for url in ("http://127.0.0.1:9001/", "http://127.0.0.2:9000/", "http://127.1:9000/"):
        with pytest.raises(Refused):
            door.check(url)


def test_a_numeric_spelling_that_is_not_canonical_is_no_literal() -> None:
    for text in ("127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1", "1.2.3.4."):
        with pytest.raises(ValueError, match=r".*"):
            literal(text)
    assert literal("example.com") is None
    assert literal("8.8.8.8") == ipaddress.ip_address("8.8.8.8")


@given(st.ip_addresses(v=4))
def test_an_embedded_ipv4_address_is_judged_like_the_bare_one(
    address: ipaddress.IPv4Address,
) -> None:
    expected = is_public(address)
    number = int(address)
    assert is_public(ipaddress.IPv6Address((0xFFFF << 32) | number)) is expected
    nat64 = int(ipaddress.IPv6Address("64:ff9b::")) | number
    assert is_public(ipaddress.IPv6Address(nat64)) is expected
    assert is_public(ipaddress.IPv6Address((0x2002 << 112) | (number << 80))) is expected


def test_text_that_is_no_address_is_not_public() -> None:
    assert not is_public_text("example.com")
    assert not is_public_text("fe80::1%eth0")
