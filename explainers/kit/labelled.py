"""Arrays that know what they hold: the names of their axes and of every place on them, what their numbers are, and their name in the record.

A function marked `@recorded` gives such an array; `kit.figure.plot` draws it, or a part of it that was chosen by name, and nothing else.
"""

import contextlib
import functools
import traceback
import typing
from collections.abc import Callable, Collection, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
import xarray as xr

TOLERANCE = 1e-5
MASKED = "masked"  # the coordinate that is true where there is nothing to show
MANY = 20  # places that an error does not list one by one


@dataclass(frozen=True)
class Quantity:
    """A kind of number, and the scale that it is drawn on.

    Attributes:
        unit: what an axis of such numbers says.
        colours: of a heatmap: "weights" (viridis), "greys" (black to white) or "signed" (around zero).
        low, high: the ends of the scale. Without `high` it is the largest of the whole record; without `low` the scale is symmetric.
        sums_over: the axis along which they are distributions, so that they sum to 1.
    """

    unit: str
    colours: str = "signed"
    low: float | None = None
    high: float | None = None
    sums_over: str = ""


WEIGHT = Quantity("weight", "weights", 0, 1, "key")  # of attention, over the words that are looked at
WEIGHTING = Quantity("weight", "greys", 0, 1, "location")  # of a head, over the locations of the memory
SHARE = Quantity("share", "weights", 0, 1)
CHANCE = Quantity("chance", "greys", 0, 1)  # a bit, or the probability of a one
VALUE = Quantity("value")
PERCENT = Quantity("percent", "weights", 0, 100)
BITS = Quantity("bits", "greys", 0)


@dataclass(frozen=True)
class Axis:
    """The places along one axis of an array.

    Attributes:
        title: what a picture says beside the axis.
        places: numbers or names, each once; by them a part is chosen.
        labels: how each place is called where it is shown; equal labels are allowed.
        written: the places whose labels a picture has room for; all by default.
        edges: the places before which a picture draws a line.
        marked: the places that a picture points an arrow at, in place of the label.
    """

    title: str
    places: Sequence
    labels: Sequence[str] = ()
    written: Collection | None = None
    edges: Collection = ()
    marked: Collection = ()


def words(title: str, tokens: Sequence[str], **more) -> Axis:
    """An axis of words: chosen by their place in the sentence, shown as they are."""
    return Axis(title, range(len(tokens)), tuple(tokens), **more)


def count(title: str, length: int, first: int = 1, every: int = 0) -> Axis:
    """An axis that is counted, from `first` on.

    Args:
        every: a picture writes the multiples of this; with 0 it writes none.
    """
    places = range(first, first + length)
    return Axis(title, places, written=[place for place in places if every and place % every == 0])


def array(values, dims: str, quantity: Quantity, title: str = "", masked=None, **axes: Axis) -> xr.DataArray:
    """An array with names.

    Args:
        values: numbers; NaN where there is none, if that is told by `masked` or in a series that ends.
        dims: the names of its axes, in order: `"query key"`. An axis of length one that is not described is dropped.
        title: what a picture of it is called; `{layer}` is the label of the layer that was chosen.
        masked: true where there is nothing to show; as many axes as the last ones of `dims`, or all.
        axes: what is along each axis, by its name.

    Raises:
        ValueError: an axis does not fit; a distribution does not sum to 1 or has a weight outside 0 to 1; a masked weight is not 0.
    """
    values, names = np.asarray(values, dtype=np.float64), dims.split()
    if values.ndim != len(names):
        raise ValueError(f"{title or dims!r}: {values.ndim} axes of numbers, but {len(names)} names: {dims}")
    gone = None if masked is None else np.broadcast_to(np.asarray(masked, bool), values.shape)
    if unknown := set(axes) - set(names):
        raise ValueError(f"{title or dims!r}: there is no axis {', '.join(sorted(unknown))}; the axes are {dims}")
    single = tuple(number for number, name in enumerate(names) if name not in axes)
    if wrong := [names[number] for number in single if values.shape[number] != 1]:
        raise ValueError(f"{title or dims!r}: what is along the axis {wrong[0]}?")
    values, gone = values.squeeze(single), gone if gone is None else gone.squeeze(single)
    names = [name for name in names if name in axes]
    coordinates: dict = {}
    for name, length in zip(names, values.shape, strict=True):
        axis = axes[name]
        places, labels = list(axis.places), list(axis.labels or map(str, axis.places))
        if not len(places) == len(set(places)) == len(labels) == length:
            raise ValueError(f"{title or dims!r}: {length} numbers along {name}, but {len(set(places))} places and {len(labels)} labels")
        mixed = len({isinstance(place, str) for place in places}) > 1  # numpy would make words of the numbers
        if unknown := {*(axis.written or ()), *axis.edges, *axis.marked} - set(places):
            raise ValueError(
                f"{title or dims!r}: the axis {name} has no place {', '.join(sorted(map(str, unknown)))} to write, to mark or to draw a line before"
            )
        written = [axis.written is None or place in axis.written for place in places]
        coordinates |= {
            name: (name, np.array(places, dtype=object if mixed else None), {"title": axis.title}),
            f"{name} label": (name, np.array(labels, dtype=object)),
            f"{name} written": (name, written),
            f"{name} edge": (name, [place in axis.edges for place in places]),
            f"{name} marked": (name, [place in axis.marked for place in places]),
        }
    if gone is not None:
        coordinates[MASKED] = (names, gone)
    made = xr.DataArray(values, coordinates, names, attrs={"title": title, "quantity": quantity})
    _distribution(made, quantity)
    made.attrs["ends"] = _ends(made, quantity)
    return made


def named(record, field: str, quantity: Quantity, title: str = "", masked=None, **axes: Axis) -> xr.DataArray:
    """A field of a record as an array whose axes are those of the field's own annotation.

    Args:
        record: a dataclass; the field is annotated as `Float[Tensor, "query key"]`.
    """
    values = getattr(record, field)
    dims = typing.get_type_hints(type(record))[field].dim_str.split()
    if dims[0].startswith("*"):  # `*time` is one axis in the record of an episode, and none in that of a step
        dims = dims[1:] if values.ndim < len(dims) else [dims[0][1:], *dims[1:]]
    return array(values, " ".join(dims), quantity, title, masked, **axes)


def _distribution(made: xr.DataArray, quantity: Quantity) -> None:
    name = made.attrs["title"] or " ".join(made.dims)
    if MASKED in made.coords and quantity.colours == "weights" and made.values[made.coords[MASKED].values].any():
        raise ValueError(f"{name}: a masked weight is not exactly 0")
    if not quantity.sums_over:
        return
    if quantity.sums_over not in made.dims:
        raise ValueError(f"{name}: such weights need an axis {quantity.sums_over}; the axes are {', '.join(made.dims)}")
    if made.isnull().any():
        raise ValueError(f"{name}: a weight is not a number (NaN)")
    if made.min() < 0 or made.max() > 1 + TOLERANCE:
        raise ValueError(f"{name}: a weight is {float(made.min() if made.min() < 0 else made.max()):.4g}")
    sums = made.sum(quantity.sums_over).values
    if abs(sums - 1).max() > TOLERANCE:
        raise ValueError(f"{name}: weights sum to {sums.flat[abs(sums - 1).argmax()]:.6g} instead of 1")


def _ends(made: xr.DataArray, quantity: Quantity) -> tuple[float, float]:
    seen = made.where(~made.coords[MASKED]) if MASKED in made.coords else made
    high = quantity.high if quantity.high is not None else float(abs(seen).max()) or 1.0
    return (-high if quantity.low is None else quantity.low), high


@dataclass(frozen=True)
class Record:
    """Where an array comes from: the function that gave it, what it was asked for, and all that it gave."""

    name: str
    of: dict
    whole: xr.DataArray


_held: ContextVar[dict | None] = ContextVar("held", default=None)


def recorded(function: Callable) -> Callable:
    """Mark a function `(record, **which) -> DataArray` whose arrays may be drawn, under its own name.

    What it gives depends on the record and on named arguments: plain ones, or things with a `name`.
    """
    name = f"{function.__module__.removeprefix('explainers.')}.{function.__qualname__}"

    @functools.wraps(function)
    def known(*record, **which) -> xr.DataArray:
        whole = function(*record, **which)
        of = {argument: getattr(value, "name", value) for argument, value in which.items()}
        held = _held.get()
        if held is not None:
            key = (name, *sorted(of.items()))
            if not same(whole, held.setdefault(key, whole)):
                raise ValueError(f"{name} gave two different arrays; say which is which by a named argument")
        return whole.assign_attrs(record=Record(name, of, whole))

    return known


@contextlib.contextmanager
def noted() -> Iterator[dict]:
    """All recorded arrays that are asked for meanwhile, by `(name, *which)`; two of one name are refused."""
    held: dict = {}
    token = _held.set(held)
    try:
        yield held
    finally:
        _held.reset(token)


def shown(part: xr.DataArray) -> dict:
    """What a part of a recorded array shows, as JSON takes it: the array's name, and the places that were chosen of it.

    Raises:
        ValueError: it comes from no recorded array, or that array does not hold these numbers under these names.
    """
    record = part.attrs.get("record")
    if record is None:
        raise ValueError("only what a function marked @recorded returns can be drawn, or a part of it")
    whole, at = record.whole, {}
    for dim in whole.dims:
        if dim not in part.coords:
            raise ValueError(f"{record.name}: the axis {dim} is gone; choose from it by name")
        places = part.coords[dim].values.tolist()
        if places != whole.coords[dim].values.tolist():
            at[dim] = places
    try:
        held_so = same(part, held(whole, at).transpose(*part.dims))
    except (KeyError, ValueError):  # a place or an axis that the record does not have
        held_so = False
    if not held_so:
        raise ValueError(f"{record.name} does not hold these numbers under these names; both are made where they are recorded, and only chosen here")
    return {"record": record.name, "of": record.of, "at": at}


def same(one: xr.DataArray, other: xr.DataArray) -> bool:
    """Whether two arrays hold the same numbers under the same names, titles and units."""
    if one.dims != other.dims or set(one.coords) != set(other.coords) or not np.array_equal(one.values, other.values, equal_nan=True):
        return False
    if any(one.attrs.get(name) != other.attrs.get(name) for name in ("title", "quantity", "ends")):
        return False
    pairs = [(coordinate, other.coords[name]) for name, coordinate in one.coords.items()]
    return all(
        mine.dims == yours.dims and mine.attrs == yours.attrs and np.array_equal(mine.values, yours.values, equal_nan=mine.dtype.kind == "f")
        for mine, yours in pairs
    )


def held(whole: xr.DataArray, at: dict) -> xr.DataArray:
    """The part of a recorded array at these places."""
    return whole.sel({dim: (np.array(places, dtype=whole.coords[dim].dtype) if isinstance(places, list) else places) for dim, places in at.items()})


def unknown_place(error: Exception) -> str:
    """Which place was chosen that is not there, and which ones are; nothing if the error is another. Xarray names neither."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if isinstance(error, KeyError) and frame.f_code is xr.DataArray.sel.__code__:
            array, given = frame.f_locals["self"], frame.f_locals
            for dim, places in {**(given["indexers"] or {}), **given["indexers_kwargs"]}.items():
                if dim not in array.dims:
                    return f"there is no axis {dim} to choose from; the axes are {', '.join(array.dims)}"
                there = array.coords[dim].values.tolist()
                if missing := [place for place in np.ravel(np.asarray(places, dtype=object)) if place not in there]:
                    some = map(repr, there) if len(there) < MANY else (repr(there[0]), repr(there[1]), "…", repr(there[-1]))
                    return f"there is no place {missing[0]!r} on the axis {dim}; its places are {', '.join(some)}"
    return ""


def labels(part: xr.DataArray, dim: str) -> list[str]:
    """How the places along an axis are called."""
    return [str(label) for label in part.coords[f"{dim} label"].values]


def title(part: xr.DataArray) -> str:
    """What a picture of it is called, with the labels of what was chosen."""
    chosen = {dim.removesuffix(" label"): value.item() for dim, value in part.coords.items() if dim.endswith(" label") and not value.dims}
    try:
        return part.attrs["title"].format_map(chosen)
    except KeyError as missing:
        raise ValueError(f"“{part.attrs['title']}” needs one {missing.args[0]} to be chosen") from missing
