"""Labelled images: what they hold and refuse, how they are split, and ZIPs that nobody should trust."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer import images
from explorer.transfer import archives, labelled_images, near_copies, splits
from explorer.transfer.labelled_images import LabelledImages, LabelledImagesError, Photo


def photo(level: int, name: str = "") -> Photo:
    """Make a small photo; each level is another picture."""
    return Photo.of(Image.new("RGB", (12, 8), (level % 256, level // 256, 7)), name or f"{level}.png")


def filled(**counts: int) -> LabelledImages:
    """Make a set with so many photos in each class, all different."""
    made, level = LabelledImages(), 0
    for name, count in counts.items():
        made = made.add_class(name)
        for _ in range(count):
            made = made.add(name, photo(level))
            level += 1
    return made


PNG = images.to_png(np.linspace(0, 1, 8 * 12 * 3, dtype=np.float32).reshape(8, 12, 3))


def packed(files: dict[str, bytes | zipfile.ZipInfo], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack a ZIP of names and contents; an entry of its own kind holds a word."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, content in files.items():
            if isinstance(content, zipfile.ZipInfo):
                archive.writestr(content, b"elsewhere")
            else:
                archive.writestr(name, content)
    return file.getvalue()


# Photos


def test_a_photo_keeps_every_level_of_a_small_picture_and_shrinks_a_large_one():
    """What the network sees is what was handed in; the longest side is bounded, as is the thumbnail's."""
    levels = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    small = Photo.of(Image.fromarray(levels), "noise")
    assert np.array_equal(np.rint(small.image() * 255), levels)
    assert np.array_equal(images.load(small.png()), small.image())
    large = Photo.of(Image.new("L", (1600, 400)), "wide")
    assert large.image().shape == (80, 320, 3)
    with Image.open(io.BytesIO(large.thumbnail(40))) as thumbnail:
        assert thumbnail.size == (160, 40)


def test_equal_pictures_have_equal_keys_whatever_their_file():
    """Name and format do not matter; a pixel, and how the same pixels are arranged, do."""
    picture = Image.fromarray(np.arange(96, dtype=np.uint8).reshape(8, 12))
    key = Photo.of(picture, "a.png").key
    file = io.BytesIO()
    picture.save(file, "BMP")
    assert Photo.of(file.getvalue(), "b.bmp").key == key
    assert Photo.of(picture.convert("RGB"), "c").key == key
    assert Photo.of(picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "a.png").key != key
    assert Photo.of(picture.resize((8, 12)), "a.png").key != key


# Labelled images


def test_labelled_images_never_change():
    """Every change gives a new set, and the one before is as it was."""
    before = filled(cat=2, dog=1)
    first, second = (each.key for each in before.photos("cat"))
    after = before.fix(first, "held").move(second, "dog").rename("dog", "Dog").remove(first)
    assert (before.counts, dict(before.fixed)) == ({"cat": 2, "dog": 1}, {})
    assert (after.counts, dict(after.fixed)) == ({"cat": 0, "Dog": 2}, {})
    assert after.class_of(second) == "Dog"
    assert after.drop_class("cat").classes == ("Dog",)
    assert before.id == filled(cat=2, dog=1).id != after.id
    with pytest.raises(TypeError):
        before.shelves["cat"] = ()  # type: ignore[index]


def test_names_are_one_to_forty_letters_that_a_folder_may_have_and_unique():
    """Every name that is refused is refused with a sentence; numbers fill up what has no name."""
    made = LabelledImages().add_class().add_class("  my   cat ").add_class()
    assert made.classes == ("class 1", "my cat", "class 3")
    assert made.rename("my cat", "MY CAT").classes[1] == "MY CAT"
    bad = ("", " ", "x" * 41, "My Cat", "a/b", "..", ".cat", "cat.", "a\x00b", "a\\b", "a:b", "\u202eab")
    for name in bad:
        with pytest.raises(LabelledImagesError, match=r"[;:] .*\."):
            made.rename("class 1", name)
    for _ in range(7):
        made = made.add_class()
    assert len(set(made.classes)) == labelled_images.MAX_CLASSES
    with pytest.raises(LabelledImagesError, match="10 classes"):
        made.add_class("eleventh")


def test_a_picture_is_in_one_class_once():
    """Twice in a class it is skipped, in two classes it is refused, and each is said; moving is allowed."""
    made = filled(cat=1, dog=1)
    (cat,) = made.photos("cat")
    twin = Photo(cat.key, "twin", cat.data)
    again, complaints = made.add_all("cat", [twin, photo(9)])
    assert again.counts == {"cat": 2, "dog": 1}
    assert complaints == ["The picture twin is in cat already: once is enough, and it was skipped."]
    with pytest.raises(LabelledImagesError, match="it cannot be dog as well"):
        made.add("dog", twin)
    assert made.move(cat.key, "cat") is made
    assert made.fix(cat.key, "held").move(cat.key, "dog").fixed == {cat.key: "held"}


def test_labelled_images_say_what_is_missing():
    """Classes, then pictures, then pictures to train on; what is unknown is a sentence too."""
    assert "no class" in LabelledImages().missing[0]
    assert "one class" in filled(cat=1).missing[0]
    assert filled(cat=1, dog=0).missing == ["dog has no picture: add at least one."]
    made = filled(cat=1, dog=2)
    assert made.missing == []
    held = made.fix(made.photos("cat")[0].key, "held")
    assert held.missing == ["Every picture of cat is a test picture: leave at least one to train on."]
    for change in (
        lambda: made.photos("cow"),
        lambda: made.add("cow", photo(9)),
        lambda: made.remove("cow"),
        lambda: made.fix(made.photos("cat")[0].key, "cow"),
        lambda: splits.split(held),
        lambda: splits.split(made, 1.0),
    ):
        with pytest.raises(LabelledImagesError, match=r"[;:] .*\."):
            change()


def test_no_more_than_a_classroom_needs_is_kept():
    """The picture after the last is left out and said to be, and many sentences are made few."""
    full, complaints = filled(cat=1).add_all("cat", map(photo, range(labelled_images.MAX_PHOTOS + 20)))
    assert full.size == labelled_images.MAX_PHOTOS
    assert len(complaints) == labelled_images.MAX_COMPLAINTS + 1
    assert complaints[1].startswith("There are 180 pictures, as many as may, so 180.png was left out")
    assert complaints[-1] == "And 9 more like these."


def test_sets_are_merged_by_the_names_of_their_classes():
    """Classes of the same name become one, unnamed empty ones make room, and decisions come along."""
    other = filled(Cat=1, cow=2)
    key = other.photos("cow")[0].key
    start = LabelledImages().add_class("cat").add_class()
    merged, complaints = start.merge(other.fix(key, "train"))
    assert (merged.counts, complaints) == ({"cat": 1, "cow": 2}, [])
    assert merged.fixed == {key: "train"}
    full = filled(**{f"c{number}": 0 for number in range(10)})
    same, complaints = full.merge(other)
    assert same.id == full.id
    assert [sentence.split(" ")[0] for sentence in complaints] == ["Cat", "cow"]


def test_recordings_that_come_together_stay_apart():
    """One of another set gets another name, unless it is the very recording that is here already."""
    made, other = LabelledImages().add_class("cat"), LabelledImages().add_class("Cat")
    moments = [
        Photo.of(photo(level).png(), f"burst {number}, picture {place}", f"burst {number}")
        for level, (number, place) in enumerate([(1, 1), (1, 2), (1, 1), (2, 1), (1, 3)])
    ]
    here, _ = made.add_all("cat", moments[:2])
    strange, complaints = here.merge(other.add_all("Cat", moments[2:4])[0])
    assert complaints == []
    assert [(each.name, each.burst) for each in strange.photos("cat")][1:] == [
        ("burst 1, picture 2", "burst 1"),
        ("burst 3, picture 1", "burst 3"),
        ("burst 2, picture 1", "burst 2"),
    ]
    known, _ = here.merge(other.add_all("Cat", [moments[0], moments[4]])[0])
    assert [each.burst for each in known.photos("cat")] == 3 * ["burst 1"]


# Splits


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=4),
    st.floats(0, 0.9),
    st.integers(0, 5),
    st.dictionaries(st.integers(0, 30), st.sampled_from(["train", "held"]), max_size=12),
)
def test_a_split_leaves_something_to_train_on_and_keeps_decisions(counts, share, seed, decisions):
    """Every photo is in one half, what is fixed stays, each class can be trained on, two hold one out."""
    made = filled(**{f"c{index}": count for index, count in enumerate(counts)})
    everything = [each for name in made.classes for each in made.photos(name)]
    for place, use in decisions.items():
        fixed = made.fix(everything[place % len(everything)].key, use)
        made = made if fixed.missing else fixed
    found = splits.split(made, share, seed)
    halves = {"train": found.train, "held": found.held_out}
    assert sorted(each.photo.key for half in halves.values() for each in half) == sorted(
        each.key for each in everything
    )
    for use, half in halves.items():
        assert all(made.fixed.get(each.photo.key, use) == use for each in half)
        assert all(made.class_of(each.photo.key) == made.classes[each.label_index] for each in half)
    for index, name in enumerate(made.classes):
        assert any(each.label_index == index for each in found.train)
        held = sum(each.label_index == index for each in found.held_out)
        free = [each for each in made.photos(name) if each.key not in made.fixed]
        if share and len(made.photos(name)) > 1 and free == list(made.photos(name)):
            assert held == min(max(1, round(share * len(free))), len(free) - 1)
        assert (name in " ".join(found.notes)) == (held == 0)


def test_a_picture_more_in_one_class_changes_no_other():
    """Each class is drawn from by itself; another seed draws others."""
    made = filled(cat=8, dog=8)
    more = made.add("dog", photo(900))

    def cats(of: LabelledImages, seed: int = 0) -> set[str]:
        return {each.photo.key for each in splits.split(of, 0.5, seed).held_out if not each.label_index}

    assert cats(made) == cats(more)
    assert len(cats(made)) == 4
    assert any(cats(made, seed) != cats(made) for seed in range(1, 5))


def test_worked_counts_of_a_split():
    """A quarter of eight is two, of two and three it is one; of one it is none, which is said."""
    found = splits.split(filled(a=8, b=3, c=2, d=1))
    assert [sum(each.label_index == index for each in found.held_out) for index in range(4)] == [2, 1, 1, 0]
    assert found.notes == ("d: no test pictures, so nothing tests what is learned about this class.",)


# ZIPs


def test_folders_are_classes_wherever_they_lie():
    """The folder around a picture names it, files of file managers are skipped, the rest is said."""
    data = packed(
        {
            "animals/cat/one.png": PNG,
            "animals/cat/ONE COPY.PNG": PNG,
            "animals/dog/a\\b.png": photo(1).png(),
            "animals/cat/readme.txt": b"hello",
            "loose.png": PNG,
            "__MACOSX/animals/cat/._one.png": b"junk",
            "animals/.DS_Store": b"junk",
            "animals/dog/Thumbs.db": b"junk",
            "animals/empty/": b"",
            "held_out/dog/two.png": photo(2).png(),
        }
    )
    made, complaints = archives.from_zip(data)
    assert made.counts == {"cat": 1, "a": 1, "dog": 1}
    assert [made.fixed.get(each.key) for each in made.photos("dog")] == ["held"]
    said = "\n".join(complaints)
    assert "animals/cat/readme.txt: The file (5 bytes) is no picture" in said
    assert "loose.png lies in no folder" in said
    assert "one.png is in cat already" in said.lower()
    assert "junk" not in said
    assert len(complaints) == 3


def test_what_is_taken_away_comes_back_alike():
    """The ZIP of a split, read again, has the same pictures in the same classes and halves."""
    made = filled(cat=5, dog=2, cow=1)
    before = splits.split(made)
    again, complaints = archives.from_zip(archives.to_zip(before, made.classes))
    assert complaints == []
    assert {name: {each.key for each in again.photos(name)} for name in again.classes} == {
        name: {each.key for each in made.photos(name)} for name in made.classes
    }
    after = splits.split(again)
    assert {each.photo.key for each in after.held_out} == {each.photo.key for each in before.held_out}


def test_recordings_that_are_taken_away_come_back_as_recordings():
    """Which pictures belong to one; a name that no recording has here makes none, and leads nowhere."""
    made = recorded(3, 2)
    odd = Photo.of(photo(7).png(), "odd", "../burst 9")
    before = splits.split(made.add("dog", odd))
    again, complaints = archives.from_zip(archives.to_zip(before, made.classes))
    assert complaints == []
    bursts = {each.key: each.burst for each in again.photos("cat")}
    assert bursts == {each.key: each.burst for each in made.photos("cat")}
    assert {each.burst for each in again.photos("dog")} == {""}


@pytest.mark.parametrize(
    ("path", "name", "use"),
    [
        ("train/cat/1.png", "cat", "train"),
        ("data/VAL/cat/1.png", "cat", "held"),
        ("valid/cat/images/1.png", "cat", "held"),
        ("held-out/cat/1.png", "cat", "held"),
        ("Prüfung/cat/1.png", "cat", "held"),
        ("Pru\u0308fung/cat/1.png", "cat", "held"),
        ("entraînement/cat/1.png", "cat", "train"),
        ("Évaluation/cat/1.png", "cat", "held"),
        ("pruebas/cat/1.png", "cat", "held"),
        ("cat/test/1.png", "cat", "held"),
        ("cat/train/images/1.png", "cat", "train"),
        ("pets/images/1.png", "pets", None),
        ("images/1.png", "images", None),
        ("test/1.png", "test", None),
    ],
)
def test_folders_say_what_pictures_are_for_in_any_place_and_language(path, name, use):
    """A word for a part of the data is no class where another folder is one."""
    made, complaints = archives.from_zip(packed({path: PNG}))
    assert complaints == []
    assert made.classes == (name,)
    assert made.fixed.get(made.photos(name)[0].key) == use


def test_accents_in_two_spellings_are_one_class():
    """As macOS and others write the same folder."""
    made, _ = archives.from_zip(packed({"Ba\u0308r/a.png": PNG, "B\u00e4r/b.png": photo(1).png()}))
    assert made.counts == {"B\u00e4r": 2}


def test_files_come_in_the_order_of_their_numbers():
    """A burst is numbered, and 10 comes after 2."""
    names = [f"cat/shot {number}.png" for number in (10, 2, 1)]
    made, _ = archives.from_zip(packed({name: photo(at).png() for at, name in enumerate(names)}))
    assert [each.name for each in made.photos("cat")] == ["shot 1.png", "shot 2.png", "shot 10.png"]


def test_what_programs_write_beside_pictures_is_no_complaint():
    """Teachable Machine and others add a list of what is there."""
    made, complaints = archives.from_zip(
        packed({"cat/1.png": PNG, "manifest.json": b"{}", "cat/metadata.json": b"{}", "labels.csv": b"a,b"})
    )
    assert made.counts == {"cat": 1}
    assert complaints == []


# Near copies


def scene(seed: int) -> np.ndarray:
    """Make a picture with large and small things in it: uint8 (240, 320, 3)."""
    rng = np.random.default_rng(seed)
    rough = Image.fromarray(rng.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (320, 240), Image.Resampling.BICUBIC
    )
    return np.clip(np.asarray(rough, int) + rng.integers(-20, 21, (240, 320, 3)), 0, 255).astype(np.uint8)


def as_jpeg(levels: np.ndarray, quality: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "JPEG", quality=quality)
    return file.getvalue()


COPIES = {
    "saved again": lambda levels: as_jpeg(levels, 30),
    "shifted": lambda levels: Image.fromarray(levels[2:, 2:]),
    "cropped": lambda levels: Image.fromarray(levels[12:-12, 16:-16]),
    "cropped at one side": lambda levels: Image.fromarray(levels[:, :-16]),
    "half as large": lambda levels: Image.fromarray(levels).resize((160, 120)),
    "brighter": lambda levels: Image.fromarray(np.clip(levels * 1.15, 0, 255).astype(np.uint8)),
}


@pytest.mark.parametrize("change", COPIES)
@pytest.mark.parametrize("seed", range(4))
def test_a_picture_changed_a_little_is_a_near_copy_of_itself_alone(seed, change):
    """Whichever of the two is the other's crop; and of two pictures neither is one of the other."""
    original, others = (
        Photo.of(Image.fromarray(scene(seed)), "a"),
        Photo.of(Image.fromarray(scene(seed + 9)), "b"),
    )
    copy = Photo.of(COPIES[change](scene(seed)), "copy")
    assert near_copies.are_near_copies(original, copy)
    assert near_copies.are_near_copies(copy, original)
    assert not near_copies.are_near_copies(others, copy)
    assert near_copies.groups([original, others, copy]) == [(original, copy), (others,)]


def burst() -> LabelledImages:
    """Make a class of six shots of one scene and two other pictures, and another class of two."""
    made = LabelledImages().add_class("cat").add_class("dog")
    for shift in range(6):
        made = made.add("cat", Photo.of(Image.fromarray(scene(1)[shift:, shift:]), f"shot {shift}"))
    for name, seed in (("cat", 2), ("cat", 3), ("dog", 4), ("dog", 5)):
        made = made.add(name, Photo.of(Image.fromarray(scene(seed)), f"scene {seed}"))
    return made


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_near_copies_stay_on_one_side(share, seed):
    """None is learned while its copy is held out, and the split says which they are."""
    found = splits.split(burst(), share, seed)
    held = {each.photo.name for each in found.held_out}
    shots = {f"shot {shift}" for shift in range(6)}
    assert held & shots in (set(), shots)
    assert any(each.label_index == 0 for each in found.held_out)
    assert any(
        "shot 0, shot 1, shot 2, shot 3, shot 4 and shot 5 are near copies" in note for note in found.notes
    )


def test_a_decision_about_one_of_them_holds_for_its_copies():
    """Who fixes one shot fixes the others; where two are fixed against each other that is said."""
    made = burst()
    first, second = made.photos("cat")[:2]
    held = splits.split(made.fix(first.key, "held")).held_out
    assert {each.photo.name for each in held} >= {f"shot {shift}" for shift in range(6)}
    torn = splits.split(made.fix(first.key, "held").fix(second.key, "train"))
    assert any("you put them on both sides" in note for note in torn.notes)


def test_one_picture_in_two_classes_is_said():
    """A network cannot learn both, and the exact copy alone was refused."""
    made = burst().add("dog", Photo.of(as_jpeg(scene(2), 94), "again"))
    notes = splits.split(made).notes
    assert any(
        note.startswith("scene 2 in cat and again in dog are nearly the same picture") for note in notes
    )


def test_two_recordings_of_one_thing_are_one_sentence():
    """Sixty pictures in one class and sixty in another would be 3600 of them."""
    made = LabelledImages().add_class("cat").add_class("dog")
    for name, qualities in (("cat", (95, 94, 93)), ("dog", (92, 91))):
        for quality in qualities:
            made = made.add(name, Photo.of(as_jpeg(scene(2), quality), f"{quality}", f"burst of {name}"))
    said = (
        "3 pictures of burst of cat in cat and 2 pictures of burst of dog in dog are nearly the same: remove"
    )
    notes = splits.split(made).notes
    assert [note for note in notes if "nearly the same" in note] == [f"{said} those of one class."]


def recorded(*bursts: int) -> LabelledImages:
    """Make a class of bursts with so many pictures each, all different scenes, and another class of two."""
    made, seeds = LabelledImages().add_class("cat").add_class("dog"), iter(range(40))
    for number, count in enumerate(bursts, 1):
        for place in range(count):
            moment = Image.fromarray(scene(next(seeds)))
            made = made.add("cat", Photo.of(moment, f"burst {number}, picture {place}", f"burst {number}"))
    for seed in (50, 51):
        made = made.add("dog", Photo.of(Image.fromarray(scene(seed)), f"scene {seed}"))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_the_pictures_of_a_burst_stay_on_one_side(seed):
    """However much moved in it, and the split says where each burst is in a few words."""
    made = recorded(5, 4, 6)
    assert made.bursts == {"burst 1", "burst 2", "burst 3"}
    found = splits.split(made, 0.4, seed)
    held = {each.photo.burst for each in found.held_out if each.label_index == 0}
    trained = {each.photo.burst for each in found.train if each.label_index == 0}
    assert held
    assert trained == made.bursts - held
    for number, count in ((1, 5), (2, 4), (3, 6)):
        side = "the test" if f"burst {number}" in held else "training"
        said = f"cat: {count} pictures of burst {number} are near copies, so all of them are for {side},"
        assert any(note.startswith(said) for note in found.notes)


def test_a_class_of_one_burst_has_no_test_and_the_split_says_what_helps():
    """Any of its pictures in the test would ask for what was learned by heart."""
    found = splits.split(recorded(6))
    assert not any(each.label_index == 0 for each in found.held_out)
    assert "Record another burst: one of the two can be the test." in found.notes[0]
    assert not any("burst" in note for note in splits.split(filled(a=1, b=1)).notes)


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("cat/link.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def locked() -> bytes:
    """Set the bit that says "encrypted" in both records of an entry."""
    data = bytearray(packed({"cat/one.png": PNG}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def claiming(size: int, content: bytes) -> bytes:
    """Make the directory of a ZIP claim another unpacked size for its one file."""
    data = bytearray(packed({"cat/one.png": content}, zipfile.ZIP_DEFLATED))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + place, size)
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(packed({"cat/one.png": PNG}, zipfile.ZIP_STORED))
    data[data.index(b"IDAT") + 8] ^= 255
    return bytes(data)


NOISE = np.random.default_rng(0).bytes(11 * 2**20)
HOSTILE = {
    "nothing": (b"", "is no ZIP"),
    "no zip": (b"PK\x03\x04 and so on" * 9, "is no ZIP"),
    "a picture": (PNG, "is no ZIP"),
    "cut short": (packed({"cat/one.png": PNG})[:-30], "is no ZIP"),
    "empty": (packed({}), "no folder with a picture"),
    "folders only": (packed({"cat/": b"", "dog/": b""}), "no folder with a picture"),
    "the folder itself": (packed({".": PNG, "./.": PNG}), "no folder with a picture"),
    "no picture": (packed({"cat/a.txt": b"hello"}), "no picture of a known kind"),
    "a zip in the zip": (packed({"cat/a.zip": packed({"cat/one.png": PNG})}), "is a ZIP archive"),
    "traversal": (packed({"cat/one.png": PNG, "../../etc/cron.d/x": PNG}), "points out of its folder"),
    "traversal, backslashes": (packed({"cat\\..\\..\\x.png": PNG}), "points out of its folder"),
    "absolute": (packed({"/etc/passwd": PNG}), "points out of its folder"),
    "drive": (packed({"C:\\Windows\\x.png": PNG}), "points out of its folder"),
    "link": (packed({"cat/link.png": link()}), "link in place of a file"),
    "locked": (locked(), "locked with a password"),
    "deep": (packed({"a/b/c/d/e/f.png": PNG}), "deep"),
    "entries": (packed({f"cat/{number}.png": b"" for number in range(1001)}), "more than 1000 entries"),
    "bomb": (packed({"cat/one.bmp": bytes(30 * 2**20)}), "would unpack to 30 MB"),
    "many small bombs": (
        packed({f"cat/{number}.bmp": bytes(9 * 2**20) for number in range(3)}),
        "would unpack to 27 MB",
    ),
    "hidden bomb": (claiming(2000, bytes(20 * 2**20)), "damaged in the ZIP"),
    "claims more": (claiming(5000, PNG), "damaged in the ZIP|as long as the ZIP says"),
    "claims a bomb": (claiming(2**31, PNG), "would unpack to"),
    "large file": (packed({"cat/one.png": PNG, "cat/two.bmp": NOISE}), ""),
    "damaged": (damaged(), "damaged in the ZIP"),
    "packed otherwise": (packed({"cat/one.png": PNG}, zipfile.ZIP_LZMA), "unusual way"),
    "too large": (bytes(archives.MAX_ZIP_BYTES + 1), "larger than 50 MB"),
}


def test_hostile_zips_are_sentences_and_write_nothing(tmp_path, monkeypatch):
    """Each is refused, or its bad part left out, with a sentence that says which part; no file appears."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("explorer.images.MAX_BYTES", 10 * 2**20)
    for what, (data, said) in HOSTILE.items():
        if said:
            with pytest.raises(LabelledImagesError, match=said) as error:
                archives.from_zip(data)
            assert str(error.value).endswith("."), what
        else:
            made, complaints = archives.from_zip(data)
            assert made.counts == {"cat": 1}, what
            assert complaints == ["cat/two.bmp: it is larger than 10 MB."]
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_bytes_give_labelled_images_or_a_sentence(data):
    """Whatever is changed in a good ZIP, labelled images or a `LabelledImagesError` come of it."""
    good = bytearray(GOOD)
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(good) - 1), st.integers(0, 255)), max_size=8)
    ):
        good[place] = value
    with contextlib.suppress(LabelledImagesError):
        made, _ = archives.from_zip(bytes(good[: data.draw(st.integers(0, len(good)))]))
        assert 1 <= made.size <= 2


GOOD = packed({"cat/one.png": PNG, "dog/two.png": photo(3).png()})


def test_a_zip_with_too_much_of_everything_gives_what_fits():
    """Ten classes and as many pictures as may be are taken, and the rest is said to be left out."""
    pictures = {
        f"{letter}/{number}.png": photo(40 * place + number).png()
        for place, letter in enumerate("abcdefghijkl")
        for number in range(19)
    }
    made, complaints = archives.from_zip(packed(pictures))
    assert len(made.classes) == 10
    assert made.size == labelled_images.MAX_PHOTOS
    assert "The rest was left out" in complaints[-1] or complaints[-1].startswith("And ")
