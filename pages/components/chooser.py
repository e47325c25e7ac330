"""The picture chooser: one picture for every page, from a sample, a file, a drawing or the camera.

`pages/main.py` draws it once, in the sidebar, with `choose()`; a page asks for the picture with
`current()`. What a person brought along lives in session state under a key that no widget owns, so it
outlasts a change of page and of source; it never enters the address or anything shared between
sessions.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from explorer import figures, images, parameters
from explorer.code.preparation import Preparation
from explorer.imagenet import preprocessing
from explorer.images import SAMPLES, ImageError
from explorer.parameters import Choice, Parameter, Switch, Values, WholeNumber
from explorer.words import counted
from pages import streamlit_compat
from pages.classroom.rooms import MAX_SHOWN_SIDE
from pages.components import address
from pages.components.camera import LiveFrames, Photograph, camera
from pages.components.keeping import Thing, keep
from pages.components.kept_picture import KeptPicture, unpack
from pages.components.markdown import plain
from pages.components.pad import Drawing, pad, read

SOURCES = {"sample": "Sample", "upload": "Upload", "draw": "Draw", "camera": "Camera"}
DEFAULT_SAMPLE = "chelsea"
MAX_MEGABYTES = images.MAX_BYTES // 2**20
MAX_SIDE = 1024  # of a picture kept in a session: twice the largest working size
MAX_KEPT = 8_000_000  # bytes of a file that the browser keeps whole
LIVE_SIDE = 384  # pixels of a live frame where an operation takes its own part of the picture
SHOWN, THUMBNAIL = 96, 192  # pixels: the thumbnail's width on the screen, and twice that for dense displays
STOPS = (16, 20, 24, 28, 32, 48, 64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512)

SAMPLE = Choice(
    name="sample",
    title="Sample",
    options={name: sample.title for name, sample in SAMPLES.items()},
    default=DEFAULT_SAMPLE,
)
SIZE = WholeNumber(
    name="size",
    title="Working size",
    low=images.MIN_SIZE,
    high=images.MAX_SIZE,
    default=256,
    help="Pixels along the longest side. Fewer pixels: less detail, and every cell is easier to see.",
)
COLOUR = Choice(
    name="colour",
    title="Channels",
    options={"grey": "Grey", "colour": "Colour"},
    default="grey",
)
RESAMPLE = Choice(
    name="resample",
    title="Resampling filter",
    options={name: name.capitalize() for name in images.RESAMPLING},
    default="bilinear",
    help="How new pixels are made from old ones when the picture is shrunk or enlarged.",
)
PART = WholeNumber(
    name="part",
    title="Picture in the file",
    low=1,
    high=images.MAX_PARTS,
    default=1,
    help="The file holds several pictures: pages, frames or channels.",
)
STRETCH = Switch(
    name="stretch",
    title="Stretch to the levels used",
    default=True,
    help="Cameras and microscopes store 10, 12 or 14 bits in 16: as they are stored, such pictures are dark.",
)
PREPARATION = (SIZE, COLOUR, RESAMPLE)
OF_ANY_PICTURE = (*PREPARATION, PART, STRETCH)
SETTINGS = (SAMPLE, *OF_ANY_PICTURE)

_T = TypeVar("_T")
FILES = {
    "upload": "upload",
    "draw": "drawing",
    "camera": "photo",
    "class": "shown",
}  # names of what a person brought along

FROZEN = "A frame of the camera: the square in its middle, shrunk in the browser by area average."
PRIVATE = "A link to this page does not carry your own picture."
LENT = "A picture from your class"
LENDING = "Your teacher shows this picture to the class. Yours comes back after it."

_STATE = "chooser"
_SHOWN = "shown"  # what the browser keeps beside the pictures: which of them is on the page
_CONTROLS = "chooser_controls"  # the container of what the sidebar offers, which two styles name
_WIDGET = "chooser_{}"  # session-state key of a widget; the value itself is kept in `_Session`
_STYLE = Path(__file__).with_name("chooser.css")
_PIXELS = Path(__file__).with_name("chooser_pixels.css")
_OFFERED, _WITHHELD = (Path(__file__).with_name(f"chooser_{each}.css") for each in ("offered", "withheld"))


@dataclass(frozen=True)
class Picture:
    """The picture that every page works on.

    `levels` are float32 (H, W, C), each exactly level / 255; `png` holds the same levels losslessly.
    Equal pictures have equal `id`. A `private` picture was brought along by the person: a link does
    not carry it. `native` is its size (rows, columns) before it was brought to the working size, and
    `thumbnail` a data URI: a file of Streamlit's is gone when the next run is quicker than the browser.
    """

    levels: images.Array
    png: bytes
    id: str
    title: str
    credit: str
    private: bool
    source: str
    native: tuple[int, int]
    thumbnail: str
    preparation: Preparation


@dataclass(frozen=True)
class Whole:
    """The present picture before its preparation: uint8 levels (H, W, C), of which a network sees a part."""

    levels: images.Levels
    png: bytes
    id: str
    title: str


@dataclass(frozen=True)
class _Own:
    """A picture that the person brought along, at most `MAX_SIDE` pixels long."""

    png: bytes
    title: str
    arrived: str  # what tells one arrival from the next
    file: bytes = b""  # the whole file, where there is something to choose in it
    parts: tuple[images.FilePart, ...] = ()
    part: int = 1  # which of them it is
    notes: tuple[str, ...] = ()  # what became of it on the way
    levels: bool = False  # whether it uses some of its levels alone
    stretched: bool = False  # to them


@dataclass
class _Session:
    """What the chooser remembers of one session."""

    values: Values
    source: str = "sample"
    shown: str = "sample"  # the source of the picture on the page: the last one that had a picture
    page: str | None = None
    own: dict[str, _Own] = field(default_factory=dict)
    held: str | None = None  # the file that the uploader holds at the moment
    trouble: dict[str, str] = field(default_factory=dict)  # by source: why what came last was not taken
    complaints: dict[str, str] = field(default_factory=dict)  # by setting: what the link asked in vain
    forced: set[str] = field(default_factory=set)  # widgets whose value the address sets in this run
    started: set[str] = field(default_factory=set)  # those of the settings that this run draws
    drawing: Drawing | None = None
    picture: Picture | None = None
    made_from: tuple[object, ...] = ()
    whole: Whole | None = None
    whole_made_from: tuple[object, ...] = ()
    square: Picture | None = None  # what a network sees of it
    square_made_from: tuple[object, ...] = ()
    lent: _Own | None = None  # what the class sees in its place
    made: bool = False  # whether the person brought anything along, even if it was removed
    returned: str | None = None  # the source of a picture that the browser has just handed back

    @property
    def on(self) -> _Own | None:
        """The file that is on; None where it is a sample."""
        return self.lent or self.own.get(self.shown)


def choose(*, prepared: bool = True, looked_at: str = "", is_led: bool = False) -> None:
    """Draw the chooser where it is called, and bring picture and address up to date.

    The working size and what belongs to it are offered only to a page that works on the picture `prepared`.
    On a page that does not always look at it, `looked_at` says when it does. The address `is_led` where
    something has just written into it what shall be on.
    """
    session = _session()
    session.forced.clear()
    session.started.clear()
    _read_address(session, is_led)
    _return(session)
    st.html(_STYLE)
    st.header("Picture", anchor=False)
    if looked_at:
        st.caption(looked_at)
    if session.lent:
        st.caption(LENDING)
    complaints = st.container()
    with st.container(key=_CONTROLS):
        session.source = _one_of(session, "source", "Where the picture comes from", SOURCES, session.source)
        _offer(session, prepared)
        session.made = session.made or bool(session.own)
        keep("picture", lambda: _kept(session), lambda: session.made, lambda came: _take_back(session, came))
        if prepared:
            st.header("What the operation sees", anchor=False)
            seen = st.container(key=_WIDGET.format("seen"))
            _adjust(session)
        picture = _make(session)
        if prepared:
            with seen:
                _show(picture, session.values)
                own = session.on
                for note in own.notes if own else ():
                    st.caption(plain(note))
        elif picture.private:
            st.caption(PRIVATE)
    for name in session.forced - session.started:  # a value without its widget would win over a later start
        st.session_state.pop(_WIDGET.format(name), None)
    for complaint in filter(None, session.complaints.values()):
        complaints.warning(plain(complaint))
    _write_address(session.values, private=picture.private)


def offer(looked_at: bool) -> None:
    """Let the sidebar offer a picture only while something on the page looks at it.

    Whatever runs anew when that changes calls this, the page or a fragment of it. The caption that says when
    the page looks at the picture stays.
    """
    # A fragment that left the style out would not take it away again.
    st.html(_OFFERED if looked_at else _WITHHELD)


def borrow(lent: Any) -> None:
    """Show what the class sees in place of the session's own picture, and that again when nothing comes."""
    session = _session()
    digest, png = (lent.get("id"), lent.get("png")) if isinstance(lent, dict) else ("", "")
    if not digest or not isinstance(png, str):
        session.lent = None
    elif session.lent is None or session.lent.arrived != str(digest):
        try:
            reading = images.read(base64.b64decode(png), max_side=MAX_SIDE)
        except (ValueError, ImageError):  # the class's server has made it, and nobody else can send one
            session.lent = None
        else:
            session.lent = _Own(images.to_png(reading.image), LENT, str(digest))


def has_own() -> bool:
    """Whether a picture is on that the person has brought along."""
    session = _session()
    return session.lent is None and session.shown in session.own


def own_picture() -> bytes:
    """Return that picture as a PNG, no larger than a class may see it."""
    session = _session()
    original = images.load(session.own[session.shown].png, max_side=MAX_SHOWN_SIDE)
    return images.to_png(original)


def current() -> Picture:
    """Return the picture that is on, or the default sample where nothing was chosen yet."""
    session = _session()
    return session.picture or _make(session)


def linked(query: Mapping[str, str]) -> Picture:
    """Return the sample that a link chooses, as a page shows it that the link leads to."""
    values, _ = parameters.from_query(SETTINGS, query)
    return _sample(values[SAMPLE.name], *_how(values))


def linked_whole(query: Mapping[str, str]) -> Whole:
    """Return the sample that a link chooses with all its pixels."""
    values, _ = parameters.from_query(SETTINGS, query)
    return _whole_sample(values[SAMPLE.name], values[SIZE.name])


def original() -> bytes:
    """The present picture before its preparation as a PNG: the file that `Picture.preparation` names."""
    session = _session()
    own = session.on
    if own is not None:
        return own.png
    return images.to_png(images.sample(session.values[SAMPLE.name], session.values[SIZE.name]))


def whole() -> Whole:
    """Return the present picture with all its pixels."""
    session = _session()
    own = session.on
    if own is None:
        return _whole_sample(session.values[SAMPLE.name], session.values[SIZE.name])
    made_from = (session.shown, own.arrived, own.part, own.stretched)
    if session.whole is None or session.whole_made_from != made_from:
        session.whole = _whole(own.png, own.title)
        session.whole_made_from = made_from
    return session.whole


@lru_cache(maxsize=4)  # shared between sessions; of 1 MB
def _whole_sample(name: str, size: int) -> Whole:
    return _whole(images.to_png(images.sample(name, size)), SAMPLES[name].title)


def _whole(png: bytes, title: str) -> Whole:
    levels = images.to_levels(images.load(png, max_side=MAX_SIDE))
    levels.flags.writeable = False
    return Whole(levels, png, _identity(png), title)


def seen_by(network: str, fit: str, **frame: float) -> Picture:
    """Return the present picture as a network sees it; see `preprocessing.seen` for the arguments."""
    session = _session()
    picture = whole()
    made_from = (picture.id, network, fit, *frame.items())
    if session.square is None or session.square_made_from != made_from:
        levels = images.from_levels(preprocessing.seen(network, picture.levels, fit, **frame))
        png = images.to_png(levels)
        native = (picture.levels.shape[0], picture.levels.shape[1])
        session.square = replace(current(), levels=levels, png=png, id=_identity(png), native=native)
        session.square_made_from = made_from
    return session.square


def _session() -> _Session:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = _Session({setting.name: setting.default for setting in SETTINGS})
    kept: _Session = st.session_state[_STATE]
    return kept


# The address


def _read_address(session: _Session, is_led: bool) -> None:
    """Take over what the address asks, when it is the address that speaks.

    It does when the session starts, when a link leads to another page, and when the person goes back
    or forward. In any other run it is only an echo of what was written, and may be older than what
    the widgets say.
    """
    page = streamlit_compat.page_id()
    if page == session.page and not is_led and not streamlit_compat.went_back_or_forward():
        return
    session.page = page
    for setting in SETTINGS:
        if setting.name in st.query_params:
            read, complaints = parameters.from_query((setting,), st.query_params)
            session.values |= read
            session.complaints[setting.name] = " ".join(complaints)
            _force(session, setting.name, read[setting.name])
    if SAMPLE.name in st.query_params:
        session.source = session.shown = "sample"
        _force(session, "source", "sample")


def _write_address(values: Values, *, private: bool) -> None:
    """Make the address say what is on: a private picture is left out, and so is the sample it hides."""
    address.write(OF_ANY_PICTURE if private else SETTINGS, values)
    if private:
        address.drop((SAMPLE,))


# The widgets: each one starts at what the session knows. The start is given as the widget's default on
# every run, since Streamlit forgets a widget that is not drawn, and a browser that missed the one run
# which set a value through session state would answer with the default.


def _start(session: _Session, name: str, value: _T) -> _T | None:
    """Return the default of a widget, or None where session state speaks for it in this run."""
    session.started.add(name)
    return None if name in session.forced else value


def _force(session: _Session, name: str, value: object) -> None:
    """Set a widget, also one that only the browser still knows from the page before."""
    st.session_state[_WIDGET.format(name)] = value
    session.forced.add(name)


def _keep(session: _Session, setting: Parameter, value: object) -> None:
    """Keep what a widget says; a complaint about the link is settled by a new choice."""
    if value != session.values[setting.name]:
        session.values[setting.name] = value
        session.complaints.pop(setting.name, None)


def _remove(session: _Session, source: str) -> None:
    session.own.pop(source, None)


def _one_of(session: _Session, name: str, label: str, options: Mapping[str, str], value: str) -> str:
    chosen = st.segmented_control(
        label,
        list(options),
        default=_start(session, name, value),
        format_func=options.__getitem__,
        key=_WIDGET.format(name),
        required=True,
        label_visibility="collapsed",
        width="stretch",
    )
    return chosen or value


def _menu(session: _Session, setting: Choice, *, label_visibility: Literal["visible", "collapsed"]) -> None:
    options = list(setting.options)
    start = _start(session, setting.name, session.values[setting.name])
    value = st.selectbox(
        setting.title,
        options,
        index=None if start is None else options.index(start),
        format_func=setting.options.__getitem__,
        key=_WIDGET.format(setting.name),
        help=setting.help or None,
        label_visibility=label_visibility,
    )
    _keep(session, setting, value)


def _offer(session: _Session, prepared: bool) -> None:
    """Draw what belongs to the chosen source, and take in what comes from it."""
    match session.source:
        case "upload":
            _offer_upload(session)
        case "draw":
            _offer_pad(session, prepared)
        case "camera":
            _offer_camera(session, prepared)
        case _:
            _offer_samples(session)
    if session.source != "upload":  # Streamlit empties the widgets that it does not draw
        session.held = None
    if session.source == "sample" or session.source in session.own:
        session.shown = session.source
    elif session.shown not in session.own:
        session.shown = "sample"


def _offer_samples(session: _Session) -> None:
    _menu(session, SAMPLE, label_visibility="collapsed")
    sample = SAMPLES[session.values[SAMPLE.name]]
    st.caption(f"{sample.why} {sample.credit}")


def _offer_upload(session: _Session) -> None:
    file = st.file_uploader(
        "Upload a picture",
        max_upload_size=MAX_MEGABYTES,
        key=_WIDGET.format("upload"),
        label_visibility="collapsed",
    )
    _take_upload(session, file)
    _report(
        session,
        "upload",
        "Your file",
        "PNG, JPEG, WebP, AVIF, HEIC, GIF, TIFF and more. The picture stays until one arrives.",
    )
    if own := session.own.get("upload"):
        _offer_of_file(session, own)


def _offer_camera(session: _Session, prepared: bool) -> None:
    own = session.own.get("camera")
    try:
        photo = camera(_WIDGET.format("camera"), _live(session, prepared))
        if isinstance(photo, Photograph) and not (own and own.arrived == photo.id):
            _take(session, "camera", photo.file, "Your photo", photo.id)
            if photo.is_frame and (taken := session.own.get("camera")):
                session.own["camera"] = replace(taken, notes=(FROZEN,))
    except ImageError as error:
        session.trouble["camera"] = str(error)
    _report(session, "camera", "Your photo", "The picture stays until you take a photo.")


def _live(session: _Session, prepared: bool) -> LiveFrames:
    """How frames are made for this page: as its picture is, by widgets that this run has yet to draw."""
    if not prepared:
        return {"size": LIVE_SIDE, "colour": True}
    size, colour = (
        st.session_state.get(_WIDGET.format(setting.name)) or session.values[setting.name]
        for setting in (SIZE, COLOUR)
    )
    return {"size": size, "colour": colour == "colour"}


def _offer_pad(session: _Session, prepared: bool) -> None:
    try:
        drawing = pad(session.drawing, key=_WIDGET.format("pad"), live=_live(session, prepared))
        if drawing and drawing != session.drawing:
            session.own["draw"] = _Own(images.to_png(images.load(drawing.png)), "Your drawing", drawing.id)
            session.drawing = drawing
        session.trouble.pop("draw", None)
    except ImageError as error:
        session.trouble["draw"] = str(error)
    _report(session, "draw", "Your drawing", "The picture stays until your first stroke.")


def _take_upload(session: _Session, file: UploadedFile | None) -> None:
    """Take in what the uploader holds, once."""
    arrived = file.file_id if file else None
    if arrived == session.held:
        return
    session.held = arrived
    session.trouble.pop("upload", None)
    if file is not None:
        _take(session, "upload", file.getvalue(), file.name, file.file_id)


def _take(session: _Session, source: str, file: bytes, title: str, arrived: str) -> None:
    """Take in a new file; until another one is good, the last good picture stays."""
    session.trouble.pop(source, None)
    if source in session.own:  # the number of a page was chosen for another file
        session.values[PART.name] = PART.default
        _force(session, PART.name, PART.default)
    try:
        session.own[source] = _read(session, file, title, arrived)
    except ImageError as error:
        session.trouble[source] = str(error)


def _read(
    session: _Session, file: bytes, title: str, arrived: str, parts: tuple[images.FilePart, ...] | None = None
) -> _Own:
    """Read a file as it is asked for; a part that it does not have gives the first."""
    parts = images.parts(file) if parts is None else parts
    part = session.values[PART.name] if session.values[PART.name] <= len(parts) else PART.default
    stretch = session.values[STRETCH.name]
    reading = images.read(file, max_side=MAX_SIDE, part=part - 1, stretch=stretch)
    return _Own(
        png=images.to_png(reading.image),
        title=title,
        arrived=arrived,
        file=file if parts or reading.levels else b"",
        parts=parts,
        part=part,
        notes=tuple(reading.notes),
        levels=reading.levels is not None,
        stretched=reading.stretched,
    )


def _offer_of_file(session: _Session, own: _Own) -> None:
    """Let a picture of the file be chosen, and the levels that are white and black."""
    if own.parts:
        _offer_parts(session, own)
    if own.levels:
        _offer_stretch(session)
    values = session.values
    if (own.parts and values[PART.name] != own.part) or (
        own.levels and values[STRETCH.name] != own.stretched
    ):
        session.own["upload"] = _read(session, own.file, own.title, own.arrived, own.parts)


def _offer_parts(session: _Session, own: _Own) -> None:
    """Show what a file holds, and let one of it be chosen."""
    names = [part.name for part in own.parts]
    sheet = images.to_png(images.contact_sheet(own.parts))
    st.image(figures.data_uri(sheet, "image/png"), alt=f"{names[0]} to {names[-1]}, small and numbered")
    part = st.selectbox(
        PART.title,
        range(1, len(names) + 1),
        index=_start(session, PART.name, own.part - 1),
        format_func=lambda number: f"{number}: {names[number - 1]}",
        key=_WIDGET.format(PART.name),
        help=PART.help,
    )
    _keep(session, PART, part)


def _offer_stretch(session: _Session) -> None:
    """Let a dark picture be seen as it is stored."""
    start = _start(session, STRETCH.name, session.values[STRETCH.name])
    key = _WIDGET.format(STRETCH.name)
    # Session state speaks where the address does, and a second start would be a warning.
    given = {} if start is None else {"value": start}
    _keep(session, STRETCH, st.toggle(STRETCH.title, key=key, help=STRETCH.help, **given))


def _report(session: _Session, source: str, what: str, nothing: str) -> None:
    """What the source has: trouble, a picture that its widget no longer shows, or nothing yet."""
    own = session.own.get(source)
    if source in session.trouble:
        st.error(plain(session.trouble[source]))
    elif own is None:
        st.caption(nothing)
    if own is not None and source != "draw" and session.held != own.arrived:
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            st.caption(
                f"{what} is still on: {plain(own.title)}" if source == "upload" else f"{what} is still on."
            )
            st.button("Remove", key=_WIDGET.format("remove"), on_click=_remove, args=(session, source))


# What the browser keeps


def _kept(session: _Session) -> list[Thing]:
    """What the person brought along, each with what was chosen for it, and which of it is on the page."""
    things = [_thing(session, source, own) for source, own in session.own.items()]
    shown = session.shown
    return [*things, Thing(_SHOWN, shown, "", shown.encode)] if things else []


def _thing(session: _Session, source: str, own: _Own) -> Thing:
    paper = session.drawing.paper if source == "draw" and session.drawing else ""
    kept = KeptPicture(own.title, own.part, session.values[STRETCH.name], paper)
    said = {"draw": "your drawing", "camera": "your photo"}.get(source, f"your picture {own.title}")
    # A file too large to be kept whole is kept as the picture that was chosen in it.
    file = own.file if 0 < len(own.file) <= MAX_KEPT else own.png
    return Thing(source, f"{own.arrived} {_identity(kept.pack(b''))}", said, lambda: kept.pack(file))


def _take_back(session: _Session, came: Mapping[str, bytes]) -> None:
    """Take over what the browser kept; the next run of the page shows it.

    Raises:
        ExplorerError: If one of the pictures is not what was kept.
    """
    pictures = {source: data for source, data in came.items() if source != _SHOWN}
    for source, data in pictures.items():
        kept, file = unpack(source, data)
        arrived = f"kept {_identity(data)}"
        if source == "draw":
            text = base64.b64encode(file).decode("ascii")
            session.drawing = read({"id": arrived, "png": text, "paper": kept.paper})
            session.own[source] = _Own(images.to_png(images.load(file)), kept.title, arrived)
        else:
            session.values |= {
                PART.name: PART.checked(kept.part),
                STRETCH.name: STRETCH.checked(kept.stretch),
            }
            session.own[source] = _read(session, file, kept.title, arrived)
        session.trouble.pop(source, None)
        if session.returned is None or source.encode() == came.get(_SHOWN):
            session.returned = source


def _return(session: _Session) -> None:
    """Show what the browser has handed back, before any widget is drawn."""
    if session.returned is None:
        return
    session.source = session.shown = session.returned
    session.returned = None
    _force(session, "source", session.source)
    for setting in (PART, STRETCH):
        _force(session, setting.name, session.values[setting.name])


def _adjust(session: _Session) -> None:
    """Draw the settings of the working picture."""
    values = session.values
    size = st.select_slider(
        f"{SIZE.title} (pixels)",
        sorted({*STOPS, values[SIZE.name]}),
        _start(session, SIZE.name, values[SIZE.name]),
        key=_WIDGET.format(SIZE.name),
        help=SIZE.help,
    )
    _keep(session, SIZE, size)
    _keep(session, COLOUR, _one_of(session, COLOUR.name, COLOUR.title, COLOUR.options, values[COLOUR.name]))
    with st.expander(f"Resampling: {values[RESAMPLE.name]}", key=_WIDGET.format("more")):
        _menu(session, RESAMPLE, label_visibility="visible")


# The picture


def _how(values: Values) -> tuple[int, bool, str]:
    """How a picture is prepared: its size, whether it keeps its colours, and how pixels are made."""
    return values[SIZE.name], values[COLOUR.name] == "colour", values[RESAMPLE.name]


def _make(session: _Session) -> Picture:
    """Make the picture of the present choices; nothing is done where they did not change."""
    values, own = session.values, session.on
    how = _how(values)
    made_from = (session.shown, (own.arrived, own.part, own.stretched) if own else values[SAMPLE.name], *how)
    if session.picture is None or made_from != session.made_from:
        if own is None:
            session.picture = _sample(values[SAMPLE.name], *how)
        else:
            session.picture = _own(own, "class" if session.lent else session.shown, *how)
        session.made_from = made_from
    return session.picture


@lru_cache(maxsize=16)  # shared between sessions; at most 3 MB each
def _sample(name: str, size: int, colour: bool, resample: str) -> Picture:
    sample = SAMPLES[name]
    original = images.sample(name, size)
    return _picture(original, size, colour, resample, sample.title, sample.credit, "sample", name)


def _own(own: _Own, source: str, size: int, colour: bool, resample: str) -> Picture:
    original = images.load(own.png, max_side=MAX_SIDE)
    return _picture(original, size, colour, resample, own.title, "", source, FILES[source])


def _picture(
    original: images.Array,
    size: int,
    colour: bool,
    resample: str,
    title: str,
    credit: str,
    source: str,
    file: str,
) -> Picture:
    levels = images.prepare(original, size=size, colour=colour, resample=resample)
    levels.flags.writeable = False  # sessions and pages share it
    png = images.to_png(levels)
    return Picture(
        levels=levels,
        png=png,
        id=_identity(png),
        title=title,
        credit=credit,
        private=source != "sample",
        source=source,
        native=original.shape[:2],
        thumbnail=_thumbnail(levels, png),
        preparation=Preparation.between(original, levels, file=f"{file}.png", resample=resample),
    )


def _thumbnail(levels: images.Array, png: bytes) -> str:
    if max(levels.shape[:2]) <= THUMBNAIL:
        return figures.data_uri(png, figures.MIME["png"])
    # Made smaller it is no longer exact, and as a PNG it was a seventh of all that opens a page.
    small = figures.paint(images.prepare(levels, size=THUMBNAIL), "unit").pixels
    return figures.data_uri(figures.encode(small, "webp"), figures.MIME["webp"])


def _identity(png: bytes) -> str:
    return hashlib.sha256(png).hexdigest()[:16]


def _show(picture: Picture, values: Values) -> None:
    """Show the working picture small, and say in words what it is."""
    rows, columns, channels = picture.levels.shape
    size = f"{rows} × {columns}"
    if max(rows, columns) < THUMBNAIL:
        st.html(_PIXELS)
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.image(
            picture.thumbnail, width=SHOWN, alt=f"{picture.title} as the operation sees it, {size} pixels"
        )
        st.caption(f"**{size}**, {counted(channels, 'channel')}, levels 0 to 255 divided by 255")
    st.caption(_resampled(picture, values))
    if picture.private:
        st.caption(PRIVATE)


def _resampled(picture: Picture, values: Values) -> str:
    """How the picture came to its working size."""
    rows, columns = picture.native
    longest, size = max(rows, columns), values[SIZE.name]
    if picture.source == "sample" and SAMPLES[values[SAMPLE.name]].kind == "synthetic":
        return "Made at this size, so nothing was resampled."
    if longest == size:
        return "This is its own size, so nothing was resampled."
    change = "Shrunk" if longest > size else "Enlarged"
    first = " A file is first brought down to that." if longest == MAX_SIDE else ""
    return f"{change} from {rows} × {columns} with the {values[RESAMPLE.name]} filter.{first}"
