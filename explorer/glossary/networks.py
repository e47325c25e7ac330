"""Terms of units, layers and networks, and of the vectors that they work on."""

from __future__ import annotations

import numpy as np

from explorer import sketch
from explorer.convolution.kernels import KERNELS
from explorer.glossary import pictures
from explorer.glossary.record import GlossaryTerm
from explorer.vectors.geometry import project
from explorer.vectors.standardising import standardise

NETWORK_TERMS = (
    GlossaryTerm(
        name="unit",
        term="unit",
        meaning="A unit multiplies each input by a weight, adds up the products and a bias, and applies its "
        "activation to the sum. The field also calls it a neuron, after the cells of a brain, which do much "
        "more.",
        picture=lambda: pictures.painted(pictures.boundary(0), "signed"),
        shows="A plane that a single unit parts with a straight line.",
        pages=("hidden_layers", "activations", "vectors"),
        aliases=("units", "neuron"),
        see=("weight", "bias", "activation", "layer"),
    ),
    GlossaryTerm(
        name="layer",
        term="layer",
        meaning="A layer is one step of a network: it works on all that the layer before has made. A "
        "network is a stack of layers.",
        picture=lambda: pictures.tiles(
            [pictures.answered().maps[name][..., 0] for name in ("relu1", "relu3")], "stretched"
        ),
        shows="What a first and a later layer of a small network make of a drawing.",
        pages=("pipeline", "hidden_layers", "imagenet", "draw_and_watch"),
        aliases=("layers",),
        see=("hidden_layer", "dense", "block"),
    ),
    GlossaryTerm(
        name="block",
        term="block",
        meaning="A block is a layer, or a few of them, that is added to a network as one. Large networks "
        "repeat the same kind of block many times.",
        picture=lambda: pictures.tiles(
            [pictures.answered().maps[name][..., 0] for name in ("conv1", "relu1", "pool1")], "stretched", 3
        ),
        shows="What convolution, ReLU and pooling make of a drawing, one after the other.",
        pages=("pipeline", "imagenet"),
        aliases=("blocks",),
        see=("layer",),
    ),
    GlossaryTerm(
        name="hidden_layer",
        term="hidden layer",
        meaning="A hidden layer is a row of units between the inputs and the output. With it the boundary "
        "between two classes can be a curve.",
        picture=lambda: pictures.painted(pictures.boundary(6), "signed"),
        shows="A plane on which a network with a hidden layer closes a shape around the middle.",
        pages=("hidden_layers",),
        aliases=("hidden layers",),
        see=("unit", "layer", "activation"),
    ),
    GlossaryTerm(
        name="dense",
        term="dense layer",
        meaning="In a dense layer every unit has a weight for every input. It is a product of a matrix and "
        "a vector, plus the biases.",
        picture=lambda: pictures.painted(
            sketch.weights()["dense"][0].reshape(16, 16, 16, 10)[:, :, 0, 9], "signed"
        ),
        shows="The weights that one unit of a dense layer has for the 16 × 16 cells of a map, in two "
        "colours.",
        pages=("draw_and_watch", "hidden_layers", "pipeline"),
        aliases=("dense",),
        see=("unit", "matrix", "convolutional_network"),
    ),
    GlossaryTerm(
        name="convolutional_network",
        term="convolutional network",
        meaning="A convolutional network is a stack of layers of which the first ones are convolutions. It "
        "looks for the same features everywhere in the picture, with few weights.",
        picture=lambda: pictures.tiles(
            [pictures.answered().maps["relu3"][..., channel] for channel in range(4)], "stretched"
        ),
        shows="Four maps that a convolutional network makes of a drawing.",
        pages=("draw_and_watch", "imagenet"),
        see=("convolution", "pooling", "dense"),
    ),
    GlossaryTerm(
        name="depthwise",
        term="depthwise",
        meaning="A depthwise convolution has one kernel for each channel and adds up nothing across "
        "channels. It needs far fewer weights than a usual one.",
        picture=lambda: pictures.tiles(
            [KERNELS[name].make() for name in ("sobel_x", "sobel_y", "outline8")], "signed", 3
        ),
        shows="Three kernels in two colours, one for each channel.",
        pages=("imagenet",),
        see=("convolution", "channel"),
    ),
    GlossaryTerm(
        name="bias",
        term="bias",
        meaning="The bias is a number that a unit or a filter adds to its sum. It moves the point at which "
        "the activation begins to answer.",
        picture=lambda: pictures.curves(
            np.maximum(np.linspace(-3, 3, 61), 0), np.maximum(np.linspace(-2, 4, 61), 0)
        ),
        shows="ReLU twice, the second time moved to the left by a bias of 1.",
        pages=("convolution", "hidden_layers", "draw_and_watch", "pipeline"),
        aliases=("biases",),
        see=("weight", "unit"),
    ),
    GlossaryTerm(
        name="activation",
        term="activation",
        meaning="An activation is the function that a unit applies to its sum. It is not a straight line: "
        "otherwise a stack of layers could do no more than one.",
        picture=lambda: pictures.activation("sigmoid", "tanh", "relu"),
        shows="The curves of sigmoid, tanh and ReLU.",
        pages=("activations", "convolution", "hidden_layers", "pipeline"),
        aliases=("activations",),
        see=("relu", "nonlinear", "slope"),
    ),
    GlossaryTerm(
        name="pre_activation",
        term="pre-activation",
        meaning="The pre-activation is a unit's sum before its activation. Where it lies on the curve "
        "decides how much the unit can learn.",
        picture=lambda: pictures.activation("linear"),
        shows="A straight line: what the sum is before an activation.",
        pages=("activations",),
        see=("activation", "unit"),
    ),
    GlossaryTerm(
        name="linear",
        term="linear",
        meaning="A function is linear if it multiplies its inputs by fixed numbers and adds them up. Linear "
        "functions of linear functions are linear again.",
        picture=lambda: pictures.activation("linear"),
        shows="A straight line through zero.",
        pages=("hidden_layers", "activations"),
        see=("nonlinear", "weighted_sum"),
    ),
    GlossaryTerm(
        name="nonlinear",
        term="nonlinear",
        meaning="A function is nonlinear if its curve is not a straight line. Between two layers it lets a "
        "network draw curves.",
        picture=lambda: pictures.activation("tanh"),
        shows="The S-shaped curve of tanh.",
        pages=("activations",),
        see=("linear", "activation"),
    ),
    GlossaryTerm(
        name="relu",
        term="ReLU",
        meaning="ReLU keeps what is above zero and replaces the rest by zero. Its slope is 1 or 0, so a "
        "gradient passes it unchanged or not at all.",
        picture=lambda: pictures.activation("relu"),
        shows="The curve of ReLU: flat up to zero, then rising.",
        pages=("convolution", "activations", "draw_and_watch", "pipeline"),
        see=("activation", "dead"),
    ),
    GlossaryTerm(
        name="binary_step",
        term="binary step",
        meaning="The binary step is 1 where its input is 0 or more, and 0 elsewhere. It is flat on both "
        "sides, so no gradient passes it.",
        picture=lambda: pictures.activation("binary_step"),
        shows="A step from 0 to 1.",
        pages=("activations",),
        see=("activation", "gradient"),
    ),
    GlossaryTerm(
        name="slope",
        term="slope",
        meaning="The slope of a curve at a point says how much it rises there when x grows a little. On a "
        "straight line it is the same everywhere, on a curve it is not.",
        picture=lambda: pictures.activation("sigmoid", "tanh", slopes=True),
        shows="The slopes of sigmoid and tanh as dashed curves: two bumps around zero.",
        pages=("activations", "losses", "hidden_layers"),
        aliases=("slopes",),
        see=("tangent", "gradient"),
    ),
    GlossaryTerm(
        name="tangent",
        term="tangent",
        meaning="The tangent is the straight line that touches a curve at a point and has its slope there. "
        "Close to the point it can stand for the curve.",
        picture=lambda: pictures.curves(np.tanh(np.linspace(-2, 2, 61)), np.linspace(-2, 2, 61)),
        shows="The curve of tanh and the straight line that touches it at zero.",
        pages=("activations",),
        see=("slope",),
    ),
    GlossaryTerm(
        name="kink",
        term="kink",
        meaning="A kink is a point where a curve has a corner or a jump, so that it has no single slope "
        "there. Libraries agree on one: for ReLU it is 0.",
        picture=lambda: pictures.activation("leaky_relu", "hard_tanh"),
        shows="Two curves with corners.",
        pages=("activations", "losses"),
        aliases=("kinks",),
        see=("slope", "relu"),
    ),
    GlossaryTerm(
        name="saturated",
        term="saturated",
        meaning="A unit is saturated where its activation is so flat that its slope is close to 0. There it "
        "learns slowly.",
        picture=lambda: pictures.activation("sigmoid", span=8),
        shows="A sigmoid with long, flat ends.",
        pages=("activations",),
        aliases=("saturates", "saturate"),
        see=("dead", "slope"),
    ),
    GlossaryTerm(
        name="dead",
        term="dead",
        meaning="A unit is dead where its slope is exactly 0 for every picture, so it never learns again. A "
        "dead channel has the same value everywhere and says nothing about this picture.",
        picture=lambda: pictures.activation("relu", slopes=True),
        shows="The slope of ReLU, dashed: 0 up to zero, then 1.",
        pages=("activations", "imagenet"),
        aliases=("dead unit", "dead channel", "dead channels"),
        see=("saturated", "relu"),
    ),
    GlossaryTerm(
        name="zero_centred",
        term="zero-centred",
        meaning="An activation is zero-centred if inputs spread evenly around 0 give outputs with the mean "
        "0. Tanh is, sigmoid and ReLU are not.",
        picture=lambda: pictures.activation("tanh", "sigmoid"),
        shows="Tanh, which is as much below zero as above, and sigmoid, which is above zero everywhere.",
        pages=("activations",),
        see=("activation", "mean"),
    ),
    GlossaryTerm(
        name="vanishing",
        term="vanishing gradient",
        meaning="A gradient vanishes if it is multiplied by small slopes from layer to layer until nearly "
        "nothing is left. The first layers then hardly learn.",
        picture=lambda: pictures.bars(0.25 ** np.arange(6)),
        shows="Bars that shrink to a quarter each time.",
        pages=("activations",),
        aliases=("vanished", "vanishes", "vanish"),
        see=("exploding", "slope"),
    ),
    GlossaryTerm(
        name="exploding",
        term="exploding gradient",
        meaning="A gradient explodes if it is multiplied by factors above 1 from layer to layer and grows "
        "without bound. Training then diverges.",
        picture=lambda: pictures.bars(2.0 ** np.arange(6)),
        shows="Bars that double each time.",
        pages=("activations",),
        aliases=("explodes", "explode"),
        see=("vanishing", "diverge"),
    ),
    GlossaryTerm(
        name="vector",
        term="vector",
        meaning="A vector is a list of numbers in a fixed order. With two numbers it can be drawn as an "
        "arrow in the plane.",
        picture=lambda: pictures.arrows(a=(3, 2)),
        shows="An arrow to the point 3 to the right and 2 up.",
        pages=("vectors", "attention"),
        aliases=("vectors",),
        see=("matrix", "dot_product"),
    ),
    GlossaryTerm(
        name="matrix",
        term="matrix",
        meaning="A matrix is a table of numbers with rows and columns. A grey picture is one, and so are "
        "the weights of a dense layer.",
        picture=lambda: pictures.grid(pictures.GRID[:3, :4], "input"),
        shows="A grid of three rows and four columns.",
        pages=("vectors", "transfer", "imagenet"),
        aliases=("matrices",),
        see=("vector", "shape"),
    ),
    GlossaryTerm(
        name="shape",
        term="shape",
        meaning="The shape of an array says how many numbers it has along each direction: a matrix has rows "
        "× columns. A batch of colour pictures has four: pictures × rows × columns × channels.",
        picture=lambda: pictures.grid(pictures.GRID[:2, :5], "input"),
        shows="A grid of two rows and five columns.",
        pages=("vectors", "imagenet"),
        see=("matrix", "batch"),
    ),
    GlossaryTerm(
        name="dot_product",
        term="dot product",
        meaning="The dot product of two vectors multiplies them position by position and adds up. It is "
        "large if they point the same way, and 0 if they are at right angles.",
        picture=lambda: pictures.arrows(a=(3, 1), b=(2, 2)),
        shows="Two arrows that point nearly the same way.",
        pages=("vectors", "attention"),
        see=("cosine", "weighted_sum", "right_angle"),
    ),
    GlossaryTerm(
        name="right_angle",
        term="right angle",
        meaning="Two vectors are at a right angle if their dot product is 0. They have nothing in common.",
        picture=lambda: pictures.arrows(a=(3, 1), b=(-1, 3)),
        shows="Two arrows at a right angle.",
        pages=("vectors",),
        see=("dot_product",),
    ),
    GlossaryTerm(
        name="cosine",
        term="cosine",
        meaning="The cosine of two vectors is their dot product divided by both lengths. It compares their "
        "directions alone: 1 for the same, 0 for a right angle, −1 for the opposite.",
        picture=lambda: pictures.arrows(a=(1, 0.5), b=(3, 1.5)),
        shows="A short and a long arrow in the same direction.",
        pages=("vectors", "transfer"),
        aliases=("cosine similarity",),
        see=("dot_product", "distance"),
    ),
    GlossaryTerm(
        name="distance",
        term="distance",
        meaning="The distance of two vectors is how far apart their tips are. It is the length of their "
        "difference.",
        picture=lambda: pictures.arrows(a=(3, 1), b=(1, 3)),
        shows="Two arrows whose tips lie apart.",
        pages=("vectors",),
        see=("cosine", "vector"),
    ),
    GlossaryTerm(
        name="projection",
        term="projection",
        meaning="The projection of a on b is the part of a that lies along b, like a shadow on its line. "
        "What is left is at right angles to b.",
        picture=lambda: pictures.arrows(a=(1, 3), b=(3, 1), p=tuple(project((1, 3), (3, 1)).along.tolist())),
        shows="Two arrows, and on the second the shadow p of the first.",
        pages=("vectors",),
        see=("remainder", "dot_product"),
    ),
    GlossaryTerm(
        name="remainder",
        term="remainder",
        meaning="The remainder is what a projection leaves of a vector. It is at right angles to the vector "
        "that was projected on.",
        picture=lambda: pictures.arrows(b=(3, 1), r=tuple(project((1, 3), (3, 1)).remainder.tolist())),
        shows="An arrow b, and at a right angle to it the remainder r.",
        pages=("vectors",),
        see=("projection", "right_angle"),
    ),
    GlossaryTerm(
        name="weighted_sum",
        term="weighted sum",
        meaning="A weighted sum multiplies each number, or each vector, by a weight and adds up. Nearly all "
        "that a network computes is weighted sums.",
        picture=lambda: pictures.arrows(a=(2, 0), b=(0, 1), s=(2, 2)),
        shows="Arrows a and b, and the arrow s that is a plus twice b.",
        pages=("vectors", "attention"),
        see=("dot_product", "unit"),
    ),
    GlossaryTerm(
        name="mean",
        term="mean",
        meaning="The mean of some numbers is their sum divided by how many they are. One number far away "
        "moves it a lot.",
        picture=lambda: pictures.fitted("mean_squared_error", wild=20.0, degree=0),
        shows="Points, one of them far above, and a level line that it has pulled up.",
        pages=("losses",),
        see=("median", "standard_deviation"),
    ),
    GlossaryTerm(
        name="median",
        term="median",
        meaning="The median is the number in the middle: half of the others are smaller and half are "
        "larger. One number far away does not move it.",
        picture=lambda: pictures.fitted("mean_absolute_error", wild=20.0, degree=0),
        shows="Points, one of them far above, and a level line in the middle of all others.",
        pages=("losses",),
        see=("mean", "quantile"),
    ),
    GlossaryTerm(
        name="quantile",
        term="quantile",
        meaning="A quantile is the number below which a given share of the numbers lies. The quantile of "
        "0.5 is the median, and nine numbers in ten lie below that of 0.9.",
        picture=lambda: pictures.fitted("quantile", degree=0, quantile=0.9),
        shows="Points, nearly all of them below a level line.",
        pages=("losses",),
        aliases=("quantiles",),
        see=("median", "pinball"),
    ),
    GlossaryTerm(
        name="standard_deviation",
        term="standard deviation",
        meaning="The standard deviation is the typical distance of some numbers from their mean. It is the "
        "root of the mean of the squared distances.",
        picture=lambda: pictures.bars(pictures.TARGETS - pictures.TARGETS.mean()),
        shows="Bars: how far eight numbers lie from their mean, up and down.",
        pages=("vectors",),
        see=("mean", "standardising"),
    ),
    GlossaryTerm(
        name="standardising",
        term="standardising",
        meaning="Standardising a column subtracts its mean and divides by its standard deviation. After it, "
        "columns of any unit count alike.",
        picture=lambda: pictures.grid(standardise([[1, 300], [3, 100]]).matrix, "output"),
        shows="Two columns of two numbers each, all of them −1 or 1.",
        pages=("vectors",),
        aliases=("standardise",),
        see=("mean", "standard_deviation", "normalisation"),
    ),
    GlossaryTerm(
        name="one_hot",
        term="one-hot",
        meaning="A one-hot code writes a category as a vector that is 1 in its own position and 0 "
        "elsewhere. So no category counts for more than another.",
        picture=lambda: pictures.grid(np.eye(3), "input", np.eye(3)),
        shows="A grid of three rows, each with a single 1 in a column of its own.",
        pages=("vectors",),
        see=("vector", "embedding"),
    ),
    GlossaryTerm(
        name="embedding",
        term="embedding",
        meaning="An embedding is a vector that stands for a thing, made so that like things get vectors "
        "that are close. The features that a trained network gives for a picture are one.",
        picture=lambda: pictures.arrows(cat=(3, 1), dog=(2.6, 1.5), car=(-1, 2.5)),
        shows="Arrows for cat and dog, which point nearly the same way, and one for car, which does not.",
        pages=("transfer",),
        see=("feature", "cosine"),
    ),
)
