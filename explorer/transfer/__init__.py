"""Teach a network that knows photographs something new: a new head, from a few pictures.

    picture -> network without its head -> averages of its last maps (features) -> new head -> softmax

The network stays as it is, so that the features of a picture are computed once. The head is trained on them
in NumPy, with Adam, in batches of `training_job.BATCH` pictures. Fine-tuning then trains the head and the
kernels and biases of the network's last block; batch normalisation stays in inference mode, and as it was.

What takes long comes in pieces, as in `attribution`. A training travels with its pieces: the weights that
learn, and what Adam remembers. Nothing is kept between two of them but networks, so each can be done in
another process, and closing the generator ends the work. The same plan and the same pictures, in whatever
order they come, give the same result.
"""
