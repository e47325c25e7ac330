from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from explorer.losses import LOSSES
from explorer.tables import read_table
from explorer.trading.goals import GOALS
from explorer.trading.market import MAX_DAYS, UNITS, Market, from_csv, from_reading, synthetic
from explorer.trading.systems import BOUNDS, Trading, outcome, trading_data, train

SHORT = Trading(steps=60)

every_goal = pytest.mark.parametrize("goal", GOALS.values(), ids=lambda each: each.name)
every_bound = pytest.mark.parametrize("bound", BOUNDS)


def altered(market, day, value=0.5):
    """The same market but for the returns from a day on."""
    returns = market.returns.copy()
    returns[day:] = value
    return Market(returns, "altered")


# The market


def test_a_market_follows_its_formula():
    """By hand: with no noise to speak of, a return is the drift and the signal's share of the one before."""
    returns = synthetic(200, signal=0.5, drift=0.1, volatility=0.2, crashes=0, seed=3).returns
    shocks = (returns[1:] - 0.001 - 0.5 * returns[:-1]) / 0.002
    assert abs(shocks.mean()) < 0.2
    assert 0.9 < shocks.std() < 1.1
    assert abs(np.corrcoef(shocks[1:], shocks[:-1])[0, 1]) < 0.2


@pytest.mark.parametrize("signal", [-0.5, 0, 0.25, 0.5])
def test_the_signal_is_the_correlation_with_the_day_before(signal):
    """Over many days a return's correlation with the one before is the signal."""
    returns = synthetic(3000, signal=signal, crashes=0).returns
    assert abs(np.corrcoef(returns[1:], returns[:-1])[0, 1] - signal) < 0.05


def test_crashes_take_five_volatilities_on_a_share_of_the_days():
    """With no signal, the market with crashes is 5 volatilities lower on their days and else the same."""
    calm, wild = (synthetic(3000, signal=0, crashes=share, seed=1).returns for share in (0, 2))
    fallen = calm - wild
    assert_allclose(np.unique(fallen.round(9)), [0, 0.05], atol=1e-9)
    assert abs((fallen > 0.01).mean() - 0.02) < 0.01


def test_a_seed_gives_the_same_market():
    """The same seed gives the same returns, another seed others, and more days continue the same market."""
    first = synthetic(300, seed=5).returns
    assert_array_equal(first, synthetic(300, seed=5).returns)
    assert_array_equal(first, synthetic(900, seed=5).returns[:300])
    assert not np.allclose(first, synthetic(300, seed=6).returns)
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"days": 100}, "Days takes 200 to 3000, but 100 came; choose one"),
        ({"signal": 0.9}, "Signal a takes −0.5 to 0.5"),
        ({"seed": -1}, "Seed takes 0 to 999999"),
    ],
)
def test_a_market_out_of_bounds_is_explained(arguments, sentence):
    """A wrong argument is answered with its bounds."""
    with pytest.raises(ValueError, match=sentence):
        synthetic(**arguments)


# The student's own file


def file_of(values, head="return"):
    return "\n".join([head, *map(str, values)])


def written_in(unit, back):
    """Simple returns as a file may have them."""
    logs = [math.log1p(value) for value in back]
    return {
        "fraction": back,
        "percent": [100 * value for value in back],
        "log": logs,
        "log_percent": [100 * value for value in logs],
        "price": (100 * np.exp(np.cumsum([0, *logs]))).tolist(),
    }[unit]


@pytest.mark.parametrize("unit", UNITS)
@given(st.lists(st.floats(-0.6, 4.5), min_size=60, max_size=90))
@settings(max_examples=25, deadline=None)
def test_a_file_is_read_in_each_unit(unit, back):
    """0.01, 1 %, a log return of ln 1.01 and a price from 100 to 101 are one return, and earn the same."""
    back = [-0.01, *back]
    market = from_csv(file_of(written_in(unit, back)), unit=unit)
    assert_allclose(market.returns, back, rtol=1e-9, atol=1e-9)
    assert_allclose(outcome(np.ones(len(back)), market.returns).profit, sum(back), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("unit", UNITS)
def test_one_market_is_traded_alike_in_each_unit(unit):
    """What systems learn from and earn is the same whether a file has prices, simple or log returns."""
    back = synthetic(300, seed=6).returns.tolist()
    truth = train(trading_data(Market(back, "")), "downside").held_out
    market = from_csv(file_of(written_in(unit, back)), unit=unit)
    assert_allclose(train(trading_data(market), "downside").held_out.equity, truth.equity, atol=1e-9)


def test_the_column_goes_with_what_it_is_said_to_hold():
    """Of a price, a return and a log return each is found by its name where it is asked for."""
    rows = "\n".join(f"2,{100 + day},0.01,0.02" for day in range(70))
    text = f"volume,close,return,log return\n{rows}"
    assert from_csv(text, unit="price").returns[0] == pytest.approx(0.01)
    assert from_csv(text).returns[0] == 0.01
    assert from_csv(text, unit="log").returns[0] == pytest.approx(math.expm1(0.02))


WRITINGS = [
    "{d:%m/%d/%Y}",
    "{d:%d.%m.%Y}",
    "{d:%d/%m/%Y}",
    '"{d:%B} {d.day}, {d.year}"',
    "{d:%Y/%m/%d}",
    "{d:%Y%m%d}",
    "{d:%d %b %Y}",
    "{d:%m/%d/%y} 4:00 PM",
    "{d:%d-%b-%y}",
    "{d:%Y-%m-%d}T16:00:00Z",
    "{n}",
    "{n}000",
]
"""Of a day d, n seconds after 1970."""


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("unit", ["price", "fraction"])
def test_the_newest_day_first_is_turned_round_in_any_writing(writing, unit):
    """However days are written, newest or oldest first, what is traded is that of ISO dates in order."""
    days = [date(2023, 11, 20) + timedelta(days=step) for step in range(120)]
    values = [0.01 * (step % 7 - 3) for step in range(120)]
    if unit == "price":
        values = [100 + 5 * value for value in values]
    truth = from_csv(file_of([f"{d},{v}" for d, v in zip(days, values, strict=True)], "date,x"), unit=unit)
    assert (truth.note, truth.span) == ("", f"{20 + (unit == 'price')} November 2023 to 18 March 2024")
    lines = [
        f"{writing.format(d=d, n=(d - date(1970, 1, 1)).days * 86_400)},{v}"
        for d, v in zip(days, values, strict=True)
    ]
    forwards = from_csv(file_of(lines, "date,x"), unit=unit)
    backwards = from_csv(file_of(lines[::-1], "date,x"), unit=unit)
    assert_array_equal(forwards.returns, truth.returns)
    assert_array_equal(backwards.returns, truth.returns)
    assert (forwards.note, backwards.note) == ("", "The file has the newest day first and was reversed.")
    assert backwards.span == forwards.span
    assert [part.partition(",")[0] for part in forwards.span.split(" to ")] == truth.span.split(" to ")


def test_the_order_of_day_and_month_can_be_said():
    """Days that could all be months run one way in one reading, and what is said against it is refused."""
    days = [date(2023, month, day) for month in range(1, 13) for day in range(1, 13)]
    lines = [f"{day:%d/%m/%Y},{place / 10_000}" for place, day in enumerate(days)]
    truth = from_csv(file_of(lines, "date,x"))
    assert truth.span == "1 January 2023 to 12 December 2023"
    assert_array_equal(from_csv(file_of(lines[::-1], "date,x"), order="day").returns, truth.returns)
    with pytest.raises(ValueError, match=r"line 14 of the file, .* read with the month first.*in disorder"):
        from_csv(file_of(lines, "date,x"), order="month")
    short = file_of(["01/03/2024,1", "02/02/2024,2", "03/01/2024,3"], "date,x")
    with pytest.raises(ValueError, match="Choose day first or month first"):
        from_csv(short)


def test_a_file_with_the_newest_day_first_is_turned_round():
    """Days are in order of their dates, and what was done is said; a file in disorder is refused."""
    days = [f"2024-{month:02}-{day:02}" for month in range(1, 5) for day in range(1, 21)]
    lines = [f"{day},{place / 10_000}" for place, day in enumerate(days)]
    forwards = from_csv("\n".join(["day,return", *lines]))
    backwards = from_csv("\n".join(["day,return", *lines[::-1]]))
    assert_array_equal(forwards.returns, backwards.returns)
    assert (forwards.note, backwards.note) == ("", "The file has the newest day first and was reversed.")
    with pytest.raises(ValueError, match="'day' are in disorder; sort the file by date"):
        from_csv("\n".join(["day,return", *lines[40:], *lines[:40]]))


def test_the_column_of_returns_is_found_or_asked_for():
    """A known name is taken, a single column too; of several strangers the student chooses one."""
    rows = "\n".join(f"{day},{day % 3 / 100},{day % 5 / 100}" for day in range(70))
    assert from_csv("day,Return,other\n" + rows).returns[1] == 0.01
    with pytest.raises(ValueError, match="2 columns of numbers: a, b"):
        from_csv("day,a,b\n" + rows)
    assert from_csv("day,a,b\n" + rows, "b").returns[4] == 0.04
    with pytest.raises(ValueError, match="holds text only"):
        from_csv("x\n" + "yes\n" * 70)


def exported(head: str, line: str, days: int = 70, encoding: str = "utf-8", above: str = "", below: str = ""):
    """An exchange's own file of prices that rise by 1 % and fall back, newest first."""
    lines = [
        line.format(d=date(2024, 1, 1) + timedelta(days=step), price=1212 if step % 2 else 1200)
        for step in reversed(range(days))
    ]
    return "\r\n".join([*([above] if above else []), head, *lines, below]).encode(encoding)


@pytest.mark.parametrize(
    "file",
    [
        exported("Date,Close/Last,Volume,Open", '{d:%m/%d/%Y},"${price:,.2f}",53068020,$992.43'),
        exported(
            '"Date ","series ","OPEN ","close ","VALUE "',
            '"{d:%d-%b-%Y}","EQ","992.43","{price:,.2f}","14,22,33,109.45"',
            encoding="utf-8-sig",
        ),
        exported(
            "Datum;Eröffnung;Schlusskurs;Volumen",
            "{d:%d.%m.%Y};991,50;{price},00;1.234",
            encoding="cp1252",
        ).replace(b";12", b";1.2"),
        exported("Date,Price,Vol.,Change %", '"{d:%b %d, %Y}","{price:,.2f}",1.25M,0.52%'),
        exported("sep=\t\r\nDate\tClose", "{d:%Y-%m-%d}\tCHF {price}.00", encoding="utf-16"),
        exported(
            "Date,Open,Close,Dividend",
            "{d:%Y-%m-%d},,{price},",
            above="Prices of the exchange",
            below="2023-12-31,,null,\r\nSource: the exchange",
        ),
    ],
    ids=["US", "India", "Germany", "a portal", "Switzerland", "gaps"],
)
def test_an_exchanges_own_export_is_read(file):
    """Groups, currencies, blank columns, days without a price, titles and notes: the prices are found."""
    market = from_csv(file, unit="price")
    assert_allclose(market.returns, [0.01, 1 / 1.01 - 1] * 34 + [0.01], rtol=1e-9)
    assert "The file has the newest day first and was reversed." in market.note
    assert market.span == "2 January 2024 to 10 March 2024"


def test_a_day_without_a_number_is_left_out_or_filled_and_said():
    """Gaps in other columns do not count, and a gap in the dates does."""
    days = [date(2024, 1, 1) + timedelta(days=step) for step in range(70)]
    lines = [
        f"{day},{'' if row == 5 else 0.01 if row % 2 else -0.01},{'x' * (row % 2)}"
        for row, day in enumerate(days)
    ]
    read = read_table(file_of(lines, "date,return,remark"), missing="keep")
    left_out, filled = from_reading(read), from_reading(read, missing="mean")
    assert (len(left_out), left_out.note) == (69, "1 day without a number left out.")
    assert (len(filled), filled.note) == (70, "1 day without a number given the mean of the column.")
    assert filled.returns[5] == pytest.approx(left_out.returns.mean())


@pytest.mark.parametrize(
    ("unit", "first"), [("fraction", 0.005), ("percent", 0.005), ("log_percent", math.expm1(0.005))]
)
def test_a_sign_of_per_cent_is_not_counted_twice(unit, first):
    """Of 0.5 % the return is 0.005, whether it is said that the column is in per cent or not."""
    assert from_csv(file_of(["0.5 %", "-0.5 %"] * 40), unit=unit).returns[0] == pytest.approx(first)


def test_of_a_long_file_the_latest_days_are_used():
    """More days than the most are cut at the front, and the note says so."""
    market = from_csv(file_of([0.5, 0.5, *[0.01] * MAX_DAYS]))
    assert (len(market), market.returns.max()) == (MAX_DAYS, 0.01)
    assert market.note == "Of its 3,002 days the latest 3,000 are used."


@pytest.mark.parametrize(
    ("text", "unit", "sentence"),
    [
        ("", "fraction", "The file is empty"),
        (file_of([0.01] * 30), "fraction", "gives 30 returns; 60 or more are needed"),
        (
            file_of([1.2, -2.1] * 40),
            "fraction",
            "Row 2, column 1 .'return'., line 3 of the file, gives a return of −2.1, and one lies from −1, "
            "where all is lost, to 5; say whether the numbers are fractions, per cent or prices, or correct",
        ),
        (
            file_of([0.1, -0.1, 2.4] * 40),
            "log",
            "line 4 of the file, gives a log return of 2.4, and one lies from",
        ),
        (
            file_of([0.1, -0.1, -2.4] * 40),
            "log",
            "gives a log return of −2.4, and one lies from −1.792 to 1.792",
        ),
        (file_of([100, 101] * 40), "fraction", "say whether its numbers are fractions, per cent or prices"),
        (
            file_of([1.08, 1.09] * 40),
            "fraction",
            "holds 1.08 to 1.09, a gain of more than 5 % every day, which no",
        ),
        (
            file_of([1.08, 1.09] * 40),
            "log",
            "a gain of more than 5 % every day, which no market has; say whether",
        ),
        (
            file_of([1, -1] * 40),
            "price",
            "line 3 of the file, holds −1, and a price must be above 0; correct it",
        ),
        (
            file_of([1, 700] * 40),
            "price",
            "line 3 of the file, gives a return of 699, and one lies from −1, where",
        ),
        (file_of([0.01] * 70), "points", "There is no unit 'points'; choose one of fraction"),
        ("return\n0.01\nabc\n", "fraction", "holds 'abc', which is not a number"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(text, unit, sentence):
    """A file is refused with what was found and what to do."""
    with pytest.raises(ValueError, match=sentence):
        from_csv(text, unit=unit)


# What a system is penalised for


@every_goal
@every_bound
@pytest.mark.parametrize("credit", [0.0, 0.6])
def test_a_gradient_is_the_slope_of_the_mean_loss(goal, bound, credit):
    """The gradient is the central difference, for weights that put no day on a kink."""
    learnt = trading_data(synthetic(300, seed=2), Trading(bound=bound, credit=credit))
    weights, step = np.array([0.05, 0.7, -0.4, 0.2]), 1e-7
    gradient = learnt.gradient(goal, weights)
    for place, change in enumerate(np.eye(4) * step):
        rise = learnt.mean_loss(goal, weights + change) - learnt.mean_loss(goal, weights - change)
        assert_allclose(gradient[place], rise / (2 * step), rtol=1e-4, atol=1e-6)


def by_hand():
    """Two usual days of training, a rise of 2 % and a fall of 1 %, and the same weights for all."""
    returns = np.zeros(64)
    returns[:8] = [0.01, 0.02, -0.01, 0.02, 0.01, -0.02, 0.02, 0.01]
    return trading_data(Market(returns, "by hand"), Trading(lags=1, share=0.2, credit=0.5, bound="linear"))


def test_mean_losses_by_hand():
    """A position of 1 on every day: it loses on two of 12 days, 1 % and 2 %."""
    learnt = by_hand()
    assert learnt.training == 12
    size = math.sqrt(0.0020 / 13)  # of the first 13 returns, whose squares add up to 0.0020
    assert_allclose(learnt.size, size)
    hold, profit = [1.0, 0.0], 0.05 / 12 / size  # all but the first return add up to 5 %
    losses = {
        "downside": 0.03 / 12 / size - 0.5 * profit,
        "downside_squared": 0.0005 / 12 / size**2 - 0.5 * profit,
        "asymmetric": (2 * 0.03 - 0.08) / 12 / size,
        "shortfall": 0.01 / 12 / size - 0.5 * profit,
        "forecast": float(np.mean((learnt.returns[:12] / size - 1) ** 2)),
    }
    for name, mean_loss in losses.items():
        parameters = {"threshold": 0.01} if name == "shortfall" else {}
        assert_allclose(learnt.mean_loss(GOALS[name], hold, **parameters), mean_loss, rtol=1e-12)


@every_goal
def test_staying_out_of_the_market_costs_nothing_but_for_a_forecast(goal):
    """With a position of 0 no money is lost; a forecast of 0 has errors all the same."""
    mean_loss = trading_data(synthetic(300)).mean_loss(goal, np.zeros(4))
    assert (mean_loss > 0.9) if goal.forecast else (mean_loss == 0)


def test_a_downside_of_power_one_with_a_credit_is_an_asymmetric_weight():
    """Penalised losses with a credit of c for profit are c times an asymmetric loss of weight 1 + 1 / c."""
    weights = np.array([0.1, 0.5, -0.2, 0.3])
    learnt = trading_data(synthetic(400), Trading(credit=0.5))
    downside, asymmetric = GOALS["downside"], GOALS["asymmetric"]
    assert_allclose(
        learnt.mean_loss(downside, weights),
        0.5 * learnt.mean_loss(asymmetric, weights, weight=3.0),
        rtol=1e-12,
    )


# Positions and time


@every_goal
@every_bound
def test_no_position_looks_ahead(goal, bound):
    """Changing returns from a held-out day on changes no position up to and with that day."""
    market, trading = synthetic(300, seed=4), Trading(bound=bound, steps=40)
    trained = train(trading_data(market, trading), goal)
    for day in (160, 200, 299):
        other = train(trading_data(altered(market, day), trading), goal)
        assert_array_equal(other.weights, trained.weights)
        known = day - trading.lags + 1  # positions start after the first past that is long enough
        assert_array_equal(other.positions[:known], trained.positions[:known])
        if known < len(trained.positions):
            assert other.positions[known] != trained.positions[known]


@every_goal
def test_held_out_days_teach_nothing(goal):
    """Weights depend on the days for training alone, up to the very last of them."""
    market = synthetic(300, seed=4)
    learnt = trading_data(market, SHORT)
    first_held_out = learnt.training + SHORT.lags
    same = train(trading_data(altered(market, first_held_out), SHORT), goal)
    other = train(trading_data(altered(market, first_held_out - 1), SHORT), goal)
    trained = train(learnt, goal)
    assert_array_equal(same.weights, trained.weights)
    assert not np.allclose(other.weights, trained.weights)


def test_a_past_is_the_days_before_the_latest_first():
    """By hand: with 2 lags the first day that is traded is the third, and sees the second and the first."""
    market = synthetic(200)
    learnt = trading_data(market, Trading(lags=2))
    assert_allclose(learnt.inputs[0, 1:] * learnt.size, market.returns[[1, 0]])
    assert_allclose(learnt.returns[0], market.returns[2])
    assert_allclose(learnt.inputs[-1, 1:] * learnt.size, market.returns[[-2, -3]])
    assert learnt.inputs.shape == (198, 3)


@given(st.integers(1, 10), st.sampled_from([0.2, 0.5, 0.8]), st.integers(200, 400))
@settings(max_examples=20, deadline=None)
def test_days_are_parted_in_order_of_time(lags, share, days):
    """Every day with a past is traded, and the earliest share of them is for training."""
    learnt = trading_data(synthetic(days), Trading(lags=lags, share=share, steps=0))
    trained = train(learnt, "forecast")
    assert len(trained.positions) == days - lags
    assert learnt.training == math.floor(share * (days - lags))
    assert len(trained.seen.profits) == learnt.training
    assert len(trained.held_out.profits) == days - lags - learnt.training


# What comes of it


def test_an_equity_by_hand():
    """Profits of 1, -2, -1.5 and 5 %: the fall is from 1 to -2.5 %, and half of the days hit."""
    result = outcome([1, 1, -0.5, 2], [0.01, -0.02, 0.03, 0.025])
    assert_allclose(result.profits, [0.01, -0.02, -0.015, 0.05])
    assert_allclose(result.equity, [0, 0.01, -0.01, -0.025, 0.025], atol=1e-15)
    assert_allclose((result.profit, result.drawdown, result.hit_rate), (0.025, 0.035, 0.5))
    assert_allclose(result.exposure, 4.5 / 4)
    assert_allclose(result.ratio, 0.00625 / np.std([0.01, -0.02, -0.015, 0.05]))


def test_who_never_takes_part_neither_gains_nor_falls():
    """No position: no profit, no drawdown, no hit rate and no ratio."""
    result = outcome(np.zeros(10), np.linspace(-0.1, 0.1, 10))
    assert (result.profit, result.drawdown, result.hit_rate, result.ratio) == (0, 0, None, None)
    assert result.stays_out


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_a_drawdown_is_the_largest_fall_between_any_two_days(profits):
    """Brute force over all pairs of days, the start included, gives the same fall."""
    result = outcome(np.ones(len(profits)), profits)
    worst = max(
        result.equity[first] - result.equity[later]
        for first in range(len(result.equity))
        for later in range(first, len(result.equity))
    )
    assert_allclose(result.drawdown, worst, atol=1e-12)


@every_goal
def test_training_makes_the_mean_loss_smaller(goal):
    """The mean loss falls, from the same start for every goal, and is that of its weights."""
    learnt = trading_data(synthetic(600, seed=2))
    trained = train(learnt, goal)
    (first, mean_loss), (last, less) = trained.history[0], trained.history[-1]
    assert (first, last) == (0, 100)
    assert less < mean_loss or mean_loss == 0
    assert_allclose(mean_loss, learnt.mean_loss(goal, learnt.start()))
    assert_allclose(less, learnt.mean_loss(goal, trained.weights))
    assert trained.trouble == ""


def test_a_forecast_ends_at_least_squares():
    """Gradient descent on squared errors reaches the weights of a linear regression."""
    learnt = trading_data(synthetic(500, seed=1), Trading(steps=500))
    days = slice(learnt.training)
    exact = np.linalg.lstsq(learnt.inputs[days], learnt.returns[days] / learnt.size, rcond=None)[0]
    assert_allclose(train(learnt, "forecast").weights, exact, atol=1e-9)


def test_a_system_penalised_for_losses_alone_stays_out():
    """With no credit for gains a squared downside trains positions away, and a credit brings them back."""
    exposures = [
        train(trading_data(synthetic(1000), Trading(credit=credit)), "downside_squared").held_out.exposure
        for credit in (0.0, 0.5, 1.0)
    ]
    assert exposures[0] < 0.001 < 0.1 < exposures[1] < exposures[2]


def test_a_heavier_weight_makes_for_smaller_positions():
    """The more a loss weighs, the less is staked."""
    learnt = trading_data(synthetic(1000))
    exposures = [train(learnt, "asymmetric", weight=weight).held_out.exposure for weight in (1.0, 1.5, 3.0)]
    assert exposures == sorted(exposures, reverse=True)
    assert exposures[0] > 2 * exposures[2]


def test_positions_without_a_bound_are_given_up_with_a_sentence():
    """Gains that count in full have no least loss: training is stopped, and what to change is said."""
    trained = train(
        trading_data(synthetic(1000), Trading(bound="linear", rate=2.0, steps=500)), "asymmetric", weight=1.0
    )
    growing = train(trading_data(synthetic(1000), Trading(rate=2.0, steps=500)), "forecast")
    assert np.isfinite(trained.weights).all()
    assert np.isfinite(growing.weights).all()
    assert "stopped after" in trained.trouble + growing.trouble
    assert "smaller learning rate" in trained.trouble + growing.trouble


@every_goal
def test_the_same_start_and_the_same_answer(goal):
    """Training is deterministic, and another seed starts elsewhere."""
    market = synthetic(300)
    first, again = (train(trading_data(market, SHORT), goal).weights for _ in range(2))
    assert_array_equal(first, again)
    assert not np.array_equal(
        trading_data(market, SHORT).start(), trading_data(market, Trading(seed=1)).start()
    )


@every_goal
def test_a_goal_says_what_it_is(goal):
    """A goal names a loss of the table, one sentence of why, and what can be set."""
    assert goal.loss in LOSSES
    assert goal.why.endswith(".")
    assert goal.values().keys() >= {each.name for each in goal.parameters}
    with pytest.raises(ValueError, match="has no parameter 'steepness'; the parameters it takes: "):
        goal.values(steepness=1)


def test_what_cannot_be_traded_is_explained():
    """Mistakes are answered with sentences."""
    learnt = trading_data(synthetic(200))
    with pytest.raises(ValueError, match="There is no goal 'greed'; choose one of forecast, downside"):
        train(learnt, "greed")
    with pytest.raises(ValueError, match="There is no bound 'relu'; choose one of tanh, linear"):
        Trading(bound="relu")
    with pytest.raises(ValueError, match=r"Days looked back \(lags\) takes 1 to 10"):
        Trading(lags=0)
    with pytest.raises(ValueError, match="Every return on the days for training is 0"):
        trading_data(Market(np.zeros(100), "flat"))
    with pytest.raises(ValueError, match="of one length with a day or more"):
        outcome([1, 2], [1])
    with pytest.raises(ValueError, match="returns of 60 to 3,000 days"):
        Market(np.zeros(5), "short")
    with pytest.raises(ValueError, match="must be a finite number"):
        Market(np.full(80, np.nan), "holes")


def test_gains_and_losses_that_cancel_leave_0():
    """0.1 + 0.2 - 0.3 of a stake is no profit, and no fall below the start."""
    result = outcome([1, 1, 1], [0.1, 0.2, -0.3])
    assert result.profit == 0
    assert result.ratio == 0
    assert outcome([1, 1, 1, 1], [-0.3, 0.1, 0.2, 0.1]).drawdown == 0.3
    assert outcome([1, 1, 1], [0.3, -0.1, 0.1]).equity[-1] == pytest.approx(0.3)
    assert outcome([1, 1], [0.1, 0.1]).ratio is None
    assert outcome([1e-20, 1e-20], [0.1, 0.3]).ratio == pytest.approx(2)
