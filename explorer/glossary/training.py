"""Terms of losses and of training."""

from __future__ import annotations

from explorer.convolution.arithmetic import random_input
from explorer.glossary import pictures
from explorer.glossary.record import GlossaryTerm
from explorer.images import drawings

TRAINING_TERMS = (
    GlossaryTerm(
        name="loss",
        term="loss",
        meaning="A loss is one number that says how wrong a prediction is: the smaller, the better. "
        "Training changes the weights so that the mean loss gets smaller.",
        picture=lambda: pictures.loss("mean_squared_error", "mean_absolute_error"),
        shows="A parabola and a V: two losses, both 0 at the target.",
        pages=("losses", "hidden_layers", "transfer", "trading", "pipeline"),
        aliases=("losses", "mean loss"),
        see=("gradient", "mean_squared_error", "cross_entropy"),
    ),
    GlossaryTerm(
        name="mean_squared_error",
        term="mean squared error",
        meaning="The mean squared error is the mean of the squared distances between prediction and target. "
        "It pulls harder the farther away the target is.",
        picture=lambda: pictures.loss("mean_squared_error"),
        shows="A parabola.",
        pages=("losses",),
        aliases=("mse",),
        see=("mean_absolute_error", "outlier"),
    ),
    GlossaryTerm(
        name="mean_absolute_error",
        term="mean absolute error",
        meaning="The mean absolute error is the mean of the distances between prediction and target. It "
        "pulls equally hard at any distance.",
        picture=lambda: pictures.loss("mean_absolute_error"),
        shows="A V.",
        pages=("losses",),
        aliases=("mae",),
        see=("mean_squared_error", "median"),
    ),
    GlossaryTerm(
        name="huber",
        term="Huber",
        meaning="Huber is a loss that is squared near the target and straight farther away. So one outlier "
        "does not drag it along.",
        picture=lambda: pictures.loss("mean_squared_error", "huber"),
        shows="A parabola, and a curve that leaves it for a straight line.",
        pages=("losses",),
        see=("mean_squared_error", "outlier"),
    ),
    GlossaryTerm(
        name="pinball",
        term="pinball",
        meaning="The pinball loss penalises answers that are too low and answers that are too high "
        "differently. Its best constant is a quantile.",
        picture=lambda: pictures.loss("quantile"),
        shows="A V with one side steeper than the other.",
        pages=("losses",),
        see=("quantile",),
    ),
    GlossaryTerm(
        name="outlier",
        term="outlier",
        meaning="An outlier is a sample that lies far from all others, by chance or by mistake. It drags "
        "the squared error along and hardly moves the absolute error.",
        picture=lambda: pictures.fitted("mean_squared_error", "mean_absolute_error", wild=1.0),
        shows="Points along a rising line, one of them far below, and the two lines that two losses fit.",
        pages=("losses",),
        aliases=("outliers",),
        see=("mean_squared_error", "huber"),
    ),
    GlossaryTerm(
        name="convex",
        term="convex",
        meaning="A loss is convex if it has the form of a bowl: one valley and no other. Whoever goes "
        "downhill ends at its lowest point.",
        picture=lambda: pictures.loss("log_cosh"),
        shows="A bowl.",
        pages=("losses",),
        see=("loss",),
    ),
    GlossaryTerm(
        name="cross_entropy",
        term="cross-entropy",
        meaning="Cross-entropy is a loss for classes: minus the logarithm of the probability that the right "
        "answer got. Being sure and wrong costs without limit.",
        picture=lambda: pictures.loss("binary_crossentropy", task="probabilities", target=1.0),
        shows="A curve that falls from far above to 0 as the probability of the right answer grows.",
        pages=("losses",),
        see=("probability", "entropy", "focal"),
    ),
    GlossaryTerm(
        name="focal",
        term="focal loss",
        meaning="Focal loss is cross-entropy that counts less what is already right. So many easy samples "
        "do not drown the few hard ones.",
        picture=lambda: pictures.loss(
            "binary_crossentropy", "binary_focal_crossentropy", task="probabilities", target=1.0
        ),
        shows="The curve of cross-entropy, and below it that of focal loss.",
        pages=("losses",),
        aliases=("focal",),
        see=("cross_entropy",),
    ),
    GlossaryTerm(
        name="hinge",
        term="hinge",
        meaning="The hinge is a loss for scores: 0 for a score on the right side and beyond the margin, and "
        "rising in a straight line before. So samples that are clearly right pull no more.",
        picture=lambda: pictures.loss("hinge", task="scores", target=1.0),
        shows="A line that falls to 0 and stays there.",
        pages=("losses",),
        see=("margin", "logit"),
    ),
    GlossaryTerm(
        name="margin",
        term="margin",
        meaning="The margin is how far beyond the boundary a score has to be for the hinge to cost nothing. "
        "It is 1.",
        picture=lambda: pictures.loss("hinge", "squared_hinge", task="scores", target=1.0),
        shows="Two losses that become 0 at a score of 1.",
        pages=("losses",),
        see=("hinge",),
    ),
    GlossaryTerm(
        name="gradient",
        term="gradient",
        meaning="The gradient says how much the loss changes when a weight, or the prediction, grows a "
        "little. Training moves every weight against its gradient.",
        picture=lambda: pictures.loss("mean_squared_error", "mean_absolute_error", slopes=True),
        shows="The gradients of two losses as dashed lines: a straight line and a step.",
        pages=("losses", "activations", "hidden_layers", "pipeline"),
        aliases=("gradients",),
        see=("slope", "learning_rate", "step"),
    ),
    GlossaryTerm(
        name="step",
        term="step",
        meaning="A step of training takes one batch, computes all gradients, and moves all weights a "
        "little. Many steps make an epoch.",
        picture=lambda: pictures.descent(0.2),
        shows="A bowl, and points that come down its side step by step.",
        pages=("hidden_layers",),
        aliases=("steps",),
        see=("batch", "epoch", "learning_rate"),
    ),
    GlossaryTerm(
        name="batch",
        term="batch",
        meaning="A batch is some examples that a network works on at once, one in each row. A step of "
        "training uses one batch.",
        picture=lambda: pictures.grid(pictures.GRID[:4], "input", pictures.batch_rows()),
        shows="A grid of numbers, of which two rows are tinted.",
        pages=("vectors", "hidden_layers"),
        aliases=("batches",),
        see=("epoch", "shape"),
    ),
    GlossaryTerm(
        name="epoch",
        term="epoch",
        meaning="An epoch is enough steps to use every training example once. A training takes some to some "
        "hundreds of them.",
        picture=lambda: pictures.curves(pictures.losses()[0]),
        shows="The loss of a training, which falls from epoch to epoch.",
        pages=("hidden_layers", "transfer"),
        aliases=("epochs",),
        see=("step", "batch"),
    ),
    GlossaryTerm(
        name="learning_rate",
        term="learning rate",
        meaning="The learning rate says how far a step moves the weights. If it is too small training is "
        "slow, and if it is too large it diverges.",
        picture=lambda: pictures.curves(pictures.losses(rate=0.003)[0], pictures.losses(rate=0.1)[0]),
        shows="The losses of two trainings: one falls slowly, the other fast.",
        pages=("hidden_layers", "transfer"),
        see=("step", "diverge"),
    ),
    GlossaryTerm(
        name="momentum",
        term="momentum",
        meaning="With momentum a weight keeps some of the speed of the steps before, like a ball that rolls "
        "downhill. So training is faster along valleys, and can overshoot.",
        picture=lambda: pictures.curves(pictures.losses("sgd")[0], pictures.losses("momentum")[0]),
        shows="The losses of two trainings: that with momentum falls faster.",
        pages=("hidden_layers",),
        see=("step", "learning_rate"),
    ),
    GlossaryTerm(
        name="initialisation",
        term="initialisation",
        meaning="Initialisation chooses the weights that a network begins with, at random. Glorot's and "
        "He's rules choose their size so that the numbers neither shrink nor grow from layer to layer.",
        picture=lambda: pictures.painted(pictures.initial(), "signed"),
        shows="A grid of small random weights in two colours.",
        pages=("hidden_layers",),
        aliases=("initial weights", "glorot", "he"),
        see=("weight", "seed"),
    ),
    GlossaryTerm(
        name="seed",
        term="seed",
        meaning="A seed is the number that random numbers begin with. The same seed gives the same random "
        "numbers, so that an experiment can be repeated.",
        picture=lambda: pictures.bars(random_input(1, 8, 15)[0]),
        shows="Bars of random heights, which are the same for each reader.",
        pages=("arithmetic", "convolution", "hidden_layers", "transfer"),
        see=("initialisation",),
    ),
    GlossaryTerm(
        name="diverge",
        term="diverge",
        meaning="A training diverges if its loss grows without limit instead of falling. Mostly the "
        "learning rate is too large.",
        picture=lambda: pictures.descent(1.06),
        shows="A bowl, and points that leap from one side to the other, higher each time.",
        pages=("hidden_layers",),
        aliases=("diverges",),
        see=("learning_rate", "exploding"),
    ),
    GlossaryTerm(
        name="forward",
        term="forward pass",
        meaning="The forward pass sends an example through the layers, from the input to the answer. Each "
        "dense layer is a matrix product, a sum and an activation.",
        picture=lambda: pictures.tiles(
            [pictures.answered().seen[..., 0], pictures.answered().maps["relu4"][..., 0]], "stretched"
        ),
        shows="A drawing, and a map that a network has made of it.",
        pages=("hidden_layers",),
        aliases=("forward",),
        see=("backward", "layer"),
    ),
    GlossaryTerm(
        name="backward",
        term="backward pass",
        meaning="The backward pass goes from the loss back through the layers and gives the gradient of "
        "every weight. It multiplies input, slope and the gradient from the next layer.",
        picture=lambda: pictures.salient(),
        shows="How much each pixel of a drawing matters to the answer, from a backward pass.",
        pages=("hidden_layers",),
        aliases=("backward", "backpropagation"),
        see=("forward", "chain_rule", "gradient"),
    ),
    GlossaryTerm(
        name="chain_rule",
        term="chain rule",
        meaning="The chain rule says that the slope of one function after another is the product of their "
        "slopes. By it the gradient finds its way back through all layers.",
        picture=lambda: pictures.activation("tanh", "sigmoid", slopes=True),
        shows="The slopes of two functions as dashed curves.",
        pages=("hidden_layers", "activations"),
        see=("slope", "backward"),
    ),
    GlossaryTerm(
        name="batch_normalisation",
        term="batch normalisation",
        meaning="Batch normalisation brings each channel to mean 0 and standard deviation 1 over a batch, "
        "then scales and shifts it by two learnt numbers. A trained network uses averages that were kept "
        "instead.",
        picture=lambda: pictures.normalised(),
        shows="Bars of numbers around zero, as many above it as below.",
        pages=("imagenet", "hidden_layers"),
        see=("normalisation", "batch"),
    ),
    GlossaryTerm(
        name="regularisation",
        term="regularisation",
        meaning="Regularisation keeps a network from learning its examples by heart. A penalty on the "
        "weights is one way: L1 on their magnitudes, which makes many of them 0, and L2 on their squares.",
        picture=lambda: pictures.loss("mean_absolute_error", "mean_squared_error", target=0.0),
        shows="A V and a parabola: the penalties L1 and L2.",
        pages=("hidden_layers",),
        aliases=("l1", "l2", "penalty"),
        see=("overfitting", "weight"),
    ),
    GlossaryTerm(
        name="overfitting",
        term="overfitting",
        meaning="A network overfits if it learns its training examples by heart and not what they have in "
        "common. Its training loss falls while its test loss rises.",
        picture=lambda: pictures.too_curved(),
        shows="A curve that goes through six points and misses the rings between them.",
        pages=("hidden_layers", "transfer"),
        aliases=("overfits", "overfit"),
        see=("training_pictures", "test_pictures", "regularisation"),
    ),
    GlossaryTerm(
        name="training_pictures",
        term="training pictures",
        meaning="Training pictures are those that a network learns from; with points, they are training "
        "points. How well it does on them says little, as it may know them by heart.",
        picture=lambda: pictures.split_points(),
        shows="Points of two kinds: discs to train on, and rings for the test.",
        pages=("transfer", "hidden_layers"),
        aliases=("training points", "train"),
        see=("test_pictures", "overfitting"),
    ),
    GlossaryTerm(
        name="test_pictures",
        term="test pictures",
        meaning="Test pictures are those that a network never learns from; the field calls them held out. "
        "They show whether it has learned more than its training pictures.",
        picture=lambda: pictures.split_points("moons"),
        shows="Points of two kinds: discs to train on, and rings for the test.",
        pages=("transfer", "draw_and_watch", "hidden_layers", "trading"),
        aliases=("test", "held out", "test drawings", "test points", "test days"),
        see=("training_pictures", "accuracy"),
    ),
    GlossaryTerm(
        name="preprocessing",
        term="preprocessing",
        meaning="Preprocessing is what is done to a picture before the network sees it: size, position, "
        "range of its numbers. It has to be the same in training and afterwards.",
        picture=lambda: pictures.tiles(
            [drawings.draw(pictures.HEAT)[::4, ::4, 0], pictures.answered().seen[..., 0]]
        ),
        shows="A drawing as it was drawn and, larger, as the network sees it.",
        pages=("draw_and_watch", "imagenet"),
        see=("normalisation", "picture"),
    ),
    GlossaryTerm(
        name="synthetic_data",
        term="synthetic data",
        meaning="Synthetic data is examples that a program has made. It is cheap and private, and only as "
        "rich as the imagination of whoever wrote the program.",
        picture=lambda: pictures.tiles(
            [drawings.draw(name)[::4, ::4, 0] for name in ("curved_star", "smiley", "house", "two")]
        ),
        shows="Four drawings that a program made.",
        pages=("draw_and_watch",),
        see=("training_pictures", "augmentation"),
    ),
    GlossaryTerm(
        name="augmentation",
        term="augmentation",
        meaning="Augmentation mirrors, crops and recolours the training pictures a little. So a network "
        "sees more different ones and learns less by heart.",
        picture=lambda: pictures.augmented(),
        shows="A photograph of a cat, and the same mirrored, cropped and recoloured.",
        pages=("transfer",),
        see=("overfitting", "training_pictures"),
    ),
    GlossaryTerm(
        name="feature",
        term="feature",
        meaning="A feature is something that a layer looks for, such as an edge, a texture or a part; its "
        "number says how much of it there is. The last features of a network describe the whole picture.",
        picture=lambda: pictures.bars(pictures.answered().maps["pool2"].mean(axis=(0, 1))),
        shows="Bars for 16 features of a drawing: some are strong, some are 0.",
        pages=("transfer", "pooling"),
        aliases=("features",),
        see=("feature_map", "embedding", "head"),
    ),
    GlossaryTerm(
        name="transfer_learning",
        term="transfer learning",
        meaning="Transfer learning keeps the layers of a trained network and trains a new end for other "
        "classes. So a few pictures are enough.",
        picture=lambda: pictures.tiles(
            [pictures.photograph(name, 72, colour=True) for name in ("chelsea", "coffee", "rocket")],
            columns=3,
        ),
        shows="Photographs of a cat, a cup and a rocket: three classes of one's own.",
        pages=("transfer",),
        see=("backbone", "head", "fine_tuning"),
    ),
    GlossaryTerm(
        name="backbone",
        term="backbone",
        meaning="The backbone is the part of a trained network that turns a picture into features. A new "
        "head stands on it.",
        picture=lambda: pictures.tiles(
            [pictures.answered().maps["relu4"][..., channel] for channel in range(4)], "stretched"
        ),
        shows="Four late maps of a trained network.",
        pages=("transfer", "imagenet"),
        see=("head", "feature"),
    ),
    GlossaryTerm(
        name="head",
        term="head",
        meaning="The head is the end of a network, from the features to the classes. Transfer learning "
        "trains a new one.",
        picture=lambda: pictures.bars(
            pictures.answered().probabilities, int(pictures.answered().probabilities.argmax())
        ),
        shows="Bars for ten classes, of which one is far larger than the others.",
        pages=("transfer",),
        aliases=("heads",),
        see=("backbone", "softmax"),
    ),
    GlossaryTerm(
        name="frozen",
        term="frozen",
        meaning="Layers are frozen if training leaves their weights as they are. So there is less to learn, "
        "and nothing that they know is lost.",
        picture=lambda: pictures.tiles([pictures.first_kernel()] * 2, "signed"),
        shows="The same kernel twice: before training and after it.",
        pages=("transfer",),
        see=("transfer_learning", "fine_tuning"),
    ),
    GlossaryTerm(
        name="fine_tuning",
        term="fine-tuning",
        meaning="Fine-tuning lets the last layers of a trained network learn too, in very small steps. It "
        "can help where pictures are unlike those that it was trained on, and do harm where they are few.",
        picture=lambda: pictures.curves(pictures.losses(rate=0.003)[0], pictures.losses(rate=0.01)[0]),
        shows="The losses of two trainings with small learning rates.",
        pages=("transfer",),
        see=("transfer_learning", "learning_rate"),
    ),
)
