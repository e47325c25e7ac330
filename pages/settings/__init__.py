"""Settings: one record for each thing a person can choose, read alike by page, address and live lane."""

from __future__ import annotations

from pages.settings.curves import CurvesSetting, LossesSetting
from pages.settings.grids import MAX_POOL, GridSetting, MatrixSetting, SizeSetting, VectorSetting
from pages.settings.inside import PlaceSetting, SwitchesSetting
from pages.settings.kernel import ACTIONS, CUSTOM, MAX_KERNEL, MAX_WEIGHT, KernelSetting
from pages.settings.network import (
    MAX_PACKED,
    LayersSetting,
    ParameterSetting,
    StandingSetting,
    WeightsSetting,
)
from pages.settings.points import OwnPointsSetting, PointsSetting, ReturnsSetting
from pages.settings.records import (
    LARGEST,
    Choice,
    Field,
    Limits,
    Menu,
    Number,
    Setting,
    SettingError,
    Stops,
    Values,
    argument_setting,
    from_query,
    parse,
    query_string,
    to_query,
)
from pages.settings.sketch import DRAWING, PICTURE, SourceSetting
from pages.settings.stack import MAX_OWN_WEIGHTS, MAX_PLACE, BlocksSetting, CellSetting

__all__ = [
    "ACTIONS",
    "CUSTOM",
    "DRAWING",
    "LARGEST",
    "MAX_KERNEL",
    "MAX_OWN_WEIGHTS",
    "MAX_PACKED",
    "MAX_PLACE",
    "MAX_POOL",
    "MAX_WEIGHT",
    "PICTURE",
    "BlocksSetting",
    "CellSetting",
    "Choice",
    "CurvesSetting",
    "Field",
    "GridSetting",
    "KernelSetting",
    "LayersSetting",
    "Limits",
    "LossesSetting",
    "MatrixSetting",
    "Menu",
    "Number",
    "OwnPointsSetting",
    "ParameterSetting",
    "PlaceSetting",
    "PointsSetting",
    "ReturnsSetting",
    "Setting",
    "SettingError",
    "SizeSetting",
    "SourceSetting",
    "StandingSetting",
    "Stops",
    "SwitchesSetting",
    "Values",
    "VectorSetting",
    "WeightsSetting",
    "argument_setting",
    "from_query",
    "parse",
    "query_string",
    "to_query",
]
