"""Pictures built of pieces that fill the sheet: cubes, tiles, threads, layers, blocks, crystals."""

from __future__ import annotations

import math
from random import Random

from cms.demo.art.sheet import (
    HEIGHT,
    INK,
    MARK,
    PALE,
    PENCIL,
    SLATE,
    TEAL,
    WIDTH,
    Look,
    Point,
    Sheet,
    along,
    mix,
    turned,
)

# One cube: top, left and right face. Most stay in the fog, some catch light, one or two are the story.
FAINT = ("#eef3f5", "#e0e8ec", "#d3dde2")
CLEAR = ("#ffffff", "#c9d6dc", "#90a3ad")
MARKED = (MARK, PENCIL, INK)

# The tiles of art-separations, row by row: ground, form, colour. A form is the corner in which a quarter disc
# sits, a disc (o), or stripes (=).
PLATE = (
    "e nw t|p sw m|c se t|p o m|c se k|e se m",
    "e se m|e o t|m ne k|e sw t|e nw k|e nw k",
    "p sw t|e o m|p = m|e o p|p ne k|e ne p",
    "m nw t|p nw t|e o k|e sw t|p se t|e ne t",
)
PLATES = {"e": PALE, "p": PENCIL, "c": "#c8e0e9", "m": MARK, "t": TEAL, "k": INK}
QUARTERS = {"nw": (0, 0, 0), "ne": (1, 0, 90), "se": (1, 1, 180), "sw": (0, 1, 270)}


def lattice(sheet: Sheet, rng: Random, look: Look, *, marked: tuple[Point, ...] = ()) -> None:
    """Cubes packed without a gap; a few are lit, and one or two are what everybody came for."""
    side, rise = 86.6, 75.0
    story = marked or tuple((rng.randrange(3, 11), rng.randrange(2, 8)) for _ in range(rng.choice((1, 2, 3))))
    for row in range(13):
        for column in range(17):
            x, y = (column - 1) * side + (row % 2) * side / 2, row * rise - 100
            lit = rng.random() < 0.19
            faces: tuple[str, ...] = MARKED if (column, row) in story else CLEAR if lit else FAINT
            if look.ground == SLATE and faces is not MARKED:
                faces = tuple(mix(SLATE, face, 0.1 + 0.25 * lit) for face in faces)
            _cube(sheet, (x, y), faces, (side / 2, 25.0, 50.0))


def _cube(sheet: Sheet, at: Point, faces: tuple[str, ...], size: tuple[float, float, float]) -> None:
    (x, y), (dx, dy, high) = at, size
    top, left, right = faces
    sheet.shape(((x, y - dy), (x + dx, y), (x, y + dy), (x - dx, y)), top)
    sheet.shape(((x - dx, y), (x, y + dy), (x, y + dy + high), (x - dx, y + high)), left)
    sheet.shape(((x + dx, y), (x, y + dy), (x, y + dy + high), (x + dx, y + high)), right)


def tiles(sheet: Sheet, rng: Random, look: Look, *, plate: tuple[str, ...] = ()) -> None:
    """Every tile answers to its neighbours; the striped one is there to be filled in."""
    for row, cells in enumerate(plate or _plate(rng)):
        for column, cell in enumerate(cells.split("|")):
            ground, form, colour = cell.split()
            x, y = column * 200.0, row * 200.0
            sheet.box(x, y, 200, 201, PLATES[ground])
            if form == "o":
                sheet.disc(x + 100, y + 100, 62, PLATES[colour])
            elif form == "=":
                for n in range(8):
                    sheet.box(x, y + 8 + n * 25, 200, 8, PLATES[colour])
            else:
                right, down, start = QUARTERS[form]
                sheet.wedge((x + right * 200, y + down * 200), 200, PLATES[colour], (start, start + 90))


def _plate(rng: Random) -> list[str]:
    striped, rows = rng.randrange(24), []
    for row in range(4):
        cells = []
        for column in range(6):
            ground = rng.choice("eeeeppcm")
            colour = rng.choice([c for c in "tttmkkp" if c != ground])
            form = rng.choice(("nw", "ne", "se", "sw", "nw", "se", "o"))
            cells.append("p = m" if row * 6 + column == striped else f"{ground} {form} {colour}")
        rows.append("|".join(cells))
    return rows


def weave(sheet: Sheet, rng: Random, look: Look) -> None:
    """Threads over and under, as agreed, with one that goes its own way."""
    pitch, thread, gap = 50.0, 40.0, 5.0
    down = mix(look.ground, look.soft, 0.75)
    stray = rng.randrange(5, 11)
    slip = rng.randrange(7, 16)
    for row in range(17):
        y = row * pitch - 25
        for column in range(25):
            x = column * pitch - 25
            over = (row + column) % 4 < 2
            over = over or (row == stray and slip <= column < slip + 6)
            if over:
                sheet.box(x, y + gap, pitch, thread, look.accent if row == stray else look.line)
            else:
                sheet.box(x + gap, y, thread, pitch, down)


def strata(sheet: Sheet, rng: Random, look: Look) -> None:
    """Layers laid down one after the other, and the fault that moved them all at once."""
    tops = [90.0]
    while tops[-1] < 900:
        tops.append(tops[-1] + rng.uniform(34, 96))
    folds = [(rng.uniform(0.003, 0.009), rng.uniform(0, 6.3), rng.uniform(8, 24)) for _ in range(3)]
    tones = _layers(rng, look, len(tops))
    seam = rng.randrange(3, 6)
    fault, throw = rng.uniform(480, 760), rng.choice((-1, 1)) * rng.uniform(66, 104)
    for left, right, drop in ((-260.0, fault, 0.0), (fault, 1460.0, throw)):
        spots = along(left, right, 90)

        def place(s: float, y: float, drop: float = drop) -> Point:
            level = y + drop + sum(h * math.sin(s * f + p) for f, p, h in folds)
            return s - (level - 400) * 0.22, level

        for n, top in enumerate(tops):
            colour = look.accent if n == seam else tones[n]
            edge = [place(s, top) for s in spots]
            sheet.shape([*edge, place(right, 1300), place(left, 1300)], colour)
            if n % 3 == 1 and n != seam:
                for deep in range(1, 7):
                    line = [place(s, top + deep * 9) for s in spots]
                    sheet.line(line, mix(tones[n], look.ground if n > seam else look.line, 0.4), 2)
    sheet.line([(fault + 160 - 0.22 * y + 0.22 * -312, y) for y in (-20, 820)], look.ground, 5)


def _layers(rng: Random, look: Look, count: int) -> list[str]:
    """Return tones that darken with depth, neighbours always told apart."""
    tones = []
    for n in range(count):
        share = min(1.0, n / 9) * 0.82 + (0.12 if n % 2 else 0.0)
        tones.append(mix(mix(look.ground, look.soft, 0.55), look.line, min(1.0, share + rng.uniform(0, 0.05))))
    return tones


def blocks(sheet: Sheet, rng: Random, look: Look) -> None:
    """Everything stands on something; here all of it stands on one small block."""
    x, y = rng.uniform(520, 680), 704.0
    sheet.box(0, y, WIDTH, 4, look.line)
    sheet.box(x - 19, y - 50, 38, 50, look.accent)
    left, right, y = x - 19, x + 19, y - 50
    while y > 70:
        height = rng.choice((34.0, 44.0, 56.0))
        spread = rng.uniform(34, 92)
        left, right = max(90, left - spread * rng.uniform(0.4, 1)), min(1110, right + spread * rng.uniform(0.4, 1))
        y -= height
        start = left
        while start < right - 12:
            width = min(right - start, rng.choice((46.0, 70.0, 110.0, 160.0)))
            if right - start - width < 30:
                width = right - start
            tone = rng.choice((0.0, 0.0, 0.35, 0.6))
            sheet.box(start + 2, y + 2, width - 4, height - 4, mix(look.line, look.soft, tone))
            start += width


def crystals(sheet: Sheet, rng: Random, look: Look) -> None:
    """Long crystals in their vessel, all of them leaning the same few degrees."""
    lean = math.radians(rng.choice((-1, 1)) * rng.uniform(6, 10))
    pale, ink, blue = (
        (mix(colour, look.ground, dark), mix(colour, look.ground, light))
        for colour, dark, light in ((look.soft, 0.25, 0.62), (look.line, 0, 0.22), (look.accent, 0, 0.35))
    )
    for kind, columns, rows, wide in ((pale, 17, 3, 15.0), (ink, 14, 3, 12.0), (blue, 6, 2, 13.0)):
        for column in range(columns):
            for row in range(rows):
                x = (column + rng.uniform(0.1, 0.9)) * WIDTH / columns
                y = (row + rng.uniform(0.0, 1.0)) * HEIGHT / rows
                size = (rng.uniform(90, 215), wide * rng.uniform(0.6, 1.5))
                _crystal(sheet, (x, y), (*kind, look.ground), size, lean + rng.gauss(0, 0.018))


def _crystal(sheet: Sheet, at: Point, colours: tuple[str, str, str], size: tuple[float, float], angle: float) -> None:
    """Draw one prism with pointed ends: a dark and a light face, and a rim of ground that sets it off."""
    (long, wide), (dark, light, ground) = size, colours
    tip, edge, rim = wide * 2.2, wide * 0.25, wide + 3
    outline = [(-rim, tip - long), (0.0, -long - 8), (rim, tip - long), (rim, long - tip), (0.0, long + 8)]
    left = [(-wide, tip - long), (0.0, -long), (edge, tip - long), (edge, long - tip), (0.0, long)]
    right = [(wide, tip - long), (0.0, -long), (edge, tip - long), (edge, long - tip), (0.0, long)]
    sheet.shape(turned([*outline, (-rim, long - tip)], at, angle), ground)
    sheet.shape(turned([*left, (-wide, long - tip)], at, angle), dark)
    sheet.shape(turned([*right, (wide, long - tip)], at, angle), light)
