"""For production servers: `granian --interface wsgi wsgi:app`, with CMS_PROFILE=production and README's settings."""

from cms.app import create_app
from cms.config import Settings, Unsafe
from cms.logs import configure_logging
from cms.wiring import assemble

settings = Settings.from_environment()
if settings.is_demo:
    raise Unsafe("wsgi.py serves the public: set CMS_PROFILE=production (and CMS_SECRET_KEY, CMS_PUBLIC_URL).")
configure_logging(settings)
app = create_app(assemble(settings))
