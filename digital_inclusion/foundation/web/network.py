"""From where a request comes, as far as it is counted."""

from ipaddress import IPv6Address, ip_address

from flask import request


def asking_network() -> str:
    """Return what stands for the address that asks; of version 6 the network that one customer is given."""
    return network_of(request.remote_addr)


def network_of(address: str | None) -> str:
    """Return the address; of version 6 its first 64 bits, since one customer has all the addresses within."""
    try:
        known = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or int(known) >> 64)
    return str(known)
