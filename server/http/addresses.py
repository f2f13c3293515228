"""Client addresses, as the limits count them."""

import ipaddress
from typing import Final

from starlette.requests import HTTPConnection

_UNKNOWN: Final = "unknown"
# A client with one IPv6 address usually has all 2^64 of its network.
_IPV6_BITS: Final = 64


def address_of(request: HTTPConnection) -> str:
    """Return the address that is counted for a request: an IPv4 address or an IPv6 /64.

    `X-Forwarded-For` has been applied if the proxy is one of `SEMAFORO_TRUSTED_PROXIES`; a client's
    own header is ignored.
    """
    return network_of(request.client.host if request.client else "")


def network_of(host: str) -> str:
    """Return an address as it is counted; all texts that are not addresses count as one."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return _UNKNOWN
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _IPV6_BITS), strict=False))
