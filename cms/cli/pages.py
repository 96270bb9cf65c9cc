"""`cms pages`: ready pages as files for a web server in front."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module

import click
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from cms.cli.tools import say, with_services, with_settings
from cms.config import Settings
from cms.core import links
from cms.core.errors import Invalid
from cms.publication import queries
from cms.web import headers
from cms.wiring import Services

PART = 1_000
NGINX = """\
# Galley behind nginx: ready pages are sent from {folder}, everything else is asked of {upstream}.
# Save it as /etc/nginx/conf.d/galley.conf, and reload. With arguments, no page is a file.
map $is_args $galley_page {{ "" $uri; default /.none; }}
{listening}
    server_name {name};
    root {folder}/current;
    client_max_body_size {most};
    # Files stay open, and are looked at once a second: for so long a page may be the one before, a quarter faster.
    open_file_cache max=10000 inactive=60s;
    open_file_cache_valid 1s;

    location / {{
        try_files $galley_page/index.html @galley;
        gzip_static on;
        charset utf-8;
{headers}
    }}

    location @galley {{
        proxy_pass http://{upstream};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
    }}

    # Its address is the key to a draft: it is in no log.
    location /newsroom/shared/ {{
        access_log off;
        proxy_pass http://{upstream};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
    }}
}}
"""

OPEN = """
# Add a certificate (--certificate, --key) before anybody signs in.
server {{
    listen 80;"""
CERTIFIED = """
server {{
    listen 80;
    server_name {name};
    return 301 https://{name}$request_uri;
}}

server {{
    listen 443 ssl http2;
    ssl_certificate {certificate};
    ssl_certificate_key {key};"""


@click.group("pages")
def pages() -> None:
    """Keep ready pages as files, which a web server sends by itself (CMS_PAGE_FILES names the folder)."""


@pages.command("bake")
@with_services
def bake(services: Services) -> None:
    """Make every page of the magazine; what is there already is made anew."""
    if not services.settings.page_files:
        raise Invalid("Say with CMS_PAGE_FILES in which folder the pages are to be kept.")
    # By name, as a server loads it: the command line must not wait for all surfaces.
    app = import_module("cms.app")
    cache = app.keep_pages(app.create_app(services), services)
    host = links.host(services.settings.public_url)
    started, done = time.monotonic(), 0
    with services.sessions() as db:
        for path in _addresses(db):
            environ = EnvironBuilder(path, base_url=f"http://{host}").get_environ()
            _, status, _ = run_wsgi_app(cache, environ, buffered=True)
            if status != "200 OK":
                click.echo(f"{path}: {status}", err=True)
            done += 1
            say(f"Baking: {done}")
    say.end()
    click.echo(f"{done} pages, in {time.monotonic() - started:.1f} s.")


@pages.command("nginx")
@click.option("--server-name", default="", help="The site's host name, instead of that of CMS_PUBLIC_URL.")
@click.option("--certificate", default="", metavar="FILE", help="The site's certificate, with those it hangs on.")
@click.option("--key", default="", metavar="FILE", help="The key of the certificate.")
@with_settings
def nginx(settings: Settings, server_name: str, certificate: str, key: str) -> None:
    """Print a configuration for nginx that sends the files and asks us for the rest."""
    if not settings.page_files:
        raise Invalid("Say with CMS_PAGE_FILES in which folder the pages are to be kept.")
    if bool(certificate) != bool(key):
        raise Invalid("A certificate needs its key: give both --certificate and --key.")
    name = server_name or links.host(settings.public_url).partition(":")[0]
    sent = headers.of_page(settings)
    click.echo(
        NGINX.format(
            listening=(CERTIFIED if certificate else OPEN).format(
                name=name, certificate=_quoted(certificate), key=_quoted(key)
            ),
            folder=settings.page_files,
            upstream=f"{settings.host}:{settings.port}",
            name=name,
            most=settings.max_upload + 5_000_000,
            headers="\n".join(f"        add_header {name} {_quoted(value)};" for name, value in sent.items()),
        )
    )


def _quoted(value: str) -> str:
    """Return a value as nginx reads it."""
    return f"'{value}'" if '"' in value else f'"{value}"'


def _addresses(db: Session) -> Iterator[str]:
    """Yield the address of every page, the lists first."""
    found = queries.sitemap(db)
    yield links.front()
    yield from ("/about", "/masthead", "/colophon", "/archive", "/people", "/series")
    yield from map(links.section, found.sections)
    yield from map(links.topic, found.topics)
    yield from (links.series(one.slug) for one in found.series)
    yield from (links.person(one.slug) for one in found.people)
    for first in range(0, queries.highest_id(db) + 1, PART):
        yield from (links.article(row.slug) for row in queries.addresses(db, first, first + PART - 1))
