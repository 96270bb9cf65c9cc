"""Telling a WebSub hub that the magazine's feed has something new (https://www.w3.org/TR/websub/).

Whoever follows the feed by way of the hub gets what is new at once, and asks us nothing meanwhile. How a publisher
tells a hub is left open there; public hubs take the form of its predecessor, PubSubHubbub 0.3, section 7.1.
"""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy.orm import Session, sessionmaker

from cms.core import links
from cms.core.hooks import Hook


class Hub(Hook):
    """The hub at `url`, which hands on the feed of the magazine at `origin` in each of its forms."""

    def __init__(self, url: str = "", origin: str = "") -> None:
        super().__init__(url)
        self._feeds = [origin + links.feed(links.front(), form) for form in links.FEEDS]

    def publish(self, sessions: sessionmaker[Session]) -> None:
        """Have the hub look at the feeds; raises Unavailable where it takes no order, and is then asked again."""
        form = urlencode({"hub.mode": "publish", "hub.url": self._feeds}, doseq=True).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.tell(sessions, form, kind, failing="The hub did not take the news of the feed")
