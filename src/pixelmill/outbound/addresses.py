"""Tells public internet addresses from every other kind, however they are written."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NOT_PUBLIC_V4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's host agent answers here, from inside only
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_NOT_PUBLIC_V6 = tuple(ip_network(t) for t in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")
_ISATAP = (0x00005EFE, 0x02005EFE)
_NUMERIC_LABEL = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)\Z")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is on the public internet, looking through embedded IPv4.

    ``ipaddress.is_global`` alone is not enough: it is true for NAT64 and 6to4 forms of 127.0.0.1,
    for IPv4-compatible ``::127.0.0.1``, for multicast and for parts of 192.0.0.0/24.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in net for net in _NOT_PUBLIC_V4)
    if address.scope_id is not None:
        return False
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _GLOBAL_UNICAST or any(address in net for net in _NOT_PUBLIC_V6):
        return False
    if address.sixtofour is not None:
        return is_public(address.sixtofour)
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that ``host`` spells, or None when it is a name.

    Raises ValueError for numeric spellings that are not the canonical one (``127.1``, ``0x7f.1``,
    ``2130706433``, ``0177.0.0.1``): resolvers disagree about them, so nobody needs them. The rule
    "a host ends in a number" is the WHATWG URL standard's.
    """
    if ":" in host:
        return ip_address(host)
    last = host.rstrip(".").rpartition(".")[2]
    if _NUMERIC_LABEL.match(last):
        return IPv4Address(host)
    return None


def is_public_text(text: str) -> bool:
    """``is_public`` of an address as a resolver writes it; False when it is no address."""
    try:
        return is_public(ip_address(text))
    except ValueError:
        return False
