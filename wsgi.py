"""For production servers: `granian --interface wsgi wsgi:app`, with CMS_PROFILE=production (docs/operations.md)."""

from cms.app import from_environment
from cms.config import Settings, Unsafe

if Settings.from_environment().is_demo:
    raise Unsafe("wsgi.py serves the public: set CMS_PROFILE=production (and CMS_SECRET_KEY, CMS_PUBLIC_URL).")
app = from_environment()
