"""Pictures of things under way: lanes, circuits, cables, bundles, one bus."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

from cms.demo.art.sheet import INK, PAPER, WIDTH, Look, Point, Sheet, along, mix, polar


def routing(sheet: Sheet, rng: Random, look: Look) -> None:
    """Many lanes, quick between the circles; the circles are where the time goes."""
    lane = 22.0
    middle = mix(look.line, look.soft, 0.55)
    ways = []
    for n in range(34):
        x, y = -10.0, 40 + n * lane
        path = [(x, y)]
        while x < WIDTH:
            x += rng.choice((60, 90, 90, 150, 240))
            path.append((x, y))
            if rng.random() < 0.6:
                x, y = x + lane, y + rng.choice((-lane, lane))
                path.append((x, y))
        ways.append(path)
    colours = [look.soft] * 10 + [middle] * 12 + [look.line] * 7 + [look.accent] * 5
    rng.shuffle(colours)
    for path, colour in sorted(zip(ways, colours, strict=True), key=lambda way: way[1] == look.accent):
        sheet.line(path, colour, 5 if colour == look.accent else 2.5)
    for x, y in _stations(rng, ways):
        sheet.disc(x, y, 15, look.line)
        sheet.disc(x, y, 11, PAPER if look.line == INK else look.ground)


def _stations(rng: Random, ways: list[list[Point]]) -> list[Point]:
    """Return a dozen places on the lanes, well apart from each other."""
    found: list[Point] = []
    for path in rng.sample(ways[2:-2], 30):
        start, end = rng.choice([(a, b) for a, b in pairwise(path) if a[1] == b[1]])
        at = ((start[0] + end[0]) / 2, start[1])
        if 60 < at[0] < WIDTH - 60 and all(math.dist(at, other) > 95 for other in found):
            found.append(at)
    return found[:12]


def traces(sheet: Sheet, rng: Random, look: Look) -> None:
    """A chip and its copper: everything leaves in order, and one of the ways is the one that matters."""
    x, y, half = rng.uniform(430, 770), rng.uniform(370, 430), 96.0
    chosen = rng.randrange(36)
    later: list[Point] = []
    for n in range(36):
        side, place = divmod(n, 9)
        path = _trace(rng, (x, y), half, side, place - 4)
        if n == chosen:
            later = path
        sheet.line(path, look.line, 4)
        _pad(sheet, look, path[-1], look.line)
    sheet.line(later, look.accent, 8)
    _pad(sheet, look, later[-1], look.accent)
    sheet.tile(x - half - 8, y - half - 8, 2 * half + 16, 2 * half + 16, look.ground, radius=10)
    sheet.tile(x - half, y - half, 2 * half, 2 * half, look.line, radius=6)
    sheet.tile(x - half + 9, y - half + 9, 2 * half - 18, 2 * half - 18, look.ground, radius=3)
    sheet.disc(x - half + 30, y - half + 30, 8, look.accent)


def _trace(rng: Random, centre: Point, half: float, side: int, place: int) -> list[Point]:
    """Return one way out: straight, at 45 degrees to a wider lane, straight again."""
    near, wide = place * 19.0, place * 40.0
    slant = abs(wide - near)
    first = half + 22 + (4 - abs(place)) * 17
    end = first + slant + rng.choice((30, 70, 120, 190, 420))
    out = [(half + 8, near), (first, near), (first + slant, wide), (end, wide)]
    turn = side * math.pi / 2
    cos, sin = round(math.cos(turn)), round(math.sin(turn))
    return [(centre[0] + a * cos - b * sin, centre[1] + a * sin + b * cos) for a, b in out]


def _pad(sheet: Sheet, look: Look, at: Point, colour: str) -> None:
    sheet.disc(*at, 11, colour)
    sheet.disc(*at, 5, look.ground)


def cables(sheet: Sheet, rng: Random, look: Look) -> None:
    """A coast, an island, and the two lines between them, both of them cut."""
    bays = [(rng.uniform(0.006, 0.02), rng.uniform(0, 6.3), rng.uniform(9, 26)) for _ in range(4)]
    capes = [(n, rng.uniform(0, 6.3), rng.uniform(0.03, 0.13) / n**0.4) for n in range(2, 7)]
    centre = (rng.uniform(850, 930), rng.uniform(350, 450))

    def shore(y: float) -> float:
        return 250 + sum(h * math.sin(y * f + p) for f, p, h in bays)

    def coast(grown: float) -> list[Point]:
        around = [i * math.tau / 180 for i in range(181)]
        swell = [1 + sum(h * math.sin(n * a + p) for n, p, h in capes) for a in around]
        return [polar(centre, 125 * s + grown, a) for a, s in zip(around, swell, strict=True)]

    for n in range(1, 6):
        width = 3.4 - n * 0.45
        sheet.line([(shore(y) + n * (13 + n), y) for y in along(-10, 810, 140)], look.soft, width)
        sheet.line(coast(n * (13 + n)), look.soft, width)
    for bow, cut in ((-rng.uniform(110, 180), 0.46), (rng.uniform(130, 200), 0.54)):
        _cable(sheet, look, ((shore(400 + bow * 0.7) - 6, 400 + bow * 0.7), (centre[0] - 60, centre[1])), bow, cut)
    sheet.shape([(-5, -10), *((shore(y), y) for y in along(-10, 810, 140)), (-5, 810)], look.line)
    sheet.shape(coast(0), look.line)


def _cable(sheet: Sheet, look: Look, ends: tuple[Point, Point], bow: float, cut: float) -> None:
    (x, y), (u, v) = ends
    path = []
    for t in along(0, 1, 121):
        hang = bow * math.sin(math.pi * t) * 0.9
        path.append((x + (u - x) * t, y + (v - y) * t + hang))
    gap = round(cut * 120)
    sheet.line(path[: gap - 3], look.accent, 7)
    sheet.line(path[gap + 4 :], look.accent, 7)
    for at in (path[gap - 4], path[gap + 4]):
        sheet.disc(*at, 11, look.accent)
        sheet.disc(*at, 5.5, look.ground)


def bundles(sheet: Sheet, rng: Random, look: Look) -> None:
    """Two bundles of lines that agree with each other all the way, and both miss the mark."""
    sway, rise = rng.uniform(34, 52), rng.uniform(150, 200)
    spots = along(-20, 1220, 130)

    def height(x: float) -> float:
        return 590 - rise * (1 + math.tanh((x - 560) / 250)) + sway * math.sin(x / 190 + 0.6)

    for n in range(11):
        sheet.line([(x, height(x) + n * 8.5) for x in spots], look.line, 2.4)
        sheet.line([(x, height(x) + 118 + n * 8.5) for x in spots], look.accent, 2.4)
    x, y = 880.0, height(880) - 124
    sheet.register(x, y, 74, look.line, 3)
    sheet.disc(x, y, 9, look.accent)


def ticks(sheet: Sheet, rng: Random, look: Look) -> None:
    """A street map reduced to the one line that was ridden; every tick is an answer that came late."""
    path = [(-20.0, 610.0)]
    climbs = []
    for length, rise in (
        (150, 0),
        (70, -70),
        (130, 0),
        (150, 40),
        (110, 0),
        (190, -190),
        (90, 0),
        (110, -180),
        (90, 0),
    ):
        x, y = path[-1]
        path.append((x + length * rng.uniform(0.93, 1.07), y + rise))
        climbs.append(rise < 0)
    path.append((1240.0, path[-1][1] + 40))
    climbs.append(False)
    for (start, end), climbing in zip(pairwise(path), climbs, strict=True):
        _late(sheet, rng, look, (start, end), 9.0 if climbing else rng.uniform(46, 60))
    sheet.line(path, look.line, 11)
    for x, y in (path[1], path[4], path[7], path[9]):
        sheet.disc(x, y, 17, look.line)
        sheet.disc(x, y, 10, look.ground)


def _late(sheet: Sheet, rng: Random, look: Look, stretch: tuple[Point, Point], every: float) -> None:
    (x, y), (u, v) = stretch
    length, angle = math.dist((x, y), (u, v)), math.atan2(v - y, u - x)
    at = every / 2
    while at < length - (every / 3 if every < 20 else 44):
        foot = polar((x, y), at, angle)
        reach = rng.uniform(26, 44) + (34 if every < 20 else 0) * math.sin(math.pi * at / length)
        up = angle - math.pi / 2
        sheet.line((polar(foot, 16, up), polar(foot, 16 + reach, up)), look.accent, 4)
        at += every * rng.uniform(0.8, 1.2)


def still(sheet: Sheet, rng: Random, look: Look) -> None:
    """One flat line, and the hundred small corrections underneath that keep it flat."""
    sheet.line(((-20, 236), (1220, 236)), look.line, 10)
    pulls = [(rng.uniform(0.008, 0.03), rng.uniform(0, 6.3)) for _ in range(4)]
    for x in along(33, 1167, 100):
        wave = sum(math.sin(x * f + p) for f, p in pulls) / 3
        length = 34 + 300 * abs(wave) + rng.uniform(0, 60)
        sheet.line(((x, 274), (x, 274 + length)), look.accent, 4.8)


def signals(sheet: Sheet, rng: Random, look: Look) -> None:
    """A single pulse passes one listener after the other; one of them doesn't hear it."""
    deaf = rng.randrange(3, 8)
    start, delay = rng.uniform(130, 220), rng.uniform(68, 80)
    for n in range(11):
        y, at = 115 + n * 57.0, start + n * delay * (1 + 0.012 * n)
        path = []
        for x in along(-10, 1210, 612):
            near = math.exp(-(((x - at) / 34) ** 2))
            pulse = near * math.cos((x - at) / 7.5) if n != deaf else 0.0
            path.append((x, y - 74 * pulse * (1 - n * 0.045) + rng.uniform(-0.8, 0.8)))
        sheet.line(path, look.accent if n == deaf else look.line, 6 if n == deaf else 3)
