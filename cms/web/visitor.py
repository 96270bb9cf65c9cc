"""What is known of whoever asks: roughly from where, and with what sort of browser."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from flask import request

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Windows", "Windows"),
           ("Mac OS X", "a Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip


def network() -> str:
    """Return the network that the request comes from, as far as limits are concerned."""
    return network_of(request.remote_addr or "")


def network_of(address: str) -> str:
    """Return the network of an address: /24, or /56 of IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((ip, 24 if ip.version == 4 else 56), strict=False))


def family() -> str:
    """Return the sort of browser, and nothing else about it: `Firefox`."""
    return next((words for mark, words in BROWSERS if mark in request.user_agent.string), "A browser")


def browser() -> str:
    """Return what a person would call this browser: `Firefox on Linux`."""
    system = next((words for mark, words in SYSTEMS if mark in request.user_agent.string), "")
    return f"{family()} on {system}" if system else family()
