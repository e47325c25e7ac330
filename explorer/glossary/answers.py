"""Terms of what a network answers, how that is judged and explained, and of losses that count money."""

from __future__ import annotations

import numpy as np

from explorer.glossary import pictures
from explorer.glossary.record import GlossaryTerm
from explorer.transfer.evaluation import precision_recall

MISTAKES = np.array([[8, 2, 0], [1, 9, 0], [3, 1, 6]])  # answers of three classes, ten pictures each

ANSWER_TERMS = (
    GlossaryTerm(
        name="logit",
        term="logit",
        meaning="A logit is the plain score of a class, any number, before the softmax or the sigmoid makes "
        "a probability of it. Only the differences between logits count.",
        picture=lambda: pictures.bars(pictures.SCORES, 0),
        shows="Bars for the scores of four classes, one of them below zero.",
        pages=("imagenet", "losses", "draw_and_watch"),
        aliases=("logits", "score", "best score"),
        see=("softmax", "probability"),
    ),
    GlossaryTerm(
        name="probability",
        term="probability",
        meaning="A probability is a number from 0 to 1 that says how sure the network is of a class. Those "
        "of all classes that it knows add up to 1, whatever it sees.",
        picture=lambda: pictures.shares(),
        shows="Bars for the probabilities of four classes.",
        pages=("losses", "imagenet", "draw_and_watch", "transfer", "hidden_layers", "pipeline"),
        aliases=("probabilities",),
        see=("softmax", "logit", "entropy"),
    ),
    GlossaryTerm(
        name="softmax",
        term="softmax",
        meaning="The softmax turns scores into probabilities: it takes the exponential of each and divides "
        "by the sum of all. The largest score gets the largest share.",
        picture=lambda: pictures.shares(),
        shows="Bars for what the softmax makes of four scores; they add up to 1.",
        pages=("activations", "imagenet", "draw_and_watch", "attention", "hidden_layers", "pipeline"),
        see=("logit", "temperature", "probability"),
    ),
    GlossaryTerm(
        name="temperature",
        term="temperature",
        meaning="The temperature divides all scores before the softmax. A small one gives nearly everything "
        "to the first class, a large one treats all alike; their order never changes.",
        picture=lambda: pictures.shares(4.0),
        shows="The same four bars at a temperature of 4: nearly equal.",
        pages=("activations", "imagenet", "attention"),
        see=("softmax",),
    ),
    GlossaryTerm(
        name="entropy",
        term="entropy",
        meaning="Entropy measures doubt in bits: 0 if one class has all the probability, 1 bit as between "
        "two equal ones, 10 bits as among 1,024. It says nothing about whether the answer is right.",
        picture=lambda: pictures.bars([0.25, 0.25, 0.25, 0.25]),
        shows="Four equal bars: doubt among four classes is 2 bits.",
        pages=("imagenet",),
        see=("probability", "cross_entropy"),
    ),
    GlossaryTerm(
        name="top_5",
        term="top-5",
        meaning="Top-5 counts an answer as right if the class is among the five with the largest "
        "probabilities. Top-1 counts the first alone.",
        picture=lambda: pictures.bars(np.sort(pictures.answered().probabilities ** 0.25)[::-1]),
        shows="Bars for ten classes, the largest first; their heights are fourth roots.",
        pages=("imagenet",),
        aliases=("top-1", "top-5 error"),
        see=("accuracy",),
    ),
    GlossaryTerm(
        name="accuracy",
        term="accuracy",
        meaning="Accuracy is the share of answers that are right. It has to be measured on test pictures, "
        "and it hides which classes are confused.",
        picture=lambda: pictures.bars(np.diag(MISTAKES) / MISTAKES.sum(axis=1)),
        shows="Bars for the shares of right answers of three classes.",
        pages=("transfer", "draw_and_watch", "hidden_layers"),
        aliases=("test accuracy",),
        see=("confusion_matrix", "test_pictures"),
    ),
    GlossaryTerm(
        name="confusion_matrix",
        term="confusion matrix",
        meaning="A confusion matrix has a row for each class and a column for each answer, and counts the "
        "pictures. Right answers lie on the diagonal, and every other cell is a kind of mistake.",
        picture=lambda: pictures.grid(MISTAKES, "output", np.eye(3)),
        shows="A grid of nine counts with a tinted diagonal.",
        pages=("transfer", "hidden_layers"),
        see=("precision", "recall", "accuracy"),
    ),
    GlossaryTerm(
        name="precision",
        term="precision",
        meaning="Precision is the share of the pictures that got an answer which really are of that class. "
        "It says how far you can trust the answer.",
        picture=lambda: pictures.bars([each.precision or 0 for each in precision_recall(MISTAKES)]),
        shows="Bars for the precision of three classes.",
        pages=("transfer",),
        see=("recall", "confusion_matrix"),
    ),
    GlossaryTerm(
        name="recall",
        term="recall",
        meaning="Recall is the share of the pictures of a class that got the right answer. It says how much "
        "of the class is found.",
        picture=lambda: pictures.bars([each.recall or 0 for each in precision_recall(MISTAKES)]),
        shows="Bars for the recall of three classes.",
        pages=("transfer",),
        see=("precision", "confusion_matrix"),
    ),
    GlossaryTerm(
        name="pca",
        term="PCA",
        meaning="PCA, principal component analysis, turns points with many numbers so that two directions "
        "show as much of their spread as possible. What it leaves out cannot be seen on the flat view.",
        picture=lambda: pictures.split_points("gaussians"),
        shows="Points on a flat view, in two heaps.",
        pages=("transfer",),
        see=("projection", "feature"),
    ),
    GlossaryTerm(
        name="heat_map",
        term="heat map",
        meaning="A heat map lies over a picture and shows where something is strong, such as the evidence "
        "for a class. It shows where the network looked, and does not prove that it needed that place.",
        picture=lambda: pictures.heat("grad_cam"),
        shows="A drawn arrow with a heat map over it.",
        pages=("imagenet", "transfer", "draw_and_watch"),
        aliases=("heat maps",),
        see=("grad_cam", "occlusion", "saliency"),
    ),
    GlossaryTerm(
        name="grad_cam",
        term="Grad-CAM",
        meaning="Grad-CAM weighs each channel of a layer by how much the class's logit would rise with it "
        "on average, and adds up the channels. What speaks for the class is left; the rest becomes 0.",
        picture=lambda: pictures.heat("grad_cam"),
        shows="A drawn arrow with its Grad-CAM.",
        pages=("imagenet", "transfer"),
        see=("hires_cam", "layer_cam", "gradient"),
    ),
    GlossaryTerm(
        name="hires_cam",
        term="HiResCAM",
        meaning="HiResCAM multiplies each cell of a channel by its own gradient and adds up the channels. "
        "So it shows the places that the class's logit really came from, where one layer follows.",
        picture=lambda: pictures.heat("hires_cam"),
        shows="A drawn arrow with its HiResCAM.",
        pages=("imagenet",),
        see=("grad_cam", "layer_cam"),
    ),
    GlossaryTerm(
        name="layer_cam",
        term="LayerCAM",
        meaning="LayerCAM multiplies each cell of a channel by its own gradient where that is positive, and "
        "adds up the channels. It gives fine maps for early layers too.",
        picture=lambda: pictures.heat("layer_cam"),
        shows="A drawn arrow with its LayerCAM.",
        pages=("imagenet",),
        see=("grad_cam", "hires_cam"),
    ),
    GlossaryTerm(
        name="occlusion",
        term="occlusion",
        meaning="Occlusion covers one patch of the picture after another and asks the network again. Where "
        "the logit or the probability falls, the patch spoke for the class.",
        picture=lambda: pictures.occluded(),
        shows="A drawn arrow; warm where covering it makes the network less sure.",
        pages=("imagenet", "draw_and_watch"),
        see=("heat_map", "deletion_curve"),
    ),
    GlossaryTerm(
        name="saliency",
        term="saliency",
        meaning="Saliency is the magnitude of the gradient of a class's logit at each pixel. It says which "
        "pixels would change the answer most if they changed a little.",
        picture=lambda: pictures.salient(),
        shows="Bright pixels along the lines of a drawn arrow.",
        pages=("imagenet",),
        see=("gradient", "heat_map"),
    ),
    GlossaryTerm(
        name="deletion_curve",
        term="deletion curve",
        meaning="A deletion curve shows how the probability of a class falls while the pixels that a map "
        "calls most important are covered first. The sooner it falls, the more faithful the map.",
        picture=lambda: pictures.deletion(),
        shows="A curve of the probability of a class, which falls as more and more is covered.",
        pages=("imagenet",),
        see=("occlusion", "heat_map"),
    ),
    GlossaryTerm(
        name="weight_randomisation",
        term="weight randomisation",
        meaning="Weight randomisation gives layers random weights and makes the heat map again. A map that "
        "stays the same shows the picture, not the network.",
        picture=lambda: pictures.random_heat(),
        shows="A drawn arrow with a heat map of random weights.",
        pages=("imagenet",),
        see=("heat_map", "initialisation"),
    ),
    GlossaryTerm(
        name="feature_visualisation",
        term="feature visualisation",
        meaning="Feature visualisation changes a picture of noise until a channel or a class answers as "
        "strongly as possible. It shows what the network looks for, also where no photograph has it.",
        picture=lambda: pictures.painted(pictures.first_kernel(), "signed"),
        shows="The pattern that a kernel of a first layer answers most: the kernel itself.",
        pages=("imagenet",),
        see=("channel", "gradient"),
    ),
    GlossaryTerm(
        name="position",
        term="position",
        meaning="A position says how much a trader holds: 1 is a whole stake, 0 nothing, and below 0 a bet "
        "on falling prices. Position × return is the profit of a day.",
        picture=lambda: pictures.activation("tanh"),
        shows="The curve of tanh, which keeps a position between −1 and 1.",
        pages=("trading",),
        see=("profit",),
    ),
    GlossaryTerm(
        name="profit",
        term="profit",
        meaning="The profit of a day is the position times the simple return. It is negative where money is "
        "lost.",
        picture=lambda: pictures.curves(pictures.market().cumsum()),
        shows="A line that rises and falls: what one stake gains in a market.",
        pages=("trading",),
        see=("position", "simple_return"),
    ),
    GlossaryTerm(
        name="simple_return",
        term="simple return",
        meaning="The simple return is the share by which a price changes: from 100 to 110 it is 10 %. "
        "Profits are made of simple returns.",
        picture=lambda: pictures.bars(pictures.market()[:12]),
        shows="Bars for the returns of twelve days, up and down.",
        pages=("trading",),
        see=("log_return", "profit"),
    ),
    GlossaryTerm(
        name="log_return",
        term="log return",
        meaning="The log return is the logarithm of the new price divided by the old one: from 100 to 110 "
        "it is 9.53 %. Log returns of several days add up to that of the whole time.",
        picture=lambda: pictures.curves(np.linspace(-0.8, 0.8, 41), np.log1p(np.linspace(-0.8, 0.8, 41))),
        shows="A straight line for simple returns, and the curve of log returns below it.",
        pages=("trading",),
        see=("simple_return",),
    ),
    GlossaryTerm(
        name="downside",
        term="downside",
        meaning="The downside is a loss that penalises only days on which money is lost. Whoever takes no "
        "position pays nothing.",
        picture=lambda: pictures.loss("downside", task="profit", target=-0.03),
        shows="A curve that is 0 on one side and rises on the other.",
        pages=("trading",),
        see=("shortfall", "credit"),
    ),
    GlossaryTerm(
        name="asymmetric_weight",
        term="asymmetric weight",
        meaning="An asymmetric weight counts losing money more than gaining as much. The loss has a kink "
        "where the profit is 0.",
        picture=lambda: pictures.loss("asymmetric_profit", task="profit", target=-0.03),
        shows="A line with a kink, steeper on one side.",
        pages=("trading",),
        see=("profit", "kink"),
    ),
    GlossaryTerm(
        name="shortfall",
        term="shortfall",
        meaning="The shortfall is a loss that penalises only what is lost beyond a threshold. Small losses "
        "of money cost nothing.",
        picture=lambda: pictures.loss("shortfall", task="profit", target=-0.03),
        shows="A curve that is 0 up to a threshold and rises beyond it.",
        pages=("trading",),
        see=("downside",),
    ),
    GlossaryTerm(
        name="credit",
        term="credit",
        meaning="The credit is the share of a gain that is taken off a loss which otherwise penalises "
        "losing alone. Without it a system does best with no position at all.",
        picture=lambda: pictures.loss("downside", "asymmetric_profit", task="profit", target=-0.03),
        shows="Two losses: one is 0 for every gain, the other falls below 0.",
        pages=("trading",),
        see=("downside", "position"),
    ),
    GlossaryTerm(
        name="drawdown",
        term="drawdown",
        meaning="The drawdown is the largest fall from an earlier high. It says how bad the worst time was.",
        picture=lambda: pictures.curves(
            pictures.market().cumsum(), np.maximum.accumulate(pictures.market().cumsum())
        ),
        shows="A line that rises and falls, and above it the line of its highs.",
        pages=("trading",),
        see=("profit",),
    ),
    GlossaryTerm(
        name="hit_rate",
        term="hit rate",
        meaning="The hit rate is the share of days with a gain. It says nothing about how large the gains "
        "and the losses were.",
        picture=lambda: pictures.bars(np.where(pictures.market()[:12] > 0, 1.0, -1.0)),
        shows="Twelve bars of one height, up for a gain and down for a loss.",
        pages=("trading",),
        see=("accuracy", "profit"),
    ),
)
