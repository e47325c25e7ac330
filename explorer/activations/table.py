"""The table of activations: one record each, under Keras's name where Keras has it and with its arguments.

A float64 array stays float64, everything else becomes float32. An infinite result (the exponential of a large
number) is infinite here as in Keras, and no warning is given.
"""

from __future__ import annotations

import numpy as np

from explorer.activations.functions import (
    SELU_ALPHA,
    SELU_SCALE,
    celu,
    celu_slope,
    elu,
    elu_slope,
    gaussian,
    gelu,
    gelu_slope,
    gelu_tanh,
    gelu_tanh_slope,
    hard_sigmoid,
    hard_silu_slope,
    inside,
    leaky_relu,
    mish,
    mish_slope,
    relu,
    relu_slope,
    selu_slope,
    sigmoid,
    sigmoid_slope,
    silu,
    silu_slope,
    softplus,
    tanh_slope,
)
from explorer.activations.record import Activation
from explorer.calculus import Range
from explorer.parameters import Number


def _anywhere() -> Range:
    return Range()


def _from_zero() -> Range:
    return Range(low=0.0, low_reached=True)


def _leaky_range(slope: float) -> Range:
    return Range() if slope > 0 else _from_zero()


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            name="linear",
            title="Linear",
            formula=r"x",
            derivative_formula=r"1",
            why=(
                "It passes the number on as it is, for the output of a regression. Layers of nothing else "
                "are together only one linear layer."
            ),
            source="B. Widrow, M. E. Hoff, Adaptive switching circuits, 1960.",
            zero_centred=True,
            function=lambda x: x.copy(),
            slope=np.ones_like,
            limits=_anywhere,
            keras="keras.activations.linear(x)",
            torch="x",
            numpy="x",
        ),
        Activation(
            name="binary_step",
            title="Binary step",
            formula=r"\begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}",
            derivative_formula=r"0 \quad (x \ne 0)",
            why=(
                "All or nothing, as in the first artificial neuron. Its slope is 0 wherever there is one, "
                "so gradient descent never learns which way to change a weight."
            ),
            source=(
                "W. S. McCulloch, W. Pitts, A logical calculus of the ideas immanent in nervous activity, "
                "1943."
            ),
            zero_centred=False,
            function=lambda x: (x >= 0).astype(x.dtype),
            slope=np.zeros_like,
            limits=lambda: Range(0.0, 1.0, low_reached=True, high_reached=True),
            kink_places=(0.0,),
            numpy="np.where(x >= 0, 1.0, 0.0)",
            # A cast, and a comparison, end the gradient in an error.
            keras_trained="keras.ops.minimum(keras.ops.sign(x) + 1, 1)",
            torch_trained="(torch.sign(x) + 1).clamp(max=1)",
        ),
        Activation(
            name="sigmoid",
            title="Sigmoid",
            formula=r"\frac{1}{1 + e^{-x}}",
            derivative_formula=r"f(x)\,(1 - f(x))",
            why=(
                "It turns any number into a probability. Its slope is at most a quarter, so many layers of "
                "it make gradients vanish."
            ),
            source=(
                "D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating "
                "errors, Nature 323, 1986."
            ),
            zero_centred=False,
            function=sigmoid,
            slope=sigmoid_slope,
            limits=lambda: Range(0.0, 1.0),
            keras="keras.activations.sigmoid(x)",
            torch="torch.sigmoid(x)",
            numpy="1 / (1 + np.exp(-x))",
            torch_layer="torch.nn.Sigmoid()",
            in_pipeline=True,
        ),
        Activation(
            name="tanh",
            title="Tanh",
            formula=r"\tanh x = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
            derivative_formula=r"1 - f(x)^2",
            why=(
                "A sigmoid stretched to −1 to 1. Centred at zero, with a slope of 1 there, it trains "
                "better, but it still saturates at both ends."
            ),
            source="Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller, Efficient backprop, 1998.",
            zero_centred=True,
            function=np.tanh,
            slope=tanh_slope,
            limits=lambda: Range(-1.0, 1.0),
            keras="keras.activations.tanh(x)",
            torch="torch.tanh(x)",
            numpy="np.tanh(x)",
            torch_layer="torch.nn.Tanh()",
            in_pipeline=True,
        ),
        Activation(
            name="relu",
            title="ReLU",
            formula=r"\max(0, x)",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}",
            why=(
                "It cuts negative numbers to 0. Cheap, and its slope of 1 passes through any number of "
                "layers; a unit that stays below zero for every input gets no gradient and is dead."
            ),
            source=(
                "V. Nair, G. E. Hinton, Rectified linear units improve restricted Boltzmann machines, "
                "ICML 2010."
            ),
            zero_centred=False,
            function=relu,
            slope=relu_slope,
            limits=_from_zero,
            kink_places=(0.0,),
            keras="keras.activations.relu(x)",
            torch="torch.relu(x)",
            numpy="np.maximum(x, 0)",
            torch_layer="torch.nn.ReLU()",
            in_pipeline=True,
        ),
        Activation(
            name="leaky_relu",
            title="Leaky ReLU",
            formula=r"\begin{cases} x & x > 0 \\ a x & x \le 0 \end{cases} \quad a = \text{negative\_slope}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}",
            why="A ReLU that leaks: a small slope below zero keeps every unit learning, so that none dies.",
            source=(
                "A. L. Maas, A. Y. Hannun, A. Y. Ng, Rectifier nonlinearities improve neural network "
                "acoustic "
                "models, 2013."
            ),
            zero_centred=False,
            function=lambda x, negative_slope: leaky_relu(x, negative_slope),
            slope=lambda x, negative_slope: np.where(x > 0, 1, negative_slope),
            limits=lambda negative_slope: _leaky_range(negative_slope),
            parameters=(
                Number(
                    name="negative_slope",
                    title="Slope below 0",
                    low=0.0,
                    high=1.0,
                    step=0.01,
                    default=0.2,
                ),
            ),
            kink_places=(0.0,),
            keras="keras.activations.leaky_relu(x, negative_slope=negative_slope)",
            torch="torch.nn.functional.leaky_relu(x, negative_slope)",
            numpy="np.where(x > 0, x, negative_slope * x)",
            torch_layer="torch.nn.LeakyReLU(0.2)",
            in_pipeline=True,
        ),
        Activation(
            name="prelu",
            title="PReLU",
            formula=r"\begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ 0 & x = 0 \\ \alpha & x < 0 \end{cases}",
            why="A leaky ReLU whose slope below zero is learnt like a weight, one for each channel.",
            source="K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers, ICCV 2015.",
            zero_centred=False,
            function=lambda x, alpha: leaky_relu(x, alpha),
            slope=lambda x, alpha: np.where(x > 0, 1, np.where(x < 0, alpha, 0)),
            limits=lambda alpha: _leaky_range(alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Learnt slope below 0",
                    low=-1.0,
                    high=1.0,
                    step=0.01,
                    default=0.25,
                ),
            ),
            kink_places=(0.0,),
            keras="keras.layers.PReLU(alpha_initializer=keras.initializers.Constant(alpha))(x)",
            torch="torch.nn.functional.prelu(x, torch.tensor(alpha, dtype=x.dtype))",
            numpy="np.where(x > 0, x, alpha * x)",
            keras_trained="keras.ops.relu(x) - alpha * keras.ops.relu(-x)",
            torch_trained="torch.relu(x) - alpha * torch.relu(-x)",
        ),
        Activation(
            name="elu",
            title="ELU",
            formula=r"\begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases}",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ \alpha e^{x} & x \le 0 \end{cases}",
            why=(
                "Its negative values bring the mean output nearer to zero, which speeds training up, and it "
                "levels off where a ReLU would cut."
            ),
            source=(
                "D.-A. Clevert, T. Unterthiner, S. Hochreiter, Fast and accurate deep network learning by "
                "exponential linear units (ELUs), ICLR 2016."
            ),
            zero_centred=False,
            function=elu,
            slope=elu_slope,
            limits=lambda alpha: Range(low=-alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Depth below 0",
                    low=0.1,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            kink_places=(0.0,),
            keras="keras.activations.elu(x, alpha=alpha)",
            torch="torch.nn.functional.elu(x, alpha)",
            numpy="np.where(x > 0, x, alpha * np.expm1(x))",
            torch_layer="torch.nn.ELU()",
            in_pipeline=True,
        ),
        Activation(
            name="selu",
            title="SELU",
            formula=(
                r"s \begin{cases} x & x > 0 \\ \alpha (e^{x} - 1) & x \le 0 \end{cases} "
                r"\quad s \approx 1.0507,\ \alpha \approx 1.6733"
            ),
            derivative_formula=r"s \begin{cases} 1 & x \ge 0 \\ \alpha e^{x} & x < 0 \end{cases}",
            why=(
                "An ELU whose two constants keep mean 0 and variance 1 from layer to layer, given LeCun's "
                "initialisation."
            ),
            source=(
                "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, Self-normalizing neural networks, "
                "NIPS "
                "2017."
            ),
            zero_centred=True,
            function=lambda x: SELU_SCALE * elu(x, SELU_ALPHA),
            slope=selu_slope,
            limits=lambda: Range(low=-SELU_SCALE * SELU_ALPHA),
            kink_places=(0.0,),
            keras="keras.activations.selu(x)",
            torch="torch.nn.functional.selu(x)",
            numpy="1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x))",
            torch_layer="torch.nn.SELU()",
            in_pipeline=True,
            torch_trained="torch.where(x == 0, 1.0507009873554805 * x, torch.nn.functional.selu(x))",
        ),
        Activation(
            name="celu",
            title="CELU",
            formula=r"\max(0, x) + \min(0, \alpha (e^{x / \alpha} - 1))",
            derivative_formula=r"\begin{cases} 1 & x > 0 \\ e^{x / \alpha} & x \le 0 \end{cases}",
            why=(
                "An ELU without a kink whatever its alpha, because the exponential's slope at zero is "
                "kept at 1."
            ),
            source="J. T. Barron, Continuously differentiable exponential linear units, 2017.",
            zero_centred=False,
            function=celu,
            slope=celu_slope,
            limits=lambda alpha: Range(low=-alpha),
            parameters=(
                Number(
                    name="alpha",
                    title="Depth below 0",
                    low=0.1,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            keras="keras.activations.celu(x, alpha=alpha)",
            torch="torch.nn.functional.celu(x, alpha)",
            numpy="np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)",
        ),
        Activation(
            name="gelu",
            title="GELU",
            formula=r"x\,\Phi(x) = \frac{x}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt{2}}\right)",
            derivative_formula=r"\Phi(x) + x\,\varphi(x)",
            why=(
                "It multiplies a number by the share of a standard normal distribution below it: a smooth "
                "ReLU, the choice of most transformers."
            ),
            source="D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016.",
            zero_centred=False,
            function=gelu,
            slope=gelu_slope,
            limits=lambda: Range(low=-0.1699712, low_reached=True),
            keras="keras.activations.gelu(x, approximate=False)",
            torch='torch.nn.functional.gelu(x, approximate="none")',
            numpy="x / 2 * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))",
            torch_layer="torch.nn.GELU()",
            in_pipeline=True,
        ),
        Activation(
            name="gelu_tanh",
            title="GELU, tanh form",
            formula=r"\frac{x}{2}\left(1 + \tanh\left(\sqrt{2 / \pi}\,(x + 0.044715\,x^3)\right)\right)",
            derivative_formula=(
                r"\frac{1 + \tanh u}{2} + \frac{x}{2}\left(1 - \tanh^2 u\right)\sqrt{2 / \pi}\,"
                r"(1 + 0.134145\,x^2), \quad u = \sqrt{2 / \pi}\,(x + 0.044715\,x^3)"
            ),
            why=(
                "GELU by a formula that is quicker where the error function is slow, and off by less than a "
                "thousandth."
            ),
            source="D. Hendrycks, K. Gimpel, Gaussian error linear units (GELUs), 2016.",
            zero_centred=False,
            function=gelu_tanh,
            slope=gelu_tanh_slope,
            limits=lambda: Range(low=-0.1700408, low_reached=True),
            keras="keras.activations.gelu(x, approximate=True)",
            torch='torch.nn.functional.gelu(x, approximate="tanh")',
            numpy="x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))",
        ),
        Activation(
            name="silu",
            title="SiLU (swish)",
            formula=r"x\,\sigma(x) = \frac{x}{1 + e^{-x}}",
            derivative_formula=r"\sigma(x) + x\,\sigma(x)\,(1 - \sigma(x))",
            why=(
                "A smooth ReLU that dips a little below zero before it levels off, found useful in deep "
                "image "
                "networks such as EfficientNet."
            ),
            source=(
                "S. Elfwing, E. Uchibe, K. Doya, Sigmoid-weighted linear units, 2017; P. Ramachandran, B. "
                "Zoph, "
                "Q. V. Le, Searching for activation functions, 2017."
            ),
            zero_centred=False,
            function=silu,
            slope=silu_slope,
            limits=lambda: Range(low=-0.2784645, low_reached=True),
            keras="keras.activations.silu(x)",
            torch="torch.nn.functional.silu(x)",
            numpy="x / (1 + np.exp(-x))",
            torch_layer="torch.nn.SiLU()",
            in_pipeline=True,
        ),
        Activation(
            name="mish",
            title="Mish",
            formula=r"x \tanh(\ln(1 + e^{x}))",
            derivative_formula=r"\tanh s + x\,\sigma(x)\,(1 - \tanh^2 s), \quad s = \ln(1 + e^{x})",
            why="Much like SiLU with a slightly deeper dip; detectors of the YOLO family made it known.",
            source="D. Misra, Mish: a self regularized non-monotonic activation function, 2019.",
            zero_centred=False,
            function=mish,
            slope=mish_slope,
            limits=lambda: Range(low=-0.3088434, low_reached=True),
            keras="keras.activations.mish(x)",
            torch="torch.nn.functional.mish(x)",
            numpy="x * np.tanh(np.logaddexp(0, x))",
            torch_layer="torch.nn.Mish()",
            in_pipeline=True,
        ),
        Activation(
            name="softplus",
            title="Softplus",
            formula=r"\ln(1 + e^{x})",
            derivative_formula=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
            why=(
                "A ReLU with its corner rounded, always positive, for outputs such as a standard "
                "deviation; its "
                "slope is the sigmoid."
            ),
            source=(
                "C. Dugas, Y. Bengio, F. Bélisle, C. Nadeau, R. Garcia, Incorporating second-order "
                "functional "
                "knowledge for better option pricing, NIPS 2000."
            ),
            zero_centred=False,
            function=softplus,
            slope=sigmoid,
            limits=lambda: Range(low=0.0),
            keras="keras.activations.softplus(x)",
            torch="torch.nn.functional.softplus(x)",
            numpy="np.logaddexp(0, x)",
            torch_layer="torch.nn.Softplus()",
            in_pipeline=True,
        ),
        Activation(
            name="softsign",
            title="Softsign",
            formula=r"\frac{x}{1 + |x|}",
            derivative_formula=r"\frac{1}{(1 + |x|)^2}",
            why=(
                "Shaped like tanh, but its slope falls only with the square of the distance, so that it "
                "saturates more gently."
            ),
            source=(
                "J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, Quadratic polynomials learn better image "
                "features, 2009."
            ),
            zero_centred=True,
            function=lambda x: x / (1 + np.abs(x)),
            slope=lambda x: np.square(1 / (1 + np.abs(x))),
            limits=lambda: Range(-1.0, 1.0),
            keras="keras.activations.softsign(x)",
            torch="torch.nn.functional.softsign(x)",
            numpy="x / (1 + np.abs(x))",
            torch_layer="torch.nn.Softsign()",
            in_pipeline=True,
        ),
        Activation(
            name="hard_sigmoid",
            title="Hard sigmoid",
            formula=r"\frac{\min(\max(x + 3, 0), 6)}{6}",
            derivative_formula=r"\begin{cases} 1/6 & |x| < 3 \\ 0 & |x| \ge 3 \end{cases}",
            why=(
                "A sigmoid of three straight pieces, cheap on a phone. Beyond 3 on either side its slope "
                "is 0."
            ),
            source="A. Howard et al., Searching for MobileNetV3, ICCV 2019.",
            zero_centred=False,
            function=hard_sigmoid,
            slope=lambda x: inside(x, 3) / 6,
            limits=lambda: Range(0.0, 1.0, low_reached=True, high_reached=True),
            kink_places=(-3.0, 3.0),
            keras="keras.activations.hard_sigmoid(x)",
            torch="torch.nn.functional.hardsigmoid(x)",
            numpy="np.clip(x + 3, 0, 6) / 6",
            torch_layer="torch.nn.Hardsigmoid()",
            in_pipeline=True,
        ),
        Activation(
            name="hard_silu",
            title="Hard SiLU (hard swish)",
            formula=r"x \cdot \frac{\min(\max(x + 3, 0), 6)}{6}",
            derivative_formula=(
                r"\begin{cases} 0 & x \le -3 \\ (2x + 3) / 6 & -3 < x < 3 \\ 1 & x \ge 3 \end{cases}"
            ),
            why=(
                "SiLU with a hard sigmoid in it, which a phone computes quickly: MobileNetV3 is built "
                "with it."
            ),
            source="A. Howard et al., Searching for MobileNetV3, ICCV 2019.",
            zero_centred=False,
            function=lambda x: x * hard_sigmoid(x),
            slope=hard_silu_slope,
            limits=lambda: Range(low=-0.375, low_reached=True),
            kink_places=(-3.0, 3.0),
            keras="keras.activations.hard_silu(x)",
            torch="torch.nn.functional.hardswish(x)",
            numpy="x * np.clip(x + 3, 0, 6) / 6",
            torch_layer="torch.nn.Hardswish()",
            in_pipeline=True,
        ),
        Activation(
            name="hard_tanh",
            title="Hard tanh",
            formula=r"\min(\max(x, -1), 1)",
            derivative_formula=r"\begin{cases} 1 & |x| \le 1 \\ 0 & |x| > 1 \end{cases}",
            why=(
                "A tanh of three straight pieces: exact in the middle, with a slope of 0 beyond 1 on either "
                "side."
            ),
            source="R. Collobert, Large scale machine learning, 2004.",
            zero_centred=True,
            function=lambda x: np.clip(x, -1, 1),
            slope=lambda x: (np.abs(x) <= 1).astype(x.dtype),
            limits=lambda: Range(-1.0, 1.0, low_reached=True, high_reached=True),
            kink_places=(-1.0, 1.0),
            keras="keras.activations.hard_tanh(x)",
            torch="torch.nn.functional.hardtanh(x)",
            numpy="np.clip(x, -1, 1)",
            torch_trained="x.clamp(-1, 1)",
        ),
        Activation(
            name="relu6",
            title="ReLU6",
            formula=r"\min(\max(x, 0), 6)",
            derivative_formula=r"\begin{cases} 1 & 0 < x < 6 \\ 0 & \text{otherwise} \end{cases}",
            why=(
                "A ReLU that stops at 6, so that numbers of few bits hold every output: the choice of "
                "MobileNet."
            ),
            source="A. Krizhevsky, Convolutional deep belief networks on CIFAR-10, 2010.",
            zero_centred=False,
            function=lambda x: np.clip(x, 0, 6),
            slope=lambda x: ((x > 0) & (x < 6)).astype(x.dtype),
            limits=lambda: Range(0.0, 6.0, low_reached=True, high_reached=True),
            kink_places=(0.0, 6.0),
            keras="keras.activations.relu6(x)",
            torch="torch.nn.functional.relu6(x)",
            numpy="np.clip(x, 0, 6)",
            torch_layer="torch.nn.ReLU6()",
            in_pipeline=True,
        ),
        Activation(
            name="thresholded_relu",
            title="Thresholded ReLU",
            formula=(
                r"\begin{cases} x & x > \theta \\ 0 & x \le \theta \end{cases} \quad \theta = "
                r"\text{threshold}"
            ),
            derivative_formula=r"\begin{cases} 1 & x > \theta \\ 0 & x \le \theta \end{cases}",
            why="It passes large numbers on unchanged and drops small ones, with a jump at the threshold.",
            source=(
                "K. Konda, R. Memisevic, D. Krueger, Zero-bias autoencoders and the benefits of co-adapting "
                "features, ICLR 2015."
            ),
            zero_centred=False,
            function=lambda x, threshold: np.where(x > threshold, x, 0),
            slope=lambda x, threshold: (x > threshold).astype(x.dtype),
            limits=lambda threshold: _from_zero(),
            parameters=(
                Number(
                    name="threshold",
                    title="Threshold",
                    low=0.0,
                    high=5.0,
                    step=0.1,
                    default=1.0,
                ),
            ),
            kink_places=("threshold",),
            keras="keras.activations.relu(x, threshold=threshold)",
            torch="torch.nn.functional.threshold(x, threshold, 0.0)",
            numpy="np.where(x > threshold, x, 0)",
        ),
        Activation(
            name="exponential",
            title="Exponential",
            formula=r"e^{x}",
            derivative_formula=r"e^{x}",
            why=(
                "Always positive, for outputs such as a rate or a count. Its slope is its value, so it "
                "explodes within a few layers."
            ),
            source="J. A. Nelder, R. W. M. Wedderburn, Generalized linear models, 1972.",
            zero_centred=False,
            function=np.exp,
            slope=np.exp,
            limits=lambda: Range(low=0.0),
            keras="keras.activations.exponential(x)",
            torch="torch.exp(x)",
            numpy="np.exp(x)",
        ),
        Activation(
            name="sine",
            title="Sine",
            formula=r"\sin x",
            derivative_formula=r"\cos x",
            why=(
                "It repeats for ever, which lets a network draw the fine detail of a picture from "
                "coordinates."
            ),
            source=(
                "V. Sitzmann, J. N. P. Martel, A. W. Bergman, D. B. Lindell, G. Wetzstein, Implicit neural "
                "representations with periodic activation functions, NeurIPS 2020."
            ),
            zero_centred=True,
            function=np.sin,
            slope=np.cos,
            limits=lambda: Range(-1.0, 1.0, low_reached=True, high_reached=True),
            keras="keras.ops.sin(x)",
            torch="torch.sin(x)",
            numpy="np.sin(x)",
        ),
        Activation(
            name="gaussian",
            title="Gaussian",
            formula=r"e^{-x^2}",
            derivative_formula=r"-2x\,e^{-x^2}",
            why="Large near zero and nowhere else: the bump of radial basis function networks.",
            source=(
                "D. S. Broomhead, D. Lowe, Multivariable functional interpolation and adaptive networks, "
                "1988."
            ),
            zero_centred=False,
            function=gaussian,
            slope=lambda x: x * (-2 * gaussian(x)),
            limits=lambda: Range(0.0, 1.0, high_reached=True),
            keras="keras.ops.exp(-keras.ops.square(x))",
            torch="torch.exp(-x.square())",
            numpy="np.exp(-(x**2))",
        ),
    )
}
