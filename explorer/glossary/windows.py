"""Terms of pictures, of windows that slide over them, and of what comes out."""

from __future__ import annotations

import numpy as np

from explorer import images
from explorer.convolution.experiments import Pooling
from explorer.convolution.invariance import shifted
from explorer.convolution.kernels import KERNELS, flip
from explorer.convolution.upsampling import upsample2d
from explorer.glossary import pictures
from explorer.glossary.record import GlossaryTerm

FILTERS = ("convolution", "arithmetic", "pipeline")
WINDOWS = ("convolution", "pooling", "arithmetic", "pipeline")

WINDOW_TERMS = (
    GlossaryTerm(
        name="picture",
        term="picture",
        meaning="A picture is a grid of numbers, one for the brightness of each pixel, or three where it "
        "has colours. A photograph is a picture that came from a camera.",
        picture=lambda: pictures.painted(pictures.photograph(colour=True)),
        shows="A photograph of a cat.",
        pages=("convolution", "pooling", "pipeline", "vectors", "activations", "draw_and_watch"),
        aliases=("pictures", "photograph"),
        see=("pixel", "channel"),
    ),
    GlossaryTerm(
        name="pixel",
        term="pixel",
        meaning="A pixel is one point of a picture, and its number says how bright it is: 0 is black and 1 "
        "is white. In a file the same numbers are often written from 0 to 255.",
        picture=lambda: pictures.painted(pictures.photograph(size=16)),
        shows="A photograph of a cat with so few pixels that each can be seen as a square.",
        pages=("convolution", "pooling", "vectors", "imagenet"),
        aliases=("pixels",),
        see=("picture", "cell"),
    ),
    GlossaryTerm(
        name="cell",
        term="cell",
        meaning="A cell is one number of a feature map or of a grid. It has a row and a column, as a pixel "
        "has in the picture.",
        picture=lambda: pictures.grid(pictures.GRID[:3, :3], "output", np.eye(3)[::-1] * np.eye(3)),
        shows="A grid of nine numbers, of which the one in the middle is tinted.",
        pages=WINDOWS,
        aliases=("cells",),
        see=("pixel", "feature_map"),
    ),
    GlossaryTerm(
        name="input",
        term="input",
        meaning="The input is what goes into an operation: a grid of numbers, a picture, or the maps of the "
        "layer before. What comes out is the output.",
        picture=lambda: pictures.grid(pictures.GRID, "input"),
        shows="A grid of 25 numbers in the colour of the input.",
        pages=("arithmetic", "hidden_layers"),
        aliases=("inputs",),
        see=("output", "picture"),
    ),
    GlossaryTerm(
        name="output",
        term="output",
        meaning="The output is what an operation makes of its input. In a stack of layers it is the input "
        "of the next one.",
        picture=lambda: pictures.grid(pictures.sums(kind="min").output, "output"),
        shows="A grid of nine numbers in the colour of the output: the smallest of each window.",
        pages=("arithmetic", "hidden_layers"),
        aliases=("outputs",),
        see=("input", "feature_map"),
    ),
    GlossaryTerm(
        name="channel",
        term="channel",
        meaning="A channel is one map of a layer, or one colour of a picture: red, green or blue. A layer "
        "with 32 channels gives 32 numbers at each position.",
        picture=lambda: pictures.tiles(
            list(np.moveaxis(pictures.photograph("coffee", 64, True), 2, 0)), columns=3
        ),
        shows="The red, the green and the blue channel of a photograph of a cup, side by side in grey.",
        pages=("imagenet", "pipeline", "vectors", "convolution"),
        aliases=("channels",),
        see=("feature_map", "layer"),
    ),
    GlossaryTerm(
        name="kernel",
        term="kernel",
        meaning="A kernel is the small grid of weights that slides over a picture. Its size and its weights "
        "decide what it responds to.",
        picture=lambda: pictures.grid(KERNELS["sobel_x"].make(), "kernel"),
        shows="A kernel of 3 × 3 weights: negative ones on the left, zeros in the middle, positive ones on "
        "the right.",
        pages=FILTERS,
        aliases=("kernels",),
        see=("weight", "filter", "window"),
    ),
    GlossaryTerm(
        name="weight",
        term="weight",
        meaning="A weight is a number that an input is multiplied by, and it says how much that input "
        "counts. A network learns by changing its weights.",
        picture=lambda: pictures.grid(pictures.WEIGHTS, "kernel"),
        shows="A grid of nine weights in the colour of the kernel.",
        pages=("convolution", "arithmetic", "pipeline", "hidden_layers"),
        aliases=("weights",),
        see=("kernel", "bias", "unit"),
    ),
    GlossaryTerm(
        name="product",
        term="product",
        meaning="A product is what multiplying gives: here a pixel times the weight on it. The sum of all "
        "products of a window is one cell of the feature map.",
        picture=lambda: pictures.grid(pictures.first_products(), "output"),
        shows="A grid of nine products.",
        pages=("convolution", "arithmetic"),
        aliases=("products",),
        see=("weighted_sum", "dot_product"),
    ),
    GlossaryTerm(
        name="filter",
        term="filter",
        meaning="A filter is a kernel together with how it is used: its stride, its padding, its bias and "
        "its activation. It makes one feature map of a picture.",
        picture=lambda: pictures.tiles([pictures.photograph()[..., 0], pictures.filtered("gaussian")]),
        shows="A photograph of a cat and, beside it, the same one blurred by a filter.",
        pages=("convolution",),
        aliases=("filters",),
        see=("kernel", "convolution"),
    ),
    GlossaryTerm(
        name="feature_map",
        term="feature map",
        meaning="A feature map is the picture that a filter makes, with one cell for each position of its "
        "window. It is strong where the picture looks like the kernel.",
        picture=lambda: pictures.painted(pictures.filtered(), "signed"),
        shows="The feature map that an edge filter makes of a cat: her vertical edges in two colours.",
        pages=("convolution", "pipeline", "pooling", "activations", "imagenet", "draw_and_watch"),
        aliases=("feature maps", "map", "maps"),
        see=("filter", "channel"),
    ),
    GlossaryTerm(
        name="window",
        term="window",
        meaning="The window is the part of the picture or map that one cell of the output comes from. It "
        "has the size of the kernel and slides over the whole picture.",
        picture=lambda: pictures.grid(pictures.GRID, "input", pictures.window(1, 1)),
        shows="A grid of 25 numbers, of which the nine under the window are tinted.",
        pages=WINDOWS,
        aliases=("windows", "sliding window"),
        see=("kernel", "stride", "receptive_field"),
    ),
    GlossaryTerm(
        name="convolution",
        term="convolution",
        meaning="A convolution slides a kernel over a picture and adds up the products at each position. In "
        "mathematics the kernel is rotated by 180° first; networks leave that out and keep the name.",
        picture=lambda: pictures.grid(flip(pictures.WEIGHTS), "kernel"),
        shows="A kernel of nine weights, rotated by 180°.",
        pages=("convolution", "arithmetic", "pipeline", "draw_and_watch"),
        aliases=("convolutions",),
        see=("cross_correlation", "kernel", "feature_map"),
    ),
    GlossaryTerm(
        name="cross_correlation",
        term="cross-correlation",
        meaning="A cross-correlation slides the kernel as it is, without rotating it by 180°. It is what "
        "networks compute when they say convolution.",
        picture=lambda: pictures.grid(pictures.WEIGHTS, "kernel"),
        shows="The same kernel as for the convolution, not rotated.",
        pages=("convolution",),
        see=("convolution",),
    ),
    GlossaryTerm(
        name="padding",
        term="padding",
        meaning="Padding is cells that are put around a picture, so that the window can stand at its "
        "border. They are often zeros, which make a dark frame and so a false edge.",
        picture=lambda: pictures.grid(
            pictures.sums(padding=1).board, "input", pictures.sums(padding=1).is_input
        ),
        shows="A grid of numbers with a border of zeros around it.",
        pages=WINDOWS,
        aliases=("pad",),
        see=("valid", "same", "full"),
    ),
    GlossaryTerm(
        name="valid",
        term="valid padding",
        meaning="Valid padding is none: every window lies inside the picture. So the output is smaller than "
        "the input.",
        picture=lambda: pictures.grid(pictures.GRID, "input", pictures.window(0, 0)),
        shows="A grid whose first window lies inside it, in the corner.",
        pages=("convolution", "arithmetic"),
        aliases=("valid",),
        see=("padding", "same", "full"),
    ),
    GlossaryTerm(
        name="same",
        term="same padding",
        meaning="Same padding adds just enough cells that the output is as large as the input at stride 1. "
        "If their number is odd, the extra row goes to the bottom and the extra column to the right.",
        picture=lambda: pictures.grid(
            pictures.sums(padding="same").board, "input", pictures.window(0, 0, padding="same")
        ),
        shows="A grid with one border of zeros, whose first window begins in it.",
        pages=("convolution", "arithmetic"),
        aliases=("same",),
        see=("padding", "valid", "full"),
    ),
    GlossaryTerm(
        name="full",
        term="full padding",
        meaning="Full padding adds so many cells that at stride 1 every cell of the input meets every "
        "weight. So the output is larger than the input.",
        picture=lambda: pictures.grid(
            pictures.sums(padding="full").board, "input", pictures.window(0, 0, padding="full")
        ),
        shows="A grid with two borders of zeros, whose first window holds a single cell of the input.",
        pages=("arithmetic",),
        aliases=("full",),
        see=("padding", "valid", "same"),
    ),
    GlossaryTerm(
        name="stride",
        term="stride",
        meaning="The stride is how many cells the window moves from one position to the next. A stride of 2 "
        "leaves about a quarter of the cells.",
        picture=lambda: pictures.grid(pictures.GRID, "input", pictures.corners(2)),
        shows="A grid in which every second cell is tinted, down and across: the windows begin there.",
        pages=WINDOWS,
        aliases=("strides",),
        see=("window", "dilation"),
    ),
    GlossaryTerm(
        name="dilation",
        term="dilation",
        meaning="Dilation moves the weights of a kernel apart and leaves gaps between them. The kernel "
        "covers a wider area with as many multiplications as before.",
        picture=lambda: pictures.grid(pictures.GRID, "input", pictures.window(0, 0, dilation_rate=2)),
        shows="A grid in which nine cells are tinted with gaps of one cell between them.",
        pages=WINDOWS,
        see=("stride", "receptive_field"),
    ),
    GlossaryTerm(
        name="gain",
        term="gain",
        meaning="The gain is a number that every sum of a filter is multiplied by. It makes a map stronger "
        "or weaker, and no other.",
        picture=lambda: pictures.curves([-1.0, 1.0], [-2.0, 2.0]),
        shows="Two lines through zero, one twice as steep as the other.",
        pages=("convolution",),
        see=("bias", "filter"),
    ),
    GlossaryTerm(
        name="transposed_convolution",
        term="transposed convolution",
        meaning="A transposed convolution lays the kernel, times each input cell, on the output and adds up "
        "what overlaps. It restores the size that a convolution reduced, not the numbers.",
        picture=lambda: pictures.grid(pictures.spread().board, "input", pictures.spread().is_input),
        shows="A grid whose input cells stand two apart, with zeros between and around them.",
        pages=("arithmetic",),
        aliases=("transpose",),
        see=("convolution", "stride"),
    ),
    GlossaryTerm(
        name="pooling",
        term="pooling",
        meaning="Pooling replaces each window by one number, such as its largest. It has no weights, makes "
        "the map smaller, and forgets where exactly in the window a feature was.",
        picture=lambda: pictures.painted(Pooling("max", 8).feature_map(pictures.photograph("coffee"))),
        shows="A cup of coffee in large squares, each as bright as the brightest pixel in it.",
        pages=("pooling", "arithmetic", "pipeline", "draw_and_watch"),
        see=("max_pooling", "average_pooling", "stride"),
    ),
    GlossaryTerm(
        name="max_pooling",
        term="max pooling",
        meaning="Max pooling keeps the largest number of each window. It tells whether a feature is "
        "anywhere in the window.",
        picture=lambda: pictures.grid(pictures.GRID[:4, :4], "output", pictures.winners("max")),
        shows="A grid of 16 numbers in which the largest of every 2 × 2 is tinted.",
        pages=("pooling",),
        see=("pooling", "min_pooling"),
    ),
    GlossaryTerm(
        name="average_pooling",
        term="average pooling",
        meaning="Average pooling replaces each window by the mean of its numbers. It evens out noise and "
        "fine detail alike.",
        picture=lambda: pictures.painted(Pooling("average", 8).feature_map(pictures.photograph("coffee"))),
        shows="A cup of coffee in large squares, each as bright as the pixels in it on average.",
        pages=("pooling",),
        see=("pooling", "mean"),
    ),
    GlossaryTerm(
        name="min_pooling",
        term="min pooling",
        meaning="Min pooling keeps the smallest number of each window. Dark details grow and bright ones "
        "vanish.",
        picture=lambda: pictures.grid(pictures.GRID[:4, :4], "output", pictures.winners("min")),
        shows="A grid of 16 numbers in which the smallest of every 2 × 2 is tinted.",
        pages=("pooling",),
        see=("pooling", "max_pooling"),
    ),
    GlossaryTerm(
        name="l2_pooling",
        term="L2 pooling",
        meaning="L2 pooling takes the square root of the sum of the squares in each window. It measures how "
        "much there is in the window and ignores the signs.",
        picture=lambda: pictures.painted(Pooling("l2", 8).feature_map(pictures.filtered()), "stretched"),
        shows="The edges of a cat in large squares, bright where there is an edge of either sign.",
        pages=("pooling",),
        see=("pooling",),
    ),
    GlossaryTerm(
        name="ceil_mode",
        term="ceil mode",
        meaning="In ceil mode a pooling keeps a last window that reaches beyond the edge of the picture. "
        "Without it, rows and columns that do not fill a window are dropped.",
        picture=lambda: pictures.grid(pictures.GRID, "input", pictures.dropped()),
        shows="A grid of 5 × 5 in which the fifth row and the fifth column are tinted: they fill no window "
        "of 2 × 2.",
        pages=("pooling",),
        see=("pooling", "padding"),
    ),
    GlossaryTerm(
        name="receptive_field",
        term="receptive field",
        meaning="The receptive field of a cell is all the pixels of the picture that it depends on. It "
        "grows from layer to layer, and faster after a stride or a pooling.",
        picture=lambda: pictures.grid(np.arange(49).reshape(7, 7), "field", pictures.field()),
        shows="A grid of 7 × 7 pixels, of which the 5 × 5 that a cell two layers later depends on are "
        "tinted.",
        pages=("pipeline", "pooling", "draw_and_watch", "imagenet", "attention"),
        aliases=("receptive fields",),
        see=("window", "pooling"),
    ),
    GlossaryTerm(
        name="equivariant",
        term="equivariant",
        meaning="A map is equivariant to a shift if it moves with the picture and is the same apart from "
        "that. A convolution is equivariant to shifts, but for what comes in at the edge.",
        picture=lambda: pictures.tiles(
            [pictures.filtered(), shifted(pictures.filtered()[..., np.newaxis], 0, 24)[..., 0]], "signed"
        ),
        shows="The edges of a cat twice, the second time shifted to the right.",
        pages=("pooling",),
        see=("invariant", "convolution"),
    ),
    GlossaryTerm(
        name="invariant",
        term="invariant",
        meaning="A map is invariant to a change of the picture if it does not change at all. Pooling makes "
        "a map a little more invariant to small shifts.",
        picture=lambda: pictures.tiles(
            [
                Pooling("max", 16).feature_map(shifted(pictures.photograph("coffee"), 0, shift))[..., 0]
                for shift in (0, 2)
            ]
        ),
        shows="A cup of coffee after max pooling, and the same after a shift by two pixels: nearly alike.",
        pages=("pooling",),
        aliases=("invariance",),
        see=("equivariant", "pooling"),
    ),
    GlossaryTerm(
        name="multiply_adds",
        term="multiply-adds",
        meaning="Multiply-adds count how often a layer multiplies two numbers and adds the product to a "
        "sum. They are the usual measure of its work.",
        picture=lambda: pictures.bars(
            [pictures.work(size) for size in (1, 2, 3, 5, 7)],
        ),
        shows="Bars for kernels of one to seven rows: the work grows with the square of the size.",
        pages=("pipeline", "imagenet"),
        see=("convolution", "weight"),
    ),
    GlossaryTerm(
        name="normalisation",
        term="normalisation",
        meaning="Normalisation subtracts the mean of some numbers and divides by their standard deviation. "
        "So they stay in the same range, however deep the stack is.",
        picture=lambda: pictures.normalised(),
        shows="Bars of numbers around zero, as many above it as below.",
        pages=("pipeline",),
        aliases=("normalise",),
        see=("batch_normalisation", "standardising"),
    ),
    GlossaryTerm(
        name="bilinear",
        term="bilinear",
        meaning="Bilinear interpolation gives a pixel between four others their mean, the nearer ones "
        "counting more. It makes a picture larger or smaller without steps.",
        picture=lambda: pictures.tiles(
            [upsample2d([[0, 1], [1, 0]], 36, interpolation=way) for way in ("nearest", "bilinear")]
        ),
        shows="Four squares, and beside them the same four blended into each other.",
        pages=("pipeline", "convolution"),
        aliases=("bilinear interpolation",),
        see=("pixel",),
    ),
    GlossaryTerm(
        name="npy",
        term="NPY",
        meaning="NPY is NumPy's file for an array: its shape, its kind of number, and every number exactly. "
        "Open it in Python with numpy.load.",
        picture=lambda: pictures.grid(np.round(pictures.photograph()[60:63, 60:63, 0], 1), "output"),
        shows="A grid of nine numbers between 0 and 1.",
        pages=("convolution", "pooling", "pipeline"),
        see=("feature_map",),
    ),
    GlossaryTerm(
        name="md5",
        term="MD5",
        meaning="MD5 makes a short text, a checksum, of a whole file. If a file that you downloaded has "
        "another checksum than the one published, it is not the same file.",
        picture=lambda: pictures.checksum(images.to_png(pictures.photograph(size=32))),
        shows="The first digits of the checksums of two files, all different although the files differ in "
        "one bit.",
        pages=("imagenet",),
        aliases=("checksum",),
    ),
)
