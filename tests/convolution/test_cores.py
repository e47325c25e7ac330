"""The arithmetic that convolutions and trained networks run on, against NumPy's plain products and loops."""

from __future__ import annotations

import numpy as np
import pytest
import reference

from explorer.convolution import conv2d, cores


@pytest.mark.parametrize("count", [1, 2, 11, 12, 13, 97, 300])
@pytest.mark.parametrize("terms", [1, 27, 1365, 1366, 3000])
@pytest.mark.parametrize("columns", [1, 15, 16, 100, 1000])
def test_products_in_pieces_are_those_of_whole_matrices(count, terms, columns):
    """Any size, also matrices that are turned round, with rows that lie apart."""
    rng = np.random.default_rng(0)
    rows, matrix = rng.standard_normal((count, 2 * terms)), rng.standard_normal((terms, columns))
    for left in (rows[:, :terms], np.ascontiguousarray(rows[:, ::2])):
        for right in (matrix, np.ascontiguousarray(matrix.T).T):
            np.testing.assert_allclose(cores.multiply(left, right), left @ right, rtol=1e-9, atol=1e-9)


def test_products_are_computed_on_one_core():
    """No piece is so large that OpenBLAS shares it out."""
    sizes = []

    def seen(rows, matrix, out):
        sizes.append(rows.shape[-2] * rows.shape[-1] * matrix.shape[-1])
        return np.matmul(rows, matrix, out=out)

    class Watched:
        matmul = staticmethod(seen)

        def __getattr__(self, name):
            return getattr(np, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cores, "np", Watched())
        for count, terms, columns in ((3136, 144, 24), (49, 1152, 320), (49, 4608, 512), (12544, 16, 96)):
            cores.multiply(np.ones((count, terms)), np.ones((terms, columns)))
            cores.multiply(np.ones((count, terms)), np.ones((columns, terms)).T)
    assert max(sizes) <= 1 << 18


@pytest.mark.parametrize("strides", [1, 2, (1, 3)])
@pytest.mark.parametrize("padding", ["valid", "same", ((0, 2), (1, 0))])
@pytest.mark.parametrize(
    ("channels", "shape", "groups"),
    [(5, (3, 2, 1, 5), 5), (5, (1, 1, 5, 3), 1), (3, (2, 3, 3, 40), 1), (40, (3, 3, 1, 40), 40)],
)
def test_quick_ways_equal_the_loops(channels, shape, groups, padding, strides):
    """A kernel for each channel, a single cell, many filters."""
    rng = np.random.default_rng(0)
    image = rng.standard_normal((7, 6, channels)).astype(np.float32)
    kernel = rng.standard_normal(shape).astype(np.float32)
    bias = rng.standard_normal(shape[3]).astype(np.float32)
    options = {"bias": bias, "strides": strides, "padding": padding, "groups": groups}
    for dilation in (1, 2):
        ours = conv2d(image, kernel, **options, dilation_rate=dilation)
        theirs = reference.conv2d(image, kernel, **options, dilation_rate=dilation)
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("shape", "groups"), [((2, 2, 1, 4), 4), ((1, 1, 4, 3), 1), ((2, 2, 4, 32), 1)])
def test_quick_ways_bear_any_number(shape, groups):
    """Sums that leave single precision and come back are right, and a NaN stays in its windows."""
    image = np.full((3, 3, 4), 3e38, np.float32)
    kernel = np.ones(shape, np.float32)
    kernel[..., ::2] *= 0.25 / kernel[..., 0].size
    image[2, 2] = np.nan
    found = conv2d(image, kernel, groups=groups)
    assert np.isnan(found[-1, -1]).all()
    assert np.isfinite(found[0, 0, ::2]).all()


def test_gradients_are_those_of_the_sums():
    """For every way over an image, g . conv(x) = grad(g) . x, as a convolution is linear."""
    rng = np.random.default_rng(0)
    for kernel_size, stride, dilation, channels, filters in (
        ((3, 3), (1, 1), (1, 1), 4, 5),
        ((2, 5), (1, 1), (2, 1), 4, 5),
        ((3, 3), (2, 2), (1, 1), 2, 40),
        ((3, 2), (3, 1), (1, 1), 8, 2),
        ((1, 1), (2, 2), (1, 1), 8, 2),
    ):
        padded = rng.standard_normal((2, 11, 12, channels))
        size = padded.shape[1:3]
        kernel = rng.standard_normal((*kernel_size, channels, filters))
        output = cores.convolve(padded, kernel, stride, dilation)
        pull = rng.standard_normal(output.shape)
        back = cores.convolve_gradient(pull, kernel, size, stride, dilation)
        assert np.isclose((pull * output).sum(), (back * padded).sum())
        depthwise = kernel[..., 0]
        output = cores.convolve_depthwise(padded, depthwise, stride, dilation)
        pull = rng.standard_normal(output.shape)
        back = cores.convolve_depthwise_gradient(pull, depthwise, size, stride, dilation)
        assert np.isclose((pull * output).sum(), (back * padded).sum())


@pytest.mark.parametrize("channels", [1, 3, 191, 192, 400])
def test_a_number_is_added_to_each_channel(channels):
    """In place, whether the runs are long or put together, and on maps that do not lie on end."""
    rng = np.random.default_rng(0)
    values = rng.standard_normal(channels).astype(np.float32)
    for maps in (
        rng.standard_normal((2, 5, 7, channels)),
        rng.standard_normal((2, 5, 9, channels))[:, :, 1:-1],
    ):
        expected = maps + values
        cores.add(maps, values)
        np.testing.assert_array_equal(maps, expected)
