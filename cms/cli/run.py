"""`cms run`: prepare everything, start server and worker, say where it is, stop it all together."""

from __future__ import annotations

import errno
import http.client
import logging
import os
import socket
import time
from dataclasses import replace
from pathlib import Path

import click

from cms.cli.children import Children, Stop, stop_on_signals
from cms.cli.prepare import DEMO_PASSWORD, prepare, sign_ins
from cms.cli.server import serve
from cms.cli.tools import open_services, say
from cms.config import Settings, given
from cms.core.errors import CmsError, Unavailable
from cms.logs import configure_logging
from cms.worker import run as work

PATIENCE = 60.0  # seconds until a server that does not answer is given up


@click.command("run")
@click.option("--host", help="Address to listen on, instead of CMS_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on, instead of CMS_PORT.")
@click.option("--data", type=click.Path(path_type=Path), help="Data folder, instead of CMS_DATA.")
@click.pass_context
def run(ctx: click.Context, host: str | None, port: int | None, data: Path | None) -> None:
    """Start the magazine: server and worker, until Ctrl-C.

    The first start in the demo profile makes a sample magazine. For the public, set CMS_PROFILE=production.
    """
    settings = Settings.from_environment(host=host, port=port, data=data or ctx.find_root().obj)
    if settings.is_demo and "CMS_LOG_FORMAT" not in given():
        settings = replace(settings, log_format="text")  # whoever looks around reads it; in production, machines do
    refuse_taken_port(settings.host, settings.port)
    configure_logging(settings, level=logging.WARNING)
    stop_on_signals()
    try:
        services = prepare(settings, say)
        say.end()
        welcome = _welcome(settings, sign_ins(services))
        services.engine.dispose()
    except Stop:
        say.end()
        raise click.ClickException("Stopped before everything was ready. The next start goes on from here.") from None
    reason = _serve(settings, welcome)
    if reason:
        raise click.ClickException(reason)
    click.echo("Stopped.")


def _serve(settings: Settings, welcome: str) -> str:
    """Run server and worker until told to stop; return why they stopped, '' where they were told to."""
    children = Children()
    try:
        children.start("server", lambda: serve(settings))
        children.start("worker", lambda: work(open_services(settings, level=logging.INFO)))
        _wait_for(settings, children)
        click.echo(welcome)
        reason = children.wait()
        return f"{reason} Everything else was stopped, too; what was saved is safe. Its last words are above."
    except Stop:
        return ""
    except CmsError as exc:
        return str(exc)
    finally:
        children.stop()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Unavailable with a sentence where nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: no waiting after a stop
        try:
            probe.bind((host, port))
        except OSError as exc:
            if exc.errno == errno.EADDRINUSE:
                raise Unavailable(
                    f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1} "
                    f"(or cms run --port {port + 1})."
                ) from exc
            raise Unavailable(f"Nobody can listen on {host} port {port} here: {os.strerror(exc.errno or 0)}.") from exc


def _wait_for(settings: Settings, children: Children) -> None:
    """Return when the server answers; raises Unavailable where it stops or stays silent."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if ended := children.look():
            raise Unavailable(f"{ended} Its last words are above.")
        connection = http.client.HTTPConnection(host, settings.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": f"localhost:{settings.port}"})
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise Unavailable(f"The server did not answer within {PATIENCE:.0f} seconds. Its last words are above.")


def _welcome(settings: Settings, emails: list[str]) -> str:
    lines = [
        "",
        f"{settings.site_name}   {settings.public_url}/",
        f"Newsroom   {settings.public_url}/newsroom/",
    ]
    if emails:
        lines += ["", "Sign in as", *(f"  {email}" for email in emails), f"with the password {DEMO_PASSWORD}"]
    return "\n".join([*lines, "", "Ctrl-C stops it."])
