"""`cms search`: the index and the edition."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click

from cms.cli.tools import say, with_services
from cms.search import engines, evaluation
from cms.search.engines import Ground
from cms.search.evaluation import DEPTH, Collection, Report
from cms.search.service import Found
from cms.wiring import Services


@click.group("search")
def search() -> None:
    """Rebuild the search index, compare it with the edition, or measure how well it ranks."""


@search.command("rebuild")
@with_services
def rebuild(services: Services) -> None:
    """Build the index anew from the edition; readers go on searching the old one meanwhile."""
    started, done = time.monotonic(), 0

    def progress(count: int) -> None:
        nonlocal done
        done = count
        say(f"Indexing: {count}")

    with services.sessions() as db:
        services.search.rebuild(db, progress)
    say.end()
    click.echo(f"{done} pieces in the index, in {time.monotonic() - started:.1f} s.")


@search.command("check")
@click.option("--mend", is_flag=True, help="Put right what is found.")
@with_services
def check(services: Services, mend: bool) -> None:
    """Say where the index is not what the edition is: missing, surplus and outdated pieces."""
    with services.sessions() as db:
        found = services.search.mend(db) if mend else services.search.check(db)
    if not found:
        click.echo("The index is what the edition says.")
        return
    for what, ids in (("missing", found.missing), ("surplus", found.surplus), ("outdated", found.stale)):
        if ids:
            click.echo(f"{what}: {', '.join(map(str, ids[:20]))}{' ...' if len(ids) > 20 else ''}")
    if not mend:
        raise click.ClickException("Index and edition differ. The worker mends that; --mend does it at once.")
    click.echo("That is mended.")


@search.command("evaluate")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--adapter",
    "adapters",
    type=click.Choice(engines.NAMES),
    multiple=True,
    help="An engine; further ones are compared with the first.",
)  # fmt: skip
@click.option("--published", is_flag=True, help="Ask the search of this installation, where the articles are live.")
@click.option("--per-query", is_flag=True, help="Print a line for each question.")
@with_services
def evaluate(services: Services, folder: Path, adapters: tuple[str, ...], published: bool, per_query: bool) -> None:
    """Measure the ranking on judged collections: nDCG@10, MAP and recall@100.

    FOLDER holds <name>.articles.jsonl and <name>.queries.jsonl. Each engine is filled aside with the articles; with
    --published, this installation is asked as readers and programs ask it, after `cms content import-jsonl`.
    """
    names = ("published",) if published else adapters or engines.NAMES[:1]
    for collection in evaluation.collections(folder):
        reports = []
        for name in names:
            found = _evaluated(services, collection, name)
            reports.append(found)
            click.echo(
                f"{collection.name:12} {name:10} nDCG@10 {found.ndcg:.3f}  MAP {found.precision:.3f}  "
                f"recall@100 {found.recall:.3f}  questions {len(found.scores)}"
            )
            if found.unanswered:
                click.echo(f"{'':12} nothing found for {', '.join(found.unanswered)}")
            for score in found.scores if per_query else ():
                click.echo(
                    f"  {score.question:>8} nDCG@10 {score.ndcg:.3f}  AP {score.precision:.3f}  "
                    f"recall@100 {score.recall:.3f}"
                )
        for name, other in zip(names[1:], reports[1:], strict=True):
            told = evaluation.compared(reports[0], other)
            click.echo(
                f"{'':12} {names[0]} against {name}: difference {told.difference:+.3f}, paired t {told.t:.2f}, "
                f"by chance {told.chance:.3f}"
            )


def _evaluated(services: Services, collection: Collection, name: str) -> Report:
    if name == "published":
        with services.sessions() as db:
            return evaluation.report(collection, lambda text: _slugs(services.search.find(db, text, per_page=DEPTH)))
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground("judged", Path(folder) / "index", services.settings.secret_key, services.engine)
        index = engines.make(name, ground)
        try:
            return evaluation.report(collection, evaluation.asked_of(index, collection))
        finally:
            index.drop()


def _slugs(found: Found) -> list[str]:
    return [card.slug for card in found.cards]
