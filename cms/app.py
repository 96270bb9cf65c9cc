"""The application, read from top to bottom."""

from __future__ import annotations

from flask import Flask

from cms import api, newsroom, paths, site, web
from cms.config import Settings
from cms.logs import configure_logging
from cms.web import access
from cms.wiring import Services, assemble


def create_app(services: Services) -> Flask:
    """Build the Flask application around its tools."""
    app = Flask("cms", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    web.install(app, services)
    app.register_blueprint(site.bp)
    app.register_blueprint(newsroom.bp)
    app.register_blueprint(api.bp)
    access.check_all(app)
    return app


def from_environment() -> Flask:
    """Build the application as the environment says: what a server process calls, and nobody on import."""
    settings = Settings.from_environment()
    configure_logging(settings)
    return create_app(assemble(settings))
