"""What operators type: `cms run`, `cms doctor`, `cms backup create` ..."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import click

from cms.cli.tools import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(path_type=Path), help="Data folder, instead of CMS_DATA.")
@click.version_option(version("galley"), prog_name="Galley")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """Galley, an editorial CMS. All settings are CMS_... variables; `cms doctor` lists them."""
    ctx.obj = data


# Each is a module here, and the command in it has the module's name.
main.names = (
    "run", "worker", "migrate", "users", "content", "demo", "search", "pages", "backup", "audit", "policy", "doctor",
)  # fmt: skip
