"""A sheet to draw on, in the house's few colours, with coordinates that don't know how large the picture will be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw

SIZE = (1600, 1067)
WIDTH, HEIGHT = 1200.0, 800.0
# Drawn three times as large and reduced: at twice, thin circles and nearly level lines still showed their steps.
OVER = 3

# The house's colours (static/css/tokens.css), and the cool greys of its art.
INK = "#14191d"
PENCIL = "#00608f"
TEAL = "#2f8db0"
MARK = "#a4dded"
WHITE = "#ffffff"
PAPER = "#f4f7f8"
PALE = "#eef5f7"
MIST = "#dfeaee"
HAZE = "#d4e9f0"
SLATE = "#22303a"
STEEL = "#5f7480"
STONE = "#9fb2bb"
CLOUD = "#c9d6dc"

Point = tuple[float, float]


class Look(NamedTuple):
    """What a picture is printed with: paper, the line, the one accent, and a tone that steps back."""

    ground: str
    line: str
    accent: str
    soft: str


SKY = Look(MARK, INK, PENCIL, TEAL)
AIR = Look(HAZE, INK, PENCIL, STONE)
FOG = Look(MIST, INK, PENCIL, STONE)
DAY = Look(PAPER, INK, PENCIL, CLOUD)
NIGHT = Look(SLATE, MARK, WHITE, STEEL)
DEEP = Look(PENCIL, MARK, WHITE, TEAL)
LOOKS = (SKY, AIR, FOG, DAY, NIGHT, DEEP)


class Sheet:
    """One drawing in the making; 1200 units wide and 800 high, whatever the number of pixels."""

    def __init__(self, ground: str) -> None:
        width, height = SIZE
        self._image = Image.new("RGB", (width * OVER, height * OVER), ground)
        self._draw = ImageDraw.Draw(self._image)
        self._scale = width * OVER / WIDTH

    def finished(self) -> Image.Image:
        """Return the picture at its printed size."""
        return self._image.reduce(OVER)

    def line(self, points: Iterable[Point], colour: str, width: float) -> None:
        """Stroke a line through the points, with round ends and joints."""
        path = [(x * self._scale, y * self._scale) for x, y in points]
        pixels = self._pixels(width)
        self._draw.line(path, fill=colour, width=pixels, joint="curve")
        if pixels > OVER:
            for x, y in (path[0], path[-1]):
                self._spot(x, y, pixels / 2, colour)

    def cut(self, start: Point, end: Point, colour: str, width: float) -> None:
        """Stroke one straight line with blunt ends."""
        (x, y), (u, v), k = start, end, self._scale
        self._draw.line((x * k, y * k, u * k, v * k), fill=colour, width=self._pixels(width))

    def disc(self, x: float, y: float, r: float, colour: str) -> None:
        self._spot(x * self._scale, y * self._scale, r * self._scale, colour)

    def ring(self, x: float, y: float, r: float, colour: str, width: float) -> None:
        """Stroke a circle; the line lies on both sides of its radius."""
        x, y, outer = x * self._scale, y * self._scale, (r + width / 2) * self._scale
        box = (x - outer, y - outer, x + outer, y + outer)
        self._draw.ellipse(box, outline=colour, width=self._pixels(width))

    def wedge(self, centre: Point, r: float, colour: str, span: tuple[float, float]) -> None:
        """Fill a slice of a disc between two angles in degrees, clockwise from three o'clock."""
        x, y, r = centre[0] * self._scale, centre[1] * self._scale, r * self._scale
        self._draw.pieslice((x - r, y - r, x + r, y + r), *span, fill=colour)

    def shape(self, points: Iterable[Point], colour: str) -> None:
        self._draw.polygon([(x * self._scale, y * self._scale) for x, y in points], fill=colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle; neighbours that share an edge share no pixel and leave no gap."""
        left, top, right, bottom = (round(n * self._scale) for n in (x, y, x + width, y + height))
        if right > left and bottom > top:
            self._draw.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def tile(self, x: float, y: float, width: float, height: float, colour: str, *, radius: float) -> None:
        """Fill a rectangle with round corners."""
        k = self._scale
        box = (x * k, y * k, (x + width) * k - 1, (y + height) * k - 1)
        self._draw.rounded_rectangle(box, radius=radius * k, fill=colour)

    def register(self, x: float, y: float, r: float, colour: str, width: float) -> None:
        """Set a registration mark: the cross and circle that say where the plates should meet."""
        self.ring(x, y, r * 0.62, colour, width)
        self.cut((x - r, y), (x + r, y), colour, width)
        self.cut((x, y - r), (x, y + r), colour, width)

    def _spot(self, x: float, y: float, r: float, colour: str) -> None:
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def _pixels(self, width: float) -> int:
        return max(1, round(width * self._scale))


def mix(one: str, other: str, share: float) -> str:
    """Return the colour that is `share` of the way from one to the other."""
    near, far = ImageColor.getrgb(one), ImageColor.getrgb(other)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(near, far, strict=True))


def along(start: float, stop: float, count: int) -> list[float]:
    """Return `count` numbers at equal distance, both ends among them."""
    return [start + (stop - start) * i / (count - 1) for i in range(count)]


def polar(centre: Point, r: float, angle: float) -> Point:
    """Return the point at a distance from the centre and an angle in radians, clockwise from three o'clock."""
    return centre[0] + r * math.cos(angle), centre[1] + r * math.sin(angle)


def turned(points: Sequence[Point], centre: Point, angle: float) -> list[Point]:
    """Return the points, given around the origin, turned by an angle in radians and moved to the centre."""
    cos, sin = math.cos(angle), math.sin(angle)
    return [(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in points]


def oval(centre: Point, rx: float, ry: float, angle: float) -> list[Point]:
    """Return the outline of an ellipse that is turned by an angle in radians."""
    around = [i * math.tau / 72 for i in range(72)]
    return turned([(rx * math.cos(a), ry * math.sin(a)) for a in around], centre, angle)
