"""Every table of the house in one place, for migrations, backups and the tests that compare them."""

from __future__ import annotations

from cms.accounts import models as accounts
from cms.articles import models as articles
from cms.core import events, generation, jobs
from cms.core.db import Base
from cms.front import models as front
from cms.interviews import models as interviews
from cms.media import models as media
from cms.notifications import models as notifications
from cms.people import models as people
from cms.planning import models as planning
from cms.publication import models as publication
from cms.review import models as review
from cms.search import models as search
from cms.taxonomy import models as taxonomy
from cms.workflow import models as workflow

# A module that declares tables is listed here, or tests/migrations/test_tables.py fails.
MODULES = (
    events, generation, jobs, taxonomy, accounts, media, people, articles, interviews, publication, review,
    workflow, front, planning, notifications, search,
)  # fmt: skip
METADATA = Base.metadata
