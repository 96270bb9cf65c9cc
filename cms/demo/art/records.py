"""Pictures of things written down by machines and by people who count: tape, cards, tallies, tables, calendars."""

from __future__ import annotations

import math
from random import Random

from cms.demo.art.sheet import HEIGHT, INK, PAPER, WIDTH, Look, Sheet, mix


def tape(sheet: Sheet, rng: Random, look: Look) -> None:
    """Punched holes to either side of the guide holes; somewhere in the middle it gets talkative."""
    talk = rng.uniform(14, 19)
    for column in range(30):
        x = 34 + column * 39.0
        chance = 0.27 + 0.36 * math.exp(-(((column - talk) / 5) ** 2))
        for row in range(18):
            y = 60 + row * 40.0
            if row == 9:
                sheet.disc(x, y, 4, look.line)
            elif rng.random() < chance:
                sheet.disc(x, y, 13, look.line)


def cards(sheet: Sheet, rng: Random, look: Look) -> None:
    """A deck of punched cards; the holes of the first one are random, the column that is off is not."""
    faces = ((84, 0.62), (42, 0.36), (0, 0.0))
    paper = PAPER if look.ground != PAPER else look.soft
    for away, shade in faces:
        x, y = 150 + away * 0.9, 196 - away
        face = mix(paper, look.ground, shade)
        sheet.shape(
            ((x + 46, y), (x + 860, y), (x + 860, y + 500), (x, y + 500), (x, y + 46)),
            mix(look.ground, look.line, 0.35),
        )
        sheet.shape(((x + 46, y + 3), (x + 857, y + 3), (x + 857, y + 497), (x + 3, y + 497), (x + 3, y + 47)), face)
    odd = rng.randrange(24, 34)
    hole = INK if look.line == INK else look.ground
    for column in range(40):
        punched = {rng.randrange(12), rng.randrange(3)} if column % 9 != 8 else set()
        for row in range(12):
            u, v = 178 + column * 20.2, 224 + row * 37.5
            if column == odd and row in (1, 4, 5, 9):
                sheet.box(u, v, 11, 26, hole)
                sheet.box(u + 2, v + 2, 7, 22, look.accent if look.accent != "#ffffff" else look.line)
            elif column != odd and row in punched:
                sheet.box(u, v, 11, 26, hole)
            elif row > 2:
                sheet.box(u + 4, v + 10, 3, 6, mix(paper, look.ground, 0.55))


def tally(sheet: Sheet, rng: Random, look: Look) -> None:
    """Two counts, kept apart, and the few letters that carried one to the other."""
    groups = 11
    places = [72 + n * 100.0 for n in range(groups)]
    letter = mix(look.line, look.soft, 0.5)
    for start, end in ((0, 1), (2, 4), (4, 5), (6, 8), (9, 10)):
        up = (start + end) % 2 == 0
        top, bottom = (places[start], places[end]) if not up else (places[end], places[start])
        ends = ((top + 30, 326), (bottom + 30, 474))
        sheet.line(ends, letter, 3)
        sheet.disc(*ends[0 if up else 1], 8, letter)
    for top, colour, missing in ((130.0, look.line, 99), (504.0, look.accent, groups - 1)):
        for n, left in enumerate(places):
            strokes = 4 if n != missing else 2
            for stroke in range(strokes):
                x, lean = left + stroke * 19 + rng.uniform(-2, 2), rng.uniform(-5, 5)
                sheet.line(((x + lean, top + rng.uniform(-7, 7)), (x, top + 160 + rng.uniform(-7, 7))), colour, 7)
            if strokes == 4:
                drop = rng.uniform(34, 48)
                sheet.line(((left - 15, top + 132 - drop / 3), (left + 74, top + 28 + drop / 3)), colour, 7)


def columns(sheet: Sheet, rng: Random, look: Look) -> None:
    """Fourteen columns, of which one says what all the others are about."""
    widths = [rng.uniform(30, 54) for _ in range(13)]
    for row in range(26):
        y = 56 + row * 27.0 + (8 if row else 0)
        name = rng.uniform(84, 126)
        for up in (0.0, 9.0):
            sheet.box(60, y + up, name, 6, look.accent)
        for n, room in enumerate(widths):
            if row == 0 or rng.random() < 0.9:
                length = room * rng.choice((0.35, 0.6, 0.6, 0.8, 1))
                sheet.box(284 + n * 71.3 - length, y + 3, length, 9, look.line)
    sheet.box(60, 81, 1080, 3, look.line)


def calendar(sheet: Sheet, rng: Random, look: Look) -> None:
    """Five weeks of days, and the one that had to be put in where no day was."""
    x, y, size, gap = 142.0, 92.0, 112.0, 14.0
    busy = rng.sample(range(35), 9)
    for n in range(35):
        left, top = x + n % 7 * (size + gap), y + n // 7 * (size + gap)
        if n in busy:
            sheet.box(left, top, size, size, look.line)
            continue
        sheet.box(left, top, size, size, mix(look.ground, look.soft, 0.38 if n % 7 < 5 else 0.75))
        for line in range(rng.choice((0, 1, 2, 4))):
            sheet.box(left + 14, top + 20 + line * 21, rng.uniform(40, 84), 6, mix(look.soft, look.line, 0.3))
    extra = rng.randrange(1, 4)
    left, top = x + 7 * (size + gap) - 34, y + extra * (size + gap) + 26
    sheet.box(left - 8, top - 8, size + 16, size + 16, look.ground)
    sheet.box(left, top, size, size, look.accent)


def queue(sheet: Sheet, rng: Random, look: Look) -> None:
    """A queue with one slow thing in it: a crowd behind, and free road before."""
    floor, x = 640.0, 1128.0
    slow = rng.randrange(5, 8)
    sheet.box(0, floor + 18, WIDTH, 4, look.line)
    n = 0
    while x > -30:
        if n == slow:
            sheet.box(x - 46, 110, 64, floor - 110, look.accent)
            x -= 84
        else:
            height = rng.choice((60, 90, 120, 150, 190, 240))
            sheet.box(x, floor - height, 18, height, look.line)
            x -= rng.uniform(86, 120) if n < slow - 1 else 27
        n += 1


def shelves(sheet: Sheet, rng: Random, look: Look) -> None:
    """A wall of boxes that nobody has opened, but for one."""
    opened = (rng.randrange(5, 10), rng.randrange(2, 4))
    for row in range(6):
        top = 26 + row * 130.0
        for column in range(14):
            left = -20 + column * 89.0
            if (column, row) == opened:
                sheet.box(left, top, 76, 104, look.accent)
                sheet.shape(((left, top), (left + 76, top), (left + 104, top - 20), (left + 28, top - 20)), look.line)
                sheet.box(left + 10, top + 10, 56, 84, mix(look.accent, look.line, 0.35))
                continue
            tone = rng.choice((0.25, 0.5, 0.5, 0.8))
            sheet.box(left, top, 76, 104, mix(look.ground, look.soft, tone))
            sheet.box(left + 20, top + 24, 36, 16, look.ground)
            sheet.box(left + 26, top + 30, rng.uniform(10, 24), 4, look.line)
            sheet.box(left + 32, top + 74, 12, 6, look.line)
        sheet.box(0, top + 104, WIDTH, 7, look.line)
    sheet.box(0, HEIGHT - 2, WIDTH, 4, look.ground)
