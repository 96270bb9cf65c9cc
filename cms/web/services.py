"""The running application's tools, as the wiring put them together."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from cms.wiring import Services

KEY = "galley"


def attach(app: Flask, services: Services) -> None:
    """Give the tools to an application."""
    app.extensions[KEY] = services


def services() -> Services:
    """Return the tools of the application that is answering."""
    return cast(Services, current_app.extensions[KEY])
