"""The demo magazine's pictures, drawn by code: the same name always gives the same picture.

A name of the list has its own drawing, made for the piece that uses it. Any other name is given one of the
families and one of the papers by chance, but always the same ones, so that a demo text may ask for a picture
that nobody has thought of yet.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import NamedTuple

from PIL import Image, ImageOps

from cms.demo.art import fields, records, solids, things, ways
from cms.demo.art.sheet import AIR, DAY, DEEP, FOG, LOOKS, NIGHT, SKY, Look, Sheet

Family = Callable[[Sheet, Random, Look], None]


class Picture(NamedTuple):
    """How a picture is made: who draws it, and on what paper."""

    family: Family
    look: Look


PICTURES = {
    # The eight of the design.
    "art-clocks": Picture(partial(fields.rings, sources=((560, 430, 34.0), (690, 380, 35.5))), SKY),
    "art-flow": Picture(partial(fields.flow, field=fields.stream), AIR),
    "art-halftone": Picture(partial(fields.halftone, source=(442, 385), shade=(820, 330, 210)), DAY),
    "art-lattice": Picture(partial(solids.lattice, marked=((7, 6), (11, 6))), FOG),
    "art-needles": Picture(partial(fields.needles, pole=(375, 281), swirl=(863, 515, 4.19)), NIGHT),
    "art-routing": Picture(ways.routing, FOG),
    "art-separations": Picture(partial(solids.tiles, plate=solids.PLATE), DAY),
    "art-tape": Picture(records.tape, DEEP),
    # Made for one piece each; what they show is what the piece's alternative text says.
    "art-blanks": Picture(things.discs, NIGHT),
    "art-columns": Picture(records.columns, DAY),
    "art-crystals": Picture(solids.crystals, AIR),
    "art-fifths": Picture(things.slices, FOG),
    "art-keys": Picture(partial(things.keys, word="timber"), FOG),
    "art-parallels": Picture(ways.bundles, DAY),
    "art-pendulum": Picture(things.dial, AIR),
    "art-seal": Picture(things.seal, DAY),
    "art-stillwater": Picture(ways.still, SKY),
    "art-tally": Picture(records.tally, FOG),
    "art-timetable": Picture(ways.ticks, DAY),
    # One of each further family, for pieces to come.
    "art-blocks": Picture(solids.blocks, FOG),
    "art-cables": Picture(ways.cables, AIR),
    "art-calendar": Picture(records.calendar, DAY),
    "art-cards": Picture(records.cards, DEEP),
    "art-contours": Picture(fields.contours, FOG),
    "art-grids": Picture(fields.grids, SKY),
    "art-queue": Picture(records.queue, AIR),
    "art-shelves": Picture(records.shelves, FOG),
    "art-signals": Picture(ways.signals, DEEP),
    "art-strata": Picture(solids.strata, SKY),
    "art-traces": Picture(ways.traces, NIGHT),
    "art-waves": Picture(fields.waves, SKY),
    "art-weave": Picture(solids.weave, AIR),
}

NAMES = tuple(PICTURES)

FAMILIES: tuple[Family, ...] = (
    fields.rings,
    fields.flow,
    fields.halftone,
    fields.needles,
    fields.waves,
    fields.contours,
    fields.grids,
    records.tape,
    records.cards,
    records.calendar,
    records.queue,
    records.shelves,
    solids.lattice,
    solids.tiles,
    solids.weave,
    solids.strata,
    solids.blocks,
    solids.crystals,
    things.seal,
    things.discs,
    ways.routing,
    ways.traces,
    ways.cables,
    ways.bundles,
    ways.signals,
)


def draw(name: str) -> Image.Image:
    """Draw the picture of this name, 1600 pixels wide and 1067 high."""
    rng = Random(name)  # noqa: S311 (chance that can be repeated is the point)
    if name in PICTURES:
        return _printed(PICTURES[name], rng)
    image = _printed(Picture(rng.choice(FAMILIES), rng.choice(LOOKS)), rng)
    return ImageOps.mirror(image) if rng.random() < 0.5 else image


def _printed(picture: Picture, rng: Random) -> Image.Image:
    sheet = Sheet(picture.look.ground)
    picture.family(sheet, rng, picture.look)
    return sheet.finished()
