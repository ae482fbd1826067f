"""The paper of a chart: texts, boxes, lines and dots in points, y downwards, drawn at once by matplotlib."""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from storbynav.figures import style
from storbynav.figures.style import Variant

OUTLINE = 0.9
RING = 1.4
HALF_CAPITAL = 0.33


@dataclass
class Sheet:
    """What is to be drawn, in points from the upper left corner; known in full before a figure is made."""

    variant: Variant
    texts: list[tuple[float, float, str, float, int, str]] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float, str, str | None]] = field(default_factory=list)
    lines: list[tuple[float, float, float]] = field(default_factory=list)
    dots: list[tuple[float, float, float, str, bool]] = field(default_factory=list)
    stems: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    y: float = 0.0

    def text(
        self, x: float, y: float, text: str, size: float, *, weight: int = 400, colour: str = style.INK
    ) -> None:
        """A line of text, its capitals vertically centred on `y`."""
        self.texts.append((x, y, text, size, weight, colour))

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
            (x + inset, y + inset, max(width - 2 * inset, 0.01), height - 2 * inset, fill, edge)
        )

    def dot(self, x: float, y: float, radius: float, colour: str, *, filled: bool) -> None:
        """A dot, or a ring of the same size that shows what it lies on."""
        self.dots.append((x, y, radius, colour, filled))

    def stem(self, start: float, end: float, y: float, thickness: float, colour: str) -> None:
        """A horizontal line."""
        self.stems.append((start, end, y, thickness, colour))

    def figure(self) -> Figure:
        """Draw everything."""
        width, height, margin = self.variant.width, self.y, self.variant.margin
        figure = Figure(figsize=((width + 2 * margin) / 72, (height + 2 * margin) / 72))
        axes = figure.add_axes((0, 0, 1, 1), xticks=(), yticks=())
        axes.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
        axes.set_axis_off()
        self._draw(axes)
        return figure

    def _draw(self, axes: Axes) -> None:
        lefts, tops, widths, heights, fills, edges = zip(*self.boxes, strict=True)
        axes.barh(
            [top + height / 2 for top, height in zip(tops, heights, strict=True)],
            widths,
            heights,
            left=lefts,
            color=fills,
            edgecolor=[edge or "none" for edge in edges],
            linewidth=[OUTLINE if edge else 0 for edge in edges],
            clip_on=False,
        )
        for x, top, bottom in self.lines:
            axes.plot(
                [x, x], [top, bottom], color=style.LINE, linewidth=0.8, solid_capstyle="butt", clip_on=False
            )
        for start, end, y, thickness, colour in self.stems:
            axes.plot(
                [start, end], [y, y], color=colour, linewidth=thickness, solid_capstyle="butt", clip_on=False
            )
        for x, y, radius, colour, filled in self.dots:
            # A patch and not a marker: markers are drawn by reference to ids, which a bundle drops.
            axes.add_patch(
                Circle(
                    (x, y),
                    radius if filled else radius - RING / 2,
                    facecolor=colour if filled else "none",
                    edgecolor="none" if filled else colour,
                    linewidth=0 if filled else RING,
                    clip_on=False,
                    zorder=3,
                )
            )
        for x, y, text, size, weight, colour in self.texts:
            base = y + HALF_CAPITAL * size
            axes.text(x, base, text, size=size, weight=weight, color=colour, va="baseline", clip_on=False)
