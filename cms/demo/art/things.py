"""Pictures of one thing that is looked at: a dial, a wheel of duty, a seal, a keyboard, a tray of crystals."""

from __future__ import annotations

import math
from random import Random

from cms.demo.art.sheet import INK, MARK, PENCIL, STEEL, STONE, WHITE, Look, Sheet, along, mix, oval, polar

CENTRE = (600.0, 400.0)


def dial(sheet: Sheet, rng: Random, look: Look) -> None:
    """Sixty strokes, and a sixty-first that has to be squeezed in."""
    top = -math.pi / 2
    for n in range(60):
        away = 3.0 + 6 * (n % 30)
        away += 1.1 * math.exp((3 - away) / rng.uniform(9, 11))
        angle = top + math.radians(away if n < 30 else -away)
        sheet.line((polar(CENTRE, 222, angle), polar(CENTRE, 338, angle)), look.accent, 5)
    sheet.line((polar(CENTRE, 168, top), polar(CENTRE, 374, top)), look.line, 13)


def slices(sheet: Sheet, rng: Random, look: Look) -> None:
    """Five unequal parts make a whole only if somebody looks after the seams."""
    shares = [rng.uniform(0.75, 1.35) for _ in range(5)]
    whole, turn, r, over = sum(shares), rng.uniform(200, 300), 328.0, 7.0
    own = rng.randrange(5)
    starts = [turn + 360 * sum(shares[:n]) / whole for n in range(6)]
    light = MARK if look.ground != MARK else WHITE
    tones = [mix(look.line, look.ground, share) for share in (0.0, 0.1, 0.04, 0.14, 0.0)]
    for n in range(5):
        sheet.wedge(CENTRE, r, light if n == own else tones[n], (starts[n], starts[n + 1]))
    for start in starts[:5]:
        sheet.wedge(CENTRE, r + 16, look.ground, (start - over - 0.7, start + over + 0.7))
        sheet.wedge(CENTRE, r + 16, look.accent, (start - over, start + over))
        for k in range(5):
            at = math.radians(start - over + (k + 0.5) * 2 * over / 5)
            sheet.cut(polar(CENTRE, 90, at), polar(CENTRE, r + 16, at), light, 2.2)
    sheet.disc(*CENTRE, 96, look.ground)
    sheet.ring(*CENTRE, 74, look.line, 4)


def seal(sheet: Sheet, rng: Random, look: Look) -> None:
    """A seal proves which stamp was used, and has no opinion on whose hand was on it."""
    lobes, twist = rng.choice((18, 20, 24, 30)), rng.uniform(0.7, 1.4)
    around = along(0, math.tau, 721)
    for n in range(24):
        base = 176 + n * 7.0
        swing = 3 + 10 * math.sin(math.pi * n / 23) ** 2
        shift = twist * math.sin(n / 23 * math.tau)
        for sign in (1, -1):
            path = [polar(CENTRE, base + swing * math.sin(lobes * a + sign * shift), a) for a in around]
            sheet.line(path, look.line, 1.9)
    for n in range(lobes * 3):
        sheet.disc(*polar(CENTRE, 364, n * math.tau / (lobes * 3)), 5, look.line)
    disc = MARK if look.ground != MARK else WHITE
    sheet.disc(*CENTRE, 150, look.line)
    sheet.disc(*CENTRE, 144, disc)


def keys(sheet: Sheet, rng: Random, look: Look, *, word: str = "") -> None:
    """The keys that fingers know, and the path that one order wears into them."""
    rows = ("1234567890-", "qwertyuiop[", "asdfghjkl;'", "zxcvbnm,./", " ")
    left, top, pitch, size = -58.0, 106.0, 118.0, 100.0
    typed = word or "".join(rng.sample("qwertyuiopasdfghjklzxcvbnm", 7))
    at = {}
    worn, polished = (MARK, PENCIL) if look.line == INK else (look.accent, STEEL)
    for row, letters in enumerate(rows):
        x, y = left + (0, 44, 75, 129, 310)[row], top + row * pitch
        for n, letter in enumerate(letters):
            width = 600 if letter == " " else size
            at[letter] = (x + n * pitch + width / 2, y + size / 2 - 5)
            sheet.tile(x + n * pitch, y, width, size, look.line, radius=8)
            face = mix(look.line, look.ground, 0.13) if letter not in typed else polished
            sheet.tile(x + n * pitch + 8, y + 5, width - 16, size - 20, face, radius=6)
    path = [at[letter] for letter in typed]
    sheet.line(path, worn, 11)
    for x, y in path:
        sheet.disc(x, y, 13, worn)
    sheet.disc(*path[0], 24, worn)
    sheet.disc(*path[0], 11, look.line)


def discs(sheet: Sheet, rng: Random, look: Look) -> None:
    """A tray of blanks, all of one stone and at one slant, but for one that keeps another time."""
    odd = (rng.randrange(3, 8), rng.randrange(2, 4))
    face = mix(look.line, WHITE, 0.72) if look.line != INK else WHITE
    edge = mix(face, look.ground, 0.5) if look.line != INK else STONE
    for row in range(7):
        for column in range(12):
            x, y = 22 + column * 105.0 + row % 2 * 52 - 26, 28 + row * 124.0
            if (column, row) == odd:
                continue
            lean = -0.62 + rng.uniform(-0.05, 0.05)
            sheet.shape(oval((x + 6, y + 8), 48, 15, lean), edge)
            sheet.shape(oval((x, y), 48, 15, lean), face)
    x, y = 22 + odd[0] * 105.0 + odd[1] % 2 * 52 - 26, 28 + odd[1] * 124.0
    blue, dark = (MARK, PENCIL) if look.line != INK else (PENCIL, INK)
    sheet.shape(oval((x + 8, y + 7), 56, 38, 0.75), dark if look.ground != PENCIL else INK)
    sheet.shape(oval((x, y), 56, 38, 0.75), blue)
