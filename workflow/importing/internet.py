"""Which addresses belong to the public internet, and the way to one of them.

What somebody types into a page must not make the server ask its own network: the name
is looked up here, every number it has is judged, and the one that was judged is the one
that is asked, so that a name which answers differently the second time leads nowhere.
"""

import ipaddress
import socket
from dataclasses import dataclass

import httpx

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Numbers of the other family that carry an IPv4 number inside.
_CARRIERS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class NotPublic(Exception):
    """The address leads, or may lead, to somewhere else than the public internet."""


@dataclass(frozen=True)
class Way:
    """Where to send a request, and the name that it is sent to."""

    url: httpx.URL
    headers: dict[str, str]
    extensions: dict[str, str]


def is_public(number: str) -> bool:
    """Whether an IP number is one of the public internet."""
    ip = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in network for network in _CARRIERS):
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def way_to(address: str) -> Way:
    """The way to an address by a number that was judged.

    Raises NotPublic, and OSError where the name is not known.
    """
    url = httpx.URL(address)
    host = url.raw_host.decode("ascii")
    port = url.port or _DEFAULT_PORTS[url.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"No name can be written like this: {host}") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers or not all(is_public(number) for number in numbers):
        raise NotPublic(address)
    # The certificate is still that of the name.
    return Way(
        url.copy_with(host=numbers[0]),
        {"Host": url.netloc.decode("ascii")},
        {"sni_hostname": host},
    )
