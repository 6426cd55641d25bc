"""Plots as SVG, in light and in dark, with nothing to install."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 50, 50
APART = 15  # between two labels
LIGHT = ("#0b6bcb", "#b3541e", "#2e7d32", "#8e24aa", "#00838f", "#795548", "#616161")
DARK = ("#6cb6ff", "#f0a070", "#81c784", "#d69ae6", "#5fd0dc", "#c5a595", "#b0b0b0")
OURS, GREY = "f0", "f6"
DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 4", "5 2", "")

type Points = Sequence[tuple[int, float]]


def lines(title: str, each: Mapping[str, Points], ours: str) -> str:
    """A line a store; both axes by powers, so that what is a multiple looks like one."""
    heights = [value for points in each.values() for _, value in points]
    low, high = 10 ** math.floor(math.log10(min(heights))), max(heights) * 1.15
    across = sorted({callers for points in each.values() for callers, _ in points})

    def x(callers: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * across.index(callers) / max(len(across) - 1, 1)

    def y(value: float) -> float:
        share = math.log(value / low) / math.log(high / low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share

    drawn = list(grid(low, high, y))
    drawn += [text(x(one), HEIGHT - BOTTOM + 20, str(one), "middle") for one in across]
    drawn.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "callers at once", "middle"))
    ends = spread({name: y(points[-1][1]) for name, points in each.items()})
    for number, (name, points) in enumerate(each.items()):
        at = " ".join(f"{x(callers):.1f},{y(value):.1f}" for callers, value in points)
        thick = 3 if name == ours else 1.6
        drawn.append(
            f'<polyline points="{at}" class="s{number}" fill="none" stroke-width="{thick}"'
            f' stroke-dasharray="{DASHES[number]}"/>'
        )
        drawn += [
            f'<circle cx="{x(callers):.1f}" cy="{y(value):.1f}" r="3" class="f{number}"/>'
            for callers, value in points
        ]
        said = f"{name} {points[-1][1]:,.0f}"
        drawn.append(text(WIDTH - RIGHT + 10, ends[name] + 4, said, "start", f"f{number}"))
    return page(title, HEIGHT, drawn)


def grid(low: float, high: float, y: Callable[[float], float]) -> Iterator[str]:
    power = low
    while power <= high:
        for step in (1, 2, 5):
            if (value := power * step) <= high:
                at = f'x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"'
                yield f'<line {at} class="grid"/>'
                yield text(LEFT - 8, y(value) + 4, f"{value:,.0f}", "end")
        power *= 10


def spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """The labels' heights, none over another."""
    placed: dict[str, float] = {}
    last = -math.inf
    for name, at in sorted(wanted.items(), key=lambda one: one[1]):
        last = placed[name] = max(at, last + APART)
    over = max(0.0, last - (HEIGHT - BOTTOM))
    return {name: at - over for name, at in placed.items()}


def bars(title: str, panels: Mapping[str, Mapping[str, float]], ours: str) -> str:
    """A bar a store, a panel a question."""
    drawn: list[str] = []
    at = TOP + 10
    for said, each in panels.items():
        drawn.append(text(20, at, said, "start", "head"))
        at += 12
        for name, value in sorted(each.items(), key=lambda one: -one[1]):
            wide = (WIDTH - 330) * value / max(each.values())
            drawn.append(text(150, at + 14, name, "end"))
            shape = f'x="160" y="{at + 2}" width="{max(wide, 1):.1f}" height="16"'
            drawn.append(f'<rect {shape} class="{OURS if name == ours else GREY}"/>')
            drawn.append(text(168 + wide, at + 14, f"{value:,.0f}", "start"))
            at += 22
        at += 28
    return page(title, at, drawn)


def text(x: float, y: float, said: str, anchor: str, kind: str = "") -> str:
    of = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{of}>{escape(said)}</text>'


def page(title: str, height: int, drawn: Sequence[str]) -> str:
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
            f' width="{WIDTH}" height="{height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{style()}</style>",
            f'<rect width="{WIDTH}" height="{height}" class="paper"/>',
            text(20, 28, title, "start", "title"),
            *drawn,
            "</svg>\n",
        ]
    )


def style() -> str:
    plain = "text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:15px}"
    heads = ".title,.head{font-weight:600}.paper{fill:#fff}.grid{stroke:#d8dee4}"
    dark = "text{fill:#e6edf3}.paper{fill:#0d1117}.grid{stroke:#30363d}"
    return (
        f"{plain}{heads}{colours(LIGHT)}@media(prefers-color-scheme:dark){{{dark}{colours(DARK)}}}"
    )


def colours(of: Sequence[str]) -> str:
    each = (f".s{n}{{stroke:{one}}}text.f{n},.f{n}{{fill:{one}}}" for n, one in enumerate(of))
    return "".join(each)
