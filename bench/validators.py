"""Walk through a whole magazine as a crawler does, and ask the validators what they think of every page.

.venv/bin/python bench/validators.py http://127.0.0.1:8000 [--nu vnu.jar] [--html-validate PROGRAM] [--extruct PYTHON]

Without a program its part is left out: the Nu HTML checker (a jar; needs Java), html-validate (npm), and a Python that
has extruct. What html-validate is told to let pass is in `htmlvalidate.json`, with its reasons here: lists keep
`role="list"`, without which Safari forgets that an unmarked list is one; what scrolls in its own box is a region with a
name; asides within an article are no landmarks (HTML-AAM); how long a title is, editors decide;
and HTML takes anchors that begin with a number, and spaces at the end of a line of code.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections import Counter, deque
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from lxml import etree, html

CONFIG = Path(__file__).with_name("htmlvalidate.json")
LINKS = "//a/@href | //link[@rel!='preload']/@href | //img/@src | //script/@src | //source/@srcset"
#: Reads JSON-LD as search engines' tools do, and prints the types of each page.
EXTRUCT = """
import extruct, json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.html")):
    graphs = extruct.extract(path.read_text(), syntaxes=["json-ld"])["json-ld"]
    print(json.dumps(sorted(thing["@type"] for graph in graphs for thing in graph["@graph"])))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site")
    parser.add_argument("--nu", type=Path)
    parser.add_argument("--html-validate")
    parser.add_argument("--extruct")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder)
        addresses, broken = crawl(args.site, pages)
        print(f"{len(addresses)} addresses, {len(list(pages.glob('*.html')))} of them pages; {len(broken)} broken")
        for address, why in broken.items():
            print(f"  {address}: {why}")
        if args.nu:
            _nu(args.nu, pages, addresses)
        if args.html_validate:
            _html_validate(args.html_validate, pages, addresses)
        if args.extruct:
            found = subprocess.run([args.extruct, "-c", EXTRUCT, folder], capture_output=True, text=True, check=True)
            for types, number in Counter(found.stdout.splitlines()).most_common():
                print(f"JSON-LD: {number:>5} pages {types}")


def crawl(site: str, pages: Path) -> tuple[list[str], dict[str, str]]:
    """Follow every link within a site; store its pages, and return its addresses, and the broken ones with the reason.

    A link into a page is broken as well where that page has no such place.
    """
    todo, seen = deque([f"{site}/"]), {f"{site}/": ""}
    broken: dict[str, str] = {}
    places: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    order: list[str] = []
    while todo:
        address = todo.popleft()
        order.append(address)
        try:
            with urllib.request.urlopen(quote(address, safe="%/:=&?~+!$,;'@()*[]")) as answer:
                kind, body = answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            broken[address] = f"{error.code}, from {seen[address]}"
            continue
        links: list[str] = []
        if kind == "text/html":
            (pages / f"{len(order):06}.html").write_bytes(body)
            tree = html.fromstring(body.decode())
            places[address] = {*tree.xpath("//@id")}
            links = [part.split()[0] for value in tree.xpath(LINKS) for part in value.split(", ") if part.strip()]
        elif kind.endswith("xml"):
            links = etree.fromstring(body).xpath("//*[local-name()='loc']/text()")
        for link in links:
            target, place = urldefrag(urljoin(address, link))
            if urlsplit(target).netloc != urlsplit(site).netloc or urlsplit(target).path.startswith("/newsroom"):
                continue
            if place:
                wanted.append((address, target, place))
            # Every combination of filters would be asked for; one step from each page is enough.
            is_deep = "/search?" in target and "/search" in address
            if target not in seen and not is_deep:
                seen[target] = address
                todo.append(target)
    for address, target, place in wanted:
        if target in places and place not in places[target]:
            broken[f"{target}#{place}"] = f"no such place, from {address}"
    return order, broken


def _nu(jar: Path, pages: Path, addresses: list[str]) -> None:
    command = ["java", "-Xss4m", "-jar", jar, "--format", "json", "--skip-non-html", pages]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)["messages"]
    _tell("Nu", [(one["url"], one["message"]) for one in said if one["type"] == "error"], addresses)


def _html_validate(program: str, pages: Path, addresses: list[str]) -> None:
    report = pages / "report.json"
    with report.open("w") as out:
        subprocess.run([program, "--config", CONFIG, "-f", "json", pages], stdout=out, check=False)
    said = [(file["filePath"], f"{one['ruleId']}: {one['message']}") for file in json.loads(report.read_text())
            for one in file["messages"] if one["severity"] == 2]  # fmt: skip
    _tell("html-validate", said, addresses)


def _tell(who: str, errors: list[tuple[str, str]], addresses: list[str]) -> None:
    print(f"{who}: {len(errors)} errors")
    for message, number in Counter(message for _, message in errors).most_common(20):
        first = next(path for path, said in errors if said == message)
        print(f"  {number:>5} {message}  ({addresses[int(Path(first).stem) - 1]})")


if __name__ == "__main__":
    main()
