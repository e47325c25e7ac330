"""Train the sketch network: synthesise drawings in many styles, train, measure on styles never trained on.

    python -m explorer.sketch.training

writes `assets/sketch.npz` and `assets/sketch.json`. Each class is drawn in a dozen styles, ways in which a
person may go about it; a style belongs to one part as a whole: "train", "validation" (looked at while the
drawing and the training were designed) or "test" (the accuracy that is reported). Within a style no two
drawings are alike, and every one passes through `sketch.look` as a visitor's does.
"""
