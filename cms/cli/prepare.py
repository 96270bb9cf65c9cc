"""What has to be there before the server starts: folder, tables, the demo magazine, the search index."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from cms.accounts.models import User
from cms.cli.tools import call_command, make_private
from cms.config import Settings
from cms.core.errors import Invalid
from cms.migrations import standing
from cms.wiring import Services, assemble

Say = Callable[[str], None]
# As in cms.demo.loader, which takes too long to import for every start; a test compares them.
SIGN_INS = ("writer@galley.test", "editor@galley.test", "chief@galley.test", "admin@galley.test")
DEMO_PASSWORD = "galley-demo"  # noqa: S105 - everybody knows it
UNFINISHED = "demo.unfinished"  # a file that is there while the demo is being loaded


def prepare(settings: Settings, say: Say) -> Services:
    """Make what is missing, say what takes its time, and return the tools; a second time there is nothing to do.

    Raises CmsError with a sentence where it cannot be done.
    """
    make_private(settings.data)
    services = assemble(settings)
    if _is_outdated(services):
        say("Making the tables")
        call_command(settings, "migrate", "--quiet")
    if not services.search.is_ready():
        say("Building the search index")
        with services.sessions() as db:
            services.search.rebuild(db)
    if settings.is_demo and _wants_demo(services):
        say("Loading the demo magazine (once; half a minute)")
        services.engine.dispose()
        call_command(settings, "demo")
    with services.sessions() as db:
        services.search.ensure(db)
    return services


def sign_ins(services: Services) -> list[str]:
    """Return the demo's sign-ins that are open here."""
    if not services.settings.is_demo:
        return []
    with services.sessions() as db:
        there = set(db.scalars(select(User.email).where(User.email.in_(SIGN_INS), User.disabled_at.is_(None))))
    return [email for email in SIGN_INS if email in there]


def _is_outdated(services: Services) -> bool:
    with services.engine.connect() as connection:
        at = standing.revision(connection)
    if at not in (standing.EMPTY, standing.head()) and not services.settings.is_demo:
        raise Invalid("The database's tables are an older version's. Make a backup, then run `cms migrate`.")
    return at != standing.head()


def _wants_demo(services: Services) -> bool:
    with services.sessions() as db:
        is_empty = db.scalar(select(User.id).limit(1)) is None
    return is_empty or (services.settings.data / UNFINISHED).exists()
