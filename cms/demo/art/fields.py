"""Pictures of something that is everywhere and differs by place: wavefronts, streams, tones, heights."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

from cms.demo.art.sheet import (
    HEIGHT,
    INK,
    MARK,
    PAPER,
    PENCIL,
    WIDTH,
    Look,
    Point,
    Sheet,
    along,
    mix,
    polar,
)

Field = Callable[[float, float], float]
#: How far a wave gets before nothing is left of it.
REACH = 660


def rings(
    sheet: Sheet, rng: Random, look: Look, *, sources: tuple[tuple[float, float, float], ...] | None = None
) -> None:
    """Two wavefronts that don't quite agree, weaker with every ring; the pattern between them is the disagreement.

    Few rings and thick ones: a telephone shows them as they are, and gets them with the text.
    """
    if sources is None:
        x, y, away = rng.uniform(330, 720), rng.uniform(280, 480), rng.uniform(0, math.tau)
        far = polar((x, y), rng.uniform(90, 190), away)
        sources = ((x, y, 34.0), (*far, 34.0 * rng.uniform(1.02, 1.07)))
    inks = (look.line, look.accent)
    found = [
        (n * step / REACH, x, y, n * step, ink)
        for (x, y, step), ink in zip(sources, inks, strict=True)
        for n in range(2, int(REACH / step))
    ]
    for share, x, y, radius, ink in sorted(found, reverse=True):  # the stronger over the weaker
        sheet.ring(x, y, radius, mix(ink, look.ground, share**1.5), 5.4)
    for (x, y, _), ink in zip(sources, inks, strict=True):
        sheet.disc(x, y, 17, ink)


def flow(sheet: Sheet, rng: Random, look: Look, *, field: Field | None = None) -> None:
    """Things carried along by a current that nobody sees, a few of them marked."""
    a, b, p, q = (rng.uniform(low, high) for low, high in ((0.6, 1.4), (0.8, 1.4), (150, 260), (130, 230)))
    shift = rng.uniform(0, 6)
    angle = field or (lambda x, y: a * math.sin(x / p + shift) + b * math.cos(y / q))
    for n in range(190):
        x, y = rng.uniform(-40, WIDTH + 20), rng.uniform(-40, HEIGHT + 40)
        path = [(x, y)]
        for _ in range(27):
            x, y = polar((x, y), 8, angle(x, y))
            path.append((x, y))
        marked = n % 11 == 10
        sheet.line(path, look.accent if marked else look.line, 6 if marked else 2)


def stream(x: float, y: float) -> float:
    """The current of `art-flow`."""
    return math.sin(x / 210) + 1.2 * math.cos(y / 170)


def halftone(
    sheet: Sheet,
    rng: Random,
    look: Look,
    *,
    source: Point | None = None,
    shade: tuple[float, float, float] | None = None,
) -> None:
    """One source screened into dots, and something solid that stands in its way."""
    cx, cy = source or (rng.uniform(250, 950), rng.uniform(250, 550))
    x, y, r = shade or (
        cx + rng.choice((-1, 1)) * rng.uniform(230, 400),
        cy + rng.uniform(-130, 130),
        rng.uniform(130, 220),
    )
    dots = []
    for row in range(27):
        for column in range(40):
            at = (column * 31.0 + row % 2 * 15.5, row * 31.0)
            dots.append((*at, _tone(math.dist(at, (cx, cy)))))
    for u, v, size in dots:
        sheet.disc(u, v, size, look.line)
    sheet.disc(x, y, r, look.accent)
    through, light = mix(look.accent, look.line, 0.08), look.ground if look.ground != PAPER else MARK
    for u, v, size in dots:
        inside = r - math.dist((u, v), (x, y))
        if inside > size:
            sheet.disc(u, v, size, through)
        if inside > 11:
            sheet.disc(u, v, 6.2 + (u - x) * 0.0235 * 210 / r, light)


def _tone(distance: float) -> float:
    wave = 0.5 + 0.5 * math.cos((distance - 100) / 187 * math.pi)
    size = (15.8 - distance * 0.0105) * float(wave**0.8)
    return size if size > 1.2 else 0.0


def needles(
    sheet: Sheet, rng: Random, look: Look, *, pole: Point | None = None, swirl: tuple[float, float, float] | None = None
) -> None:
    """Compass needles: one pole that all of them know, and one neighbourhood that is led astray."""
    px, py = pole or (rng.uniform(200, 1000), rng.uniform(150, 650))
    sx, sy, turn = swirl or (
        (px + rng.uniform(380, 620)) % WIDTH,
        rng.uniform(200, 620),
        rng.choice((-1, 1)) * rng.uniform(3.4, 4.6),
    )
    for row in range(16):
        for column in range(24):
            x, y = 25 + column * 50.0, 25 + row * 50.0
            astray = math.exp(-((math.dist((x, y), (sx, sy)) / 258) ** 2))
            angle = math.atan2(y - py, x - px) + turn * astray
            half = min(47.5, 16 + 0.06 * math.dist((x, y), (px, py))) / 2
            colour = look.accent if astray > 0.73 else look.line
            sheet.line((polar((x, y), -half, angle), polar((x, y), half, angle)), colour, 5)


def waves(sheet: Sheet, rng: Random, look: Look) -> None:
    """A sea in line screen: nothing but level lines that are now thick, now thin."""
    swells = [
        (rng.uniform(1.2, 2.4), rng.uniform(9, 12), rng.uniform(0, 6.3)),
        (-rng.uniform(0.8, 2.0), rng.uniform(12, 17), rng.uniform(0, 6.3)),
        (rng.uniform(3.0, 5.0), rng.uniform(4, 8), rng.uniform(0, 6.3)),
    ]
    chosen = rng.randrange(16, 26)
    y, run = 92.0, 0
    while y < HEIGHT + 20:
        pitch = 7 + 14 * y / HEIGHT
        near = (y + 130) / 930
        upper, lower = [], []
        for x in along(-12, 1212, 154):
            across, away = (x - 600) / 600 / near**0.8, -3 * math.log(near)
            wave = sum(math.sin(f * across + g * away + p) for f, g, p in swells) / 3
            half = pitch * (0.06 + 0.42 * (0.5 + 0.5 * wave) ** 1.5)
            upper.append((x, y - half))
            lower.append((x, y + half))
        sheet.shape(upper + lower[::-1], look.accent if run == chosen else look.line)
        y, run = y + pitch, run + 1


def contours(sheet: Sheet, rng: Random, look: Look) -> None:
    """A landscape read by its heights, and the way that water would take."""
    hills = [
        (rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(130, 300), rng.uniform(-0.5, 1)) for _ in range(8)
    ]
    hills.append((rng.uniform(300, 900), rng.uniform(220, 560), 190.0, 1.3))

    def height(x: float, y: float) -> float:
        return sum(h * math.exp(-((x - c) ** 2 + (y - d) ** 2) / (w * w)) for c, d, w, h in hills)

    step = 12.0
    grid = [[height(column * step, row * step) for column in range(102)] for row in range(68)]
    low, high = min(map(min, grid)), max(map(max, grid))
    for n in range(1, 24):
        level = low + (high - low) * n / 24
        for start, end in _crossings(grid, level, step):
            sheet.line((start, end), look.line if n % 4 == 0 else mix(look.line, look.ground, 0.45), 3.6 - n % 4 * 0.45)
    summit = max(((x, y) for x in range(60, 1140, 12) for y in range(60, 740, 12)), key=lambda at: height(*at))
    _water(sheet, look, height, (summit[0] + 16.0, summit[1] + 11.0))
    sheet.disc(*summit, 15, look.ground)
    sheet.disc(*summit, 10, look.line)


def _crossings(grid: list[list[float]], level: float, step: float) -> list[tuple[Point, Point]]:
    """Return the pieces of the line of one height, found square by square."""
    pieces = []
    for row, (upper, lower) in enumerate(pairwise(grid)):
        for column in range(len(upper) - 1):
            a, b, c, d = upper[column], upper[column + 1], lower[column + 1], lower[column]
            if min(a, b, c, d) > level or max(a, b, c, d) < level:
                continue
            x, y, cuts = column * step, row * step, []
            if (a > level) != (b > level):
                cuts.append((x + step * (level - a) / (b - a), y))
            if (b > level) != (c > level):
                cuts.append((x + step, y + step * (level - b) / (c - b)))
            if (d > level) != (c > level):
                cuts.append((x + step * (level - d) / (c - d), y + step))
            if (a > level) != (d > level):
                cuts.append((x, y + step * (level - a) / (d - a)))
            pieces += list(zip(cuts[::2], cuts[1::2], strict=False))
    return pieces


def _water(sheet: Sheet, look: Look, height: Field, start: Point) -> None:
    (x, y), path = start, [start]
    while 0 < x < WIDTH and 0 < y < HEIGHT and len(path) < 400:
        fall = (height(x + 1, y) - height(x - 1, y), height(x, y + 1) - height(x, y - 1))
        steep = math.hypot(*fall)
        if steep < 4e-4 and len(path) > 20:
            break
        x, y = x - fall[0] / steep * 5, y - fall[1] / steep * 5
        path.append((x, y))
    sheet.line(path, look.accent, 8)
    sheet.disc(*path[-1], 17, look.accent)


def grids(sheet: Sheet, rng: Random, look: Look) -> None:
    """Two rulings a few degrees apart, and the third one that appears though nobody drew it."""
    pitch, angle = rng.uniform(12, 15), rng.choice((-1, 1)) * math.radians(rng.uniform(4, 7))
    for n in range(int(WIDTH / pitch) + 2):
        sheet.cut((n * pitch, 0), (n * pitch, HEIGHT + 1), look.line, pitch * 0.42)
    x, y, r = rng.uniform(420, 780), rng.uniform(370, 430), rng.uniform(270, 310)
    sheet.disc(x, y, r, look.accent if look.accent == PENCIL else look.soft)
    ruling = MARK if look.line == INK else look.line
    for n in range(-int(r / pitch), int(r / pitch) + 1):
        away = n * pitch
        half = math.sqrt(max(0.0, r * r - away * away)) - 1
        for slant in (0.0, angle):
            foot = polar((x, y), away, slant)
            up = slant + math.pi / 2
            sheet.cut(polar(foot, -half, up), polar(foot, half, up), ruling, pitch * 0.42)
