"""Arrays become pictures and charts here, and every colour of the explorer is defined here, once.

Nothing about vision is computed in this package: numbers go in; pixels, files, legends and charts come out.

Pixels are uint8 arrays, channels last, in the order red, green, blue: ``(H, W)`` for a grey picture and
``(H, W, 3)`` for one with colours.
"""

from explorer.figures.animation import (
    MAX_ANIMATED_SIDE,
    MAX_FRAMES,
    SMALLEST_CELL_WITH_NUMBER,
    animatable,
    sliding_window_gif,
)
from explorer.figures.charts import (
    MAX_BARS,
    bars,
    confusion,
    courses,
    errors_by_year,
    overlaid_histograms,
)
from explorer.figures.colours import (
    QUIET,
    ROLES,
    SERIES,
    Limits,
    Pixels,
    Role,
    RoleColours,
    hex_colour,
    rgb_of,
    role_colours,
    series_colours,
)
from explorer.figures.drawings import LINES_BOX, arrows_svg, curves_svg, grid_svg, lines_hover, lines_svg
from explorer.figures.encoding import (
    MAX_CHART_SIDE,
    MIME,
    data_uri,
    encode,
    enlarge,
    lighten,
    mosaic,
    picture_uri,
)
from explorer.figures.numbers import format_number
from explorer.figures.painting import (
    MAGNITUDE_COLOURS,
    NOT_A_NUMBER,
    SCALES,
    SIGNED_COLOURS,
    Painted,
    PaintedMaps,
    Scale,
    legend,
    limits,
    pack_maps,
    paint,
    paint_maps,
    shared_limits,
    usual_limits,
)

__all__ = [
    "LINES_BOX",
    "MAGNITUDE_COLOURS",
    "MAX_ANIMATED_SIDE",
    "MAX_BARS",
    "MAX_CHART_SIDE",
    "MAX_FRAMES",
    "MIME",
    "NOT_A_NUMBER",
    "QUIET",
    "ROLES",
    "SCALES",
    "SERIES",
    "SIGNED_COLOURS",
    "SMALLEST_CELL_WITH_NUMBER",
    "Limits",
    "Painted",
    "PaintedMaps",
    "Pixels",
    "Role",
    "RoleColours",
    "Scale",
    "animatable",
    "arrows_svg",
    "bars",
    "confusion",
    "courses",
    "curves_svg",
    "data_uri",
    "encode",
    "enlarge",
    "errors_by_year",
    "format_number",
    "grid_svg",
    "hex_colour",
    "legend",
    "lighten",
    "limits",
    "lines_hover",
    "lines_svg",
    "mosaic",
    "overlaid_histograms",
    "pack_maps",
    "paint",
    "paint_maps",
    "picture_uri",
    "rgb_of",
    "role_colours",
    "series_colours",
    "shared_limits",
    "sliding_window_gif",
    "usual_limits",
]
