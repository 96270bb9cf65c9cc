"""How often anybody may ask for what costs something, by the network that they ask from."""

from __future__ import annotations

import math
import threading
from collections import deque
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app

from cms.core import clock
from cms.core.errors import TooMany
from cms.language import N_
from cms.web import visitor

KEY = "galley-limits"
WINDOW = timedelta(minutes=1)
TOO_MUCH = N_("That is more than anybody can read. Wait a minute, then try again.")
#: Networks remembered at once; more than that at a time is no reader, and the ones silent longest are forgotten.
MOST_NETWORKS = 10_000


class Limits:
    """Counts in this process's memory: nothing about anybody is written down, and a restart forgets it all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], deque[datetime]] = {}

    def check(self, purpose: str, network: str, *, most: int) -> None:
        """Count one request; raises TooMany where a network sent more than `most` within a minute."""
        now, key = clock.now(), (purpose, network)
        with self._lock:
            times = self._seen.pop(key, None) or deque(maxlen=most)
            self._seen[key] = times  # the last in order is the one heard last
            if len(self._seen) > MOST_NETWORKS:
                del self._seen[next(iter(self._seen))]
            if len(times) == most and now - times[0] < WINDOW:
                wait = math.ceil((WINDOW - (now - times[0])).total_seconds())
                raise TooMany(TOO_MUCH, retry_after=wait)
            times.append(now)


def install(app: Flask) -> None:
    """Give an application its counters."""
    app.extensions[KEY] = Limits()


def check(purpose: str, *, most: int) -> None:
    """Count the present request; raises TooMany where its network sent more than `most` within a minute."""
    cast(Limits, current_app.extensions[KEY]).check(purpose, visitor.network(), most=most)
