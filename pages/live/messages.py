"""The lane's messages: what a connection may send, how it is read, and how an answer is laid out.

A message that no honest page sends raises a `CloseConnection` with a reason.
"""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NoReturn, TypedDict, get_origin, get_type_hints

from explorer import images, parameters
from explorer.convolution.experiments import Array
from explorer.errors import ExplorerError
from pages.live.protocol import Answer, Operation

MAX_PICTURE = 4_000_000  # bytes of a PNG: a noisy 1024 x 1024 RGB picture takes 3.2 million
MAX_SIDE = 512
MAX_WHOLE_SIDE = 1024  # where a part is cut out of it
MAX_TEXT = 65_536  # bytes of a request, where its operation needs no more
MAX_SEQ = 2**53 - 1  # the largest whole number that a browser counts to exactly

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Question(TypedDict):
    """What a browser asks: a text message to the lane."""

    seq: int
    operation: str
    parameters: dict[str, Any]
    rest: bool


class BlobHeader(TypedDict):
    """What a blob of an answer is, and which bytes of the message it takes."""

    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int
    length: int


class AnswerHeader(TypedDict):
    """What a binary message of the lane begins with: whose answer it is, and what lies in it.

    `took` are the milliseconds from when the question had come until its answer was there.
    """

    seq: int
    rest: bool
    took: float
    facts: Mapping[str, object]
    blobs: list[BlobHeader]


class Refusal(TypedDict):
    """Why a question cannot be answered: a text message of the lane."""

    seq: int
    error: str


FIELDS = {name: get_origin(kind) or kind for name, kind in get_type_hints(Question).items()}


class CloseConnection(Exception):
    """Why the server ends a connection: a WebSocket close code and a sentence of at most 120 bytes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class SentPicture:
    """A picture as it came, decoded by the first request that needs it: one replaced before costs nothing."""

    def __init__(self, png: bytes) -> None:
        self._png = png
        self._image: Array | None = None
        self._levels: images.Levels | None = None

    def image(self) -> Array:
        """Decode the picture into float32 (H, W, C), or raise an `ImageError`."""
        if self._image is None:
            self._image = self._decoded(MAX_SIDE)
        return self._image

    def levels(self) -> images.Levels:
        """Decode the picture, which may be twice as large, into uint8 (H, W, C), or raise an `ImageError`."""
        if self._levels is None:
            self._levels = images.to_levels(self._decoded(MAX_WHOLE_SIDE))
        return self._levels

    def _decoded(self, longest: int) -> Array:
        header = self._png[:24].ljust(24, b"\0")  # signature, length and name of a chunk, width, height
        if not header.startswith(PNG_SIGNATURE):
            raise images.ImageError("The picture came in another format than PNG; send it as PNG.")
        width, height = struct.unpack(">II", header[16:])
        if max(width, height) > longest:
            raise images.ImageError(
                f"The picture has {width} × {height} pixels; shrink it to at most {longest} a side."
            )
        return images.load(self._png, max_side=longest)


@dataclass(frozen=True)
class LaneRequest:
    """What was asked, with the picture that the connection had at that moment."""

    seq: int
    operation: Operation
    parameters: dict[str, Any]
    rest: bool
    picture: SentPicture | None
    came: float = field(default_factory=time.monotonic)


class SentDrawing(TypedDict):
    """A drawing as the browser reads it; the `png` is in base64."""

    id: str
    png: str
    paper: Annotated[str, Literal["white", "black"]]


def pack(seq: int, rest: bool, answer: Answer, took: float = 0.0) -> bytes:
    """Lay an answer out as one binary message: header length, header, blobs.

    The length is a little-endian uint32, the header is JSON and names each blob with its offset from the
    start of the message. Every part begins at a multiple of 4, so that a browser can view numbers in place.
    """
    facts = json.dumps(answer.facts, allow_nan=False, separators=(",", ":"))

    def header(offset: int) -> bytes:
        blobs: list[BlobHeader] = []
        for blob in answer.blobs:
            size = len(blob.data)
            blobs.append(
                {"name": blob.name, "kind": blob.kind, "shape": blob.shape, "offset": offset, "length": size}
            )
            offset += _aligned(size)
        said = f'"seq":{seq},"rest":{json.dumps(rest)},"took":{took:.1f}'
        return f'{{{said},"facts":{facts},"blobs":{json.dumps(blobs)}}}'.encode()

    # The header tells where it ends, so room for ten digits an offset is left before that is known.
    start = _aligned(4 + len(header(0)) + 10 * len(answer.blobs))
    parts = [struct.pack("<I", start - 4), header(start).ljust(start - 4)]
    parts += [blob.data.ljust(_aligned(len(blob.data)), b"\0") for blob in answer.blobs]
    return b"".join(parts)


def _aligned(size: int) -> int:
    return -size % 4 + size


def size_of(text: str) -> int:
    """Return how many bytes a text takes on its way."""
    return len(text.encode("utf-8", "surrogatepass"))


def bounded(size: int, most: int = MAX_TEXT) -> None:
    """Raise a `CloseConnection` if a request has more bytes than it may."""
    if size > most:
        raise CloseConnection(1009, f"A request takes at most {most} bytes.")


def parsed(text: str) -> Any:
    """Read the JSON of a text message, or raise a `CloseConnection`."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):  # not JSON, a number of thousands of digits, or nested without end
        raise CloseConnection(1008, "A request is a JSON object; this text is none.") from None


def read(fields: Any, operations: Mapping[str, Operation], picture: SentPicture | None) -> LaneRequest:
    """Read a request, or raise a `CloseConnection`; its parameters are judged when it is answered."""
    if not isinstance(fields, dict) or {name: type(value) for name, value in fields.items()} != FIELDS:
        raise CloseConnection(
            1008, "A request has seq (integer), operation (string), parameters (object), rest (boolean)."
        )
    if not 0 <= fields["seq"] <= MAX_SEQ or fields["operation"] not in operations:
        raise CloseConnection(
            1008, "The field seq counts from 0, and operation takes the name of an operation."
        )
    return LaneRequest(**fields | {"operation": operations[fields["operation"]], "picture": picture})


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no number {constant}.")


def respond(request: LaneRequest) -> bytes | str:
    """Do what a request asks, in a thread of the pool: the message that answers it."""
    try:
        image: Array | images.Levels = images.NO_PICTURE
        if request.operation.picture:
            if request.picture is None:
                raise images.ImageError("No picture has come yet; send one first.")
            image = request.picture.levels() if request.operation.whole else request.picture.image()
        try:
            values = parameters.checked(request.operation.settings, request.parameters)
        except RecursionError:
            raise CloseConnection(1008, "The parameters are nested too deeply.") from None
        answer = request.operation.answer(image, values, request.rest)
    except ExplorerError as error:  # of parameters, images and the explorer: a sentence for the reader
        return refusal(request, str(error))
    return pack(request.seq, request.rest, answer, 1000 * (time.monotonic() - request.came))


def refusal(request: LaneRequest, sentence: str) -> str:
    message: Refusal = {"seq": request.seq, "error": sentence}
    return json.dumps(message)


def path(base_url: str, name: str = "lane") -> str:
    """Where the lane, or what else has a route of its own, stands below Streamlit's `server.baseUrlPath`.

    >>> path(""), path("/school/vision/")
    ('/lane', '/school/vision/lane')
    """
    base = base_url.strip("/")
    return f"/{base}/{name}" if base else f"/{name}"
