"""Train the vision transformer that ships: on the sketch network's drawings, measured on its test styles.

    python -m explorer.attention.training

writes `assets/transformer.npz` and `assets/transformer.json`. The drawings are those that `sketch.training`
synthesises of the same seed, and the styles of the test are trained on by neither network. A transformer
does not know that a shape is the same in another place: each epoch moves and turns every drawing anew.
"""
