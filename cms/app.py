"""The application, read from top to bottom."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask

from cms import api, newsroom, paths, site, web
from cms.config import Settings, forget
from cms.core import generation, links
from cms.language import CATALOGUES
from cms.logs import configure_logging
from cms.web import access
from cms.web.counting import Counting, Tally
from cms.web.pagecache import PageCache, Watch, kept_paths
from cms.web.pagefiles import PageFiles, build_of
from cms.wiring import Services, assemble


def create_app(services: Services) -> Flask:
    """Build the Flask application around its tools."""
    app = Flask("cms", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC))
    if services.settings.count_views:
        count_views(app, services)
    web.install(app, services)
    app.register_blueprint(site.bp)
    app.register_blueprint(newsroom.bp)
    app.register_blueprint(api.bp)
    access.check_all(app)
    return app


def count_views(app: Flask, services: Services) -> None:
    """Let pages say that they are being read."""
    tally = Tally(partial(services.views.add, services.sessions))
    app.wsgi_app = Counting(  # type: ignore[method-assign, assignment]
        app.wsgi_app, tally, origin=services.settings.public_url
    )


def from_environment() -> Flask:
    """Build the application as the environment says: what a server process calls, and nobody on import."""
    settings = Settings.from_environment()
    forget()
    configure_logging(settings)
    services = assemble(settings)
    app = create_app(services)
    if settings.page_cache or settings.page_files:
        cache = keep_pages(app, services)
        app.wsgi_app = cache  # type: ignore[method-assign, assignment]
        if settings.page_files:
            cache.watch.begin()  # where files answer, there may be no request to begin with
    return app


def keep_pages(app: Flask, services: Services) -> PageCache:
    """Put the pages that readers asked for before in front of an application."""

    def present() -> int:
        with services.sessions() as db:
            return generation.current(db)

    settings = services.settings
    files = None
    if settings.page_files:
        made_from = paths.TEMPLATES, paths.STATIC, CATALOGUES
        files = PageFiles(Path(settings.page_files), build_of(settings, *made_from))
    return PageCache(
        app.wsgi_app,
        Watch(present, files.turn if files else None),
        kept_paths(app),
        hosts=app.config["TRUSTED_HOSTS"],
        host=links.host(settings.public_url),
        most_bytes=settings.page_cache,
        store=files.put if files else None,
    )
