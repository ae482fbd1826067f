"""The paper of a chart: texts, boxes, lines and dots in points, y downwards, drawn by matplotlib in one go.

A chart has neither axes nor ticks, so what is drawn are not matplotlib's plots of data but its shapes: the
whole sheet is one artist. That costs a tenth of a plot with as many artists as there are texts and bars.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, cast

from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from storbynav.figures import style
from storbynav.figures.style import Variant

OUTLINE = 0.9
RING = 1.4
RULE = 0.8
HALF_CAPITAL = 0.33


class Line(NamedTuple):
    """A line of text; `y` is its base line."""

    x: float
    y: float
    text: str
    size: float
    weight: int
    colour: str

    @property
    def width(self) -> float:
        """Width in points."""
        return style.text_width(self.text, self.size, self.weight)


class Box(NamedTuple):
    """A rectangle from its upper left corner; the outline, if any, is drawn along its sides."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    edge: str | None


class Stroke(NamedTuple):
    """A straight line."""

    start: tuple[float, float]
    end: tuple[float, float]
    thickness: float
    colour: str


class Dot(NamedTuple):
    """A dot, or a ring."""

    x: float
    y: float
    radius: float
    colour: str
    filled: bool


@dataclass
class Sheet:
    """What is to be drawn, in points from the upper left corner; known in full before a figure is made."""

    variant: Variant
    texts: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    y: float = 0.0

    def text(
        self, x: float, y: float, text: str, size: float, *, weight: int = 400, colour: str = style.INK
    ) -> None:
        """A line of text, its capitals vertically centred on `y`."""
        self.texts.append(Line(x, y + HALF_CAPITAL * size, text, size, weight, colour))

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        weight: int = 400,
        colour: str = style.INK,
        left: float = 0,
        width: float | None = None,
    ) -> None:
        """A wrapped paragraph from `left`, from the current height downwards."""
        for line in style.wrap(text, width or self.variant.width, size, weight):
            self.y += size * 0.62
            self.text(left, self.y, line, size, weight=weight, colour=colour)
            self.y += size * 0.63

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str | None = None
    ) -> None:
        """A rectangle; with `edge` an outline that lies inside it."""
        inset = OUTLINE / 2 if edge else 0
        self.boxes.append(
            Box(x + inset, y + inset, max(width - 2 * inset, 0.01), height - 2 * inset, fill, edge)
        )

    def dot(self, x: float, y: float, radius: float, colour: str, *, filled: bool) -> None:
        """A dot, or a ring of the same size that shows what it lies on."""
        self.dots.append(Dot(x, y, radius, colour, filled))

    def rule(self, x: float, top: float, bottom: float) -> None:
        """A thin vertical line, where bars begin."""
        self.tick(x, top, bottom, RULE, style.LINE)

    def tick(self, x: float, top: float, bottom: float, thickness: float, colour: str) -> None:
        """A vertical line."""
        self.strokes.append(Stroke((x, top), (x, bottom), thickness, colour))

    def stem(self, start: float, end: float, y: float, thickness: float, colour: str) -> None:
        """A horizontal line."""
        self.strokes.append(Stroke((start, y), (end, y), thickness, colour))

    @property
    def size(self) -> tuple[float, float]:
        """Width and height with the margins, in points."""
        margin = 2 * self.variant.margin
        return self.variant.width + margin, self.y + margin

    def figure(self) -> Figure:
        """The sheet as a matplotlib figure."""
        width, height = self.size
        figure = Figure(figsize=(width / 72, height / 72))
        figure.add_artist(_Drawing(self))
        return figure


class _Drawing(Artist):
    """Draws a sheet: boxes, then lines and dots on them, then texts."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        self.sheet = sheet

    def draw(self, renderer: RendererBase) -> None:
        """Draw everything; `renderer` is that of the format asked for."""
        sheet, scale = self.sheet, cast(float, renderer.points_to_pixels(1))
        margin, height = sheet.variant.margin, sheet.size[1]
        place = Affine2D().translate(margin, margin - height).scale(scale, -scale)

        def pen(colour: str, thickness: float = 0) -> GraphicsContextBase:
            context = renderer.new_gc()
            context.set_foreground(colour)
            context.set_linewidth(thickness)
            return context

        for box in sheet.boxes:
            shape = Affine2D().scale(box.width, box.height).translate(box.x, box.y) + place
            context = pen(box.edge or box.fill, OUTLINE if box.edge else 0)
            context.set_joinstyle("miter")
            renderer.draw_path(context, Path.unit_rectangle(), shape, to_rgba(box.fill))
        for stroke in sheet.strokes:
            context = pen(stroke.colour, stroke.thickness)
            renderer.draw_path(context, Path([stroke.start, stroke.end]), place)
        for dot in sheet.dots:
            radius = dot.radius if dot.filled else dot.radius - RING / 2
            shape = Affine2D().scale(radius).translate(dot.x, dot.y) + place
            context = pen(dot.colour, 0 if dot.filled else RING)
            fill = to_rgba(dot.colour) if dot.filled else None
            renderer.draw_path(context, Path.unit_circle(), shape, fill)
        for line in sheet.texts:
            x, y = place.transform((line.x, line.y))
            if renderer.flipy():
                y = renderer.get_canvas_width_height()[1] - y
            renderer.draw_text(pen(line.colour), x, y, line.text, _font_for(line), 0)


def _font_for(line: Line) -> FontProperties:
    return _font(line.size, line.weight, all(map(style.has_glyph, line.text)))


@lru_cache(maxsize=64)
def _font(size: float, weight: int, whole: bool) -> FontProperties:
    families = [style.register_fonts()] if whole else [style.register_fonts(), "DejaVu Sans"]
    return FontProperties(family=families, size=size, weight=weight)
