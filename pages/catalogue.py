"""The pages there are: one record each, from which navigation, home page and tests are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from explorer import figures, images, sketch
from explorer.activations import ActivationCurve
from explorer.attention import picture_of
from explorer.attention.experiment import SmallAttention
from explorer.convolution.arithmetic import Arithmetic, random_input, random_kernel
from explorer.convolution.experiments import Convolution, Pooling
from explorer.convolution.kernels import KERNELS
from explorer.images import drawings
from explorer.losses import LossCurve
from explorer.mlp import training
from explorer.mlp.layers import Dense
from explorer.pipeline import PRESETS, run
from explorer.trading import market, systems
from explorer.transfer import examples
from explorer.vectors.tables import TABLES


@dataclass(frozen=True)
class CardPicture:
    """A card's picture: what goes in, what comes out, and both in words.

    Either is a data URI, or the text of an SVG, which takes typeface and theme of the page around it. A
    painted map that has another zero on a dark page is there a second time.
    """

    before: str
    after: str
    text: str
    before_on_dark: str | None = None
    after_on_dark: str | None = None

    def shown(self, *, dark: bool) -> tuple[str, str]:
        """What stands on the left and on the right, on this theme."""
        if not dark:
            return self.before, self.after
        return self.before_on_dark or self.before, self.after_on_dark or self.after


@dataclass(frozen=True)
class Entry:
    """One page: its name, what it is called, what it asks, and what its card shows.

    The name is the page's folder here, and its address.

    The sidebar offers pictures only where the page `sees_picture`, and how they are prepared only where it
    works on them `prepared`. Where a page does not always look at the picture, `looked_at` says when.
    """

    name: str
    title: str
    section: str
    icon: str
    question: str
    sentence: str
    picture: Callable[[], CardPicture]
    sees_picture: bool = True
    prepared: bool = True
    looked_at: str = ""

    @property
    def file(self) -> str:
        """The script that draws it, beside the main script."""
        return f"{self.name}/page.py"


@cache
def edges() -> CardPicture:
    """Show the astronaut and her vertical edges, found by the Sobel kernel."""
    photograph = images.sample("astronaut")
    grey = images.prepare(photograph, size=CARD, colour=False)
    feature_map = Convolution(KERNELS["sobel_x"].weights, pad_mode="edge").feature_map(grey)
    return CardPicture(
        before=_data_uri(images.prepare(photograph, size=CARD), "unit"),
        after=_data_uri(feature_map, "signed"),
        after_on_dark=_data_uri(feature_map, "signed", dark=True),
        text="A photograph of an astronaut and, beside it, the same picture after the Sobel filter: "
        "its vertical edges stand out in two colours, its flat areas stay neutral.",
    )


@cache
def windows() -> CardPicture:
    """Show a small grid of digits and the sums that a window of nine weights makes of it."""
    experiment = Arithmetic(random_input(5, 5, 15), random_kernel(3, 3, 15), padding=1)
    grids = (experiment.board, "input", ~experiment.is_input), (experiment.output, "output", None)
    before, after = (figures.grid_svg(grid, role, faint).decode() for grid, role, faint in grids)
    return CardPicture(
        before=before,
        after=after,
        text="A grid of digits with a border of zeros and, beside it, the grid of sums that a window of "
        "three by three weights makes of it.",
    )


@cache
def layers() -> CardPicture:
    """Show the astronaut and what random kernels, ReLU and pooling make of her."""
    photograph = images.sample("astronaut")
    stack = PRESETS["random"].pipeline
    maps = run(stack, images.prepare(photograph, size=CARD, colour=False)).steps[2].maps
    light, dark = (
        figures.paint_maps(figures.liveliest(maps, 4), "signed", shared=False, longest=CARD // 2, dark=dark)
        for dark in (False, True)
    )
    after, on_dark = (
        figures.data_uri(figures.encode(figures.mosaic(painted.tiles, columns=2), "webp"), "image/webp")
        for painted in (light, dark)
    )
    return CardPicture(
        before=_data_uri(images.prepare(photograph, size=CARD), "unit"),
        after=after,
        after_on_dark=on_dark,
        text="A photograph of an astronaut and, beside it, four of the small maps made of it: each keeps "
        "other edges and areas of the picture.",
    )


@cache
def largest() -> CardPicture:
    """Show the coffee cup, and the largest pixel of every 4 x 4."""
    photograph = images.prepare(images.sample("coffee"), size=CARD)
    return CardPicture(
        before=_data_uri(photograph, "unit"),
        after=_data_uri(Pooling("max", 4).feature_map(photograph), "unit", 4),
        text="A photograph of a cup of coffee and, beside it, the same picture after max pooling: "
        "small squares, each as bright as its brightest pixel.",
    )


@cache
def curves() -> CardPicture:
    """Show three activations and, dashed, their slopes."""
    sampled = [ActivationCurve(name).samples(-4, 4) for name in ("sigmoid", "tanh", "relu")]
    before = figures.curves_svg([(each.x, each.values) for each in sampled], (-1.25, 2.25))
    after = figures.curves_svg([(each.x, each.slopes) for each in sampled], (-0.4, 1.25), dashed=True)
    return CardPicture(
        before=before.decode(),
        after=after.decode(),
        text="The curves of sigmoid, tanh and ReLU and, beside them, their slopes as dashed curves: two "
        "bumps around zero, and a step from 0 to 1.",
    )


@cache
def loss_curves() -> CardPicture:
    """Show three losses and, dashed, their gradients."""
    sampled = [
        LossCurve("numbers", name).samples(5.0)
        for name in ("mean_squared_error", "mean_absolute_error", "huber")
    ]
    before = figures.curves_svg([(each.x, each.values) for each in sampled], (-0.5, 8.0))
    after = figures.curves_svg([(each.x, each.slopes) for each in sampled], (-3.0, 3.0), dashed=True)
    return CardPicture(
        before=before.decode(),
        after=after.decode(),
        text="A parabola, a V and a curve between them, which are three losses, and beside them their "
        "gradients as dashed lines: a straight line, a step, and a ramp.",
    )


@cache
def equities() -> CardPicture:
    """Show losses of money and what three systems earned that learnt under them."""
    names = ("downside", "asymmetric_profit", "shortfall")
    sampled = [LossCurve("profit", name).samples(-0.03) for name in names]
    before = figures.curves_svg([(each.x, each.values) for each in sampled], (-0.02, 0.06))
    data = systems.trading_data(market.synthetic(seed=2), systems.Trading())
    earned = [systems.train(data, goal).held_out.equity for goal in ("forecast", "downside", "asymmetric")]
    days = range(len(earned[0]))
    after = figures.curves_svg([(days, each) for each in earned], systems.axis(earned))
    return CardPicture(
        before=before.decode(),
        after=after.decode(),
        text="Three losses over a position and, beside them, three lines that rise and fall: what trading "
        "systems gained on days that they had not seen.",
    )


@cache
def boundaries() -> CardPicture:
    """Show what one unit and what a hidden layer answer to a circle, trained alike."""
    points = training.make_points("circle", 200, 0.1, 0)
    before, after = (
        training.watched(layers, points, epochs=60, side=64)
        for layers in ((Dense(1, "sigmoid"),), (Dense(6), Dense(1, "sigmoid")))
    )
    return CardPicture(
        before=_data_uri(before, "signed", 5),
        after=_data_uri(after, "signed", 5),
        before_on_dark=_data_uri(before, "signed", 5, dark=True),
        after_on_dark=_data_uri(after, "signed", 5, dark=True),
        text="What two networks answer over a plane whose points form a disc and a ring: one unit parts it "
        "with a straight line, a hidden layer closes a shape around the disc.",
    )


def _data_uri(image: images.Array, scale: str, factor: int = 1, *, dark: bool = False) -> str:
    ends = figures.usual_limits(image, scale)
    pixels = figures.enlarge(figures.paint(image, scale, limits=ends, dark=dark).pixels, factor)
    return figures.data_uri(figures.encode(pixels, "webp"), "image/webp")


@cache
def inside() -> CardPicture:
    """Show a cat and what channels in the midst of a trained network make of her."""
    photograph = images.prepare(images.sample("chelsea"), size=CARD)
    return CardPicture(
        before=_data_uri(photograph, "unit"),
        after=figures.data_uri((ASSETS / "imagenet_layer.webp").read_bytes(), "image/webp"),
        text="A photograph of a cat and, beside it, nine channels of a network trained on photographs: some "
        "keep the fur, some the eyes, some the edges of the ears.",
    )


@cache
def drawn() -> CardPicture:
    """Show a drawing and what the sketch network makes of it."""
    drawing = drawings.draw("smiley")
    maps = sketch.forward(sketch.prepare(drawing)).maps["relu3"][..., :9]
    painted = figures.paint_maps(maps, "stretched", shared=False)
    tiles = [figures.enlarge(tile, 3) for tile in painted.tiles]
    return CardPicture(
        before=_data_uri(drawing, "unit"),
        after=figures.data_uri(figures.encode(figures.mosaic(tiles, columns=3), "webp"), "image/webp"),
        text="A smiley that was drawn with a thick pen and, beside it, nine maps of a small network: some "
        "keep its upright lines, some its arcs, some its eyes.",
    )


@cache
def looks() -> CardPicture:
    """Show a small picture of a box, and how much each of its six patches looks at each."""
    box = SmallAttention()
    pixels = picture_of(box.given, 2, 3, 2)[..., 0]
    before = figures.grid_svg(pixels, "input")
    after = figures.grid_svg((100 * box.run.heads[0].weights).round(), "output")
    return CardPicture(
        before=before.decode(),
        after=after.decode(),
        text="A picture of a box, four by six pixels, and, beside it, a table of six rows: how many percent "
        "each of its six patches takes from each.",
    )


@cache
def arrows() -> CardPicture:
    """Show a table of film ratings, and four people as arrows of their ratings of two films."""
    ratings = TABLES["ratings"]
    two_films = ratings.part(slice(0, 4, 3), slice(None))
    before = figures.grid_svg(ratings.matrix(), "input")
    after = figures.arrows_svg({name: two_films.vector(name) for name in two_films.numbers[:4]})
    return CardPicture(
        before=before.decode(),
        after=after.decode(),
        text="A table of numbers, five people's ratings of five films, and, beside it, four of the people as "
        "arrows: those of like taste point the same way.",
    )


@cache
def classes() -> CardPicture:
    """Show nine pictures in no order, and the same sorted into their classes."""
    gathered = examples.example(each=3)
    tiles = [
        figures.paint(images.prepare(photo.image(), size=CARD // 3), "unit").pixels
        for name in gathered.classes
        for photo in gathered.photos(name)
    ]
    mixed = [tiles[place] for place in (4, 0, 7, 2, 6, 3, 8, 5, 1)]
    before, after = (
        figures.data_uri(figures.encode(figures.mosaic(each, columns=3), "webp"), "image/webp")
        for each in (mixed, tiles)
    )
    return CardPicture(
        before=before,
        after=after,
        text="Nine small pictures of a cat, a cup of coffee and a rocket in no order and, beside them, the "
        "same pictures sorted: a row for each class.",
    )


@dataclass(frozen=True)
class ClassroomPage:
    """A page that is no experiment: its name, which is its address, its title and the script that draws it.

    A teacher brings a class to those that it `takes_class`.
    """

    name: str
    title: str
    icon: str
    question: str
    file: str
    takes_class: bool = False


ASSETS = Path(__file__).parents[1] / "assets"
CARD = 320  # the longest side of a card's picture, in pixels

CATALOGUE = (
    Entry(
        name="convolution",
        title="Convolution",
        section="Convolution",
        icon=":material/grid_on:",
        question="What does a filter see?",
        sentence="Slide a grid of weights over a picture, drag any of them, and see the feature map move.",
        picture=edges,
    ),
    Entry(
        name="pooling",
        title="Pooling",
        section="Convolution",
        icon=":material/grid_view:",
        question="What does pooling keep?",
        sentence="Replace each window by one number. Change its size and see what survives, even when the "
        "picture shifts a little.",
        picture=largest,
    ),
    Entry(
        name="arithmetic",
        title="Arithmetic",
        section="Convolution",
        icon=":material/calculate:",
        question="Where does each number come from?",
        sentence="Slide a window over a small grid of numbers, your own or ours, and see every product, "
        "every sum, and why the output has its size.",
        picture=windows,
        sees_picture=False,
    ),
    Entry(
        name="pipeline",
        title="Pipeline",
        section="Convolution",
        icon=":material/stacks:",
        question="What does a stack of layers see?",
        sentence="Send your picture through up to eight blocks, see every feature map, and trace any number "
        "back to the pixels behind it.",
        picture=layers,
    ),
    Entry(
        name="vectors",
        title="Vectors",
        section="Networks",
        icon=":material/arrow_outward:",
        question="What is a vector?",
        sentence="Drag the tip of an arrow or type into a table, and see sums, dot products, angles and "
        "matrices follow.",
        picture=arrows,
        looked_at="This page looks at it under *A picture as a matrix*.",
    ),
    Entry(
        name="activations",
        title="Activations",
        section="Networks",
        icon=":material/show_chart:",
        question="What does an activation do?",
        sentence="Compare activations and their slopes, drag x along them, and see where a unit learns, "
        "saturates or dies.",
        picture=curves,
        looked_at="This page looks at it under *On a picture*.",
    ),
    Entry(
        name="hidden_layers",
        title="Hidden layers",
        section="Networks",
        icon=":material/hub:",
        question="What does a hidden layer add?",
        sentence="Train a small network live, drag any of its weights, and see its boundary curve around "
        "your own points or ours.",
        picture=boundaries,
        sees_picture=False,
    ),
    Entry(
        name="losses",
        title="Losses",
        section="Networks",
        icon=":material/trending_down:",
        question="How does a network know it is wrong?",
        sentence="Compare losses and their gradients, drag points and see each loss fit its own line, and "
        "find out what one outlier does.",
        picture=loss_curves,
        sees_picture=False,
    ),
    Entry(
        name="trading",
        title="Trading",
        section="Networks",
        icon=":material/candlestick_chart:",
        question="What if a loss counts money?",
        sentence="Train five small systems to trade, each under a loss of its own, and see which one gains, "
        "which one risks most, and which one stays out.",
        picture=equities,
        sees_picture=False,
    ),
    Entry(
        name="attention",
        title="Attention",
        section="Networks",
        icon=":material/center_focus_strong:",
        question="What does each patch look at?",
        sentence="Cut a small picture into patches, drag any number, and see queries, keys, scores and "
        "weights follow: what each patch takes from the others.",
        picture=looks,
        sees_picture=False,
    ),
    Entry(
        name="draw_and_watch",
        title="Draw and watch",
        section="Trained networks",
        icon=":material/draw:",
        question="What does a network make of your drawing?",
        sentence="Draw one of ten things and watch every feature map of a small network follow. See where "
        "each number comes from, and what would change its mind.",
        picture=drawn,
        looked_at="This page looks at it where you choose *Picture from the sidebar*.",
    ),
    Entry(
        name="imagenet",
        title="ImageNet",
        section="Trained networks",
        icon=":material/visibility:",
        question="What does a trained network see?",
        sentence="Send your photograph through a network that knows a thousand classes. Walk through its "
        "layers, see why it answers as it does, and switch channels off.",
        picture=inside,
        prepared=False,
    ),
    Entry(
        name="transfer",
        title="Transfer",
        section="Trained networks",
        icon=":material/school:",
        question="What can it learn from a few pictures?",
        sentence="Name your classes, add a few pictures of each, and watch a network that knows a thousand "
        "other classes learn yours in a minute.",
        picture=classes,
        prepared=False,
    ),
)

CLASSROOM = (
    ClassroomPage(
        name="lessons",
        title="Lessons",
        icon=":material/checklist:",
        question="Which question do you want to answer?",
        file="lessons/page.py",
        takes_class=True,
    ),
    ClassroomPage(
        name="class",
        title="Start a class",
        icon=":material/groups:",
        question="Who is in your class?",
        file="classroom/teach.py",
    ),
    ClassroomPage(
        name="join",
        title="Join a class",
        icon=":material/login:",
        question="Which class do you join?",
        file="classroom/join.py",
    ),
    ClassroomPage(
        name="glossary",
        title="Glossary",
        icon=":material/menu_book:",
        question="What does this word mean?",
        file="glossary/page.py",
        takes_class=True,
    ),
    ClassroomPage(
        name="teacher",
        title="For teachers",
        icon=":material/co_present:",
        question="What do you need for a lesson?",
        file="teacher/page.py",
    ),
)


def sections(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Group the pages by section, both in the order of the table."""
    grouped: dict[str, list[Entry]] = {}
    for entry in entries:
        grouped.setdefault(entry.section, []).append(entry)
    return grouped
