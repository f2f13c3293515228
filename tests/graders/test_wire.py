"""Values keep their exact types on the wire; bytes that are no frame are refused."""

import enum
import json
import struct
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from graders.kit import wire
from graders.kit.wire import Failure, Opaque, WireError, decode, encode, pack, unpack

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 2**200, 1.5, float("inf"), float("-inf")),
    *("", "Tarea ñ 😀", b"", b"\x00\xff"),
    *([], [1, [2]], (), (1, "a"), {1, 2}, frozenset({"a"})),
    *({}, {"$": 1}, {1: "a", (2,): None}),
    *(datetime(2026, 1, 2, 3, 4, 5, 6, UTC), datetime(2026, 1, 2), date(2026, 1, 2), time(3, 4)),  # noqa: DTZ001
    *(timedelta(days=-1, microseconds=3), Decimal("1.10"), Decimal("Infinity")),
    *(UUID(int=7), 1 - 2j),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_equal_and_of_the_same_type(value: object) -> None:
    back = decode(json.loads(json.dumps(encode(value))))

    assert back == value
    assert type(back) is type(value)


def test_true_is_not_one() -> None:
    assert decode(encode(True)) is True
    assert type(decode(encode(1))) is int


def test_a_value_without_a_json_form_becomes_its_type_and_repr() -> None:
    ordered = decode(encode(OrderedDict(a=1)))

    assert isinstance(ordered, Opaque)
    assert ordered.type_name == "OrderedDict"
    assert ordered != {"a": 1}


def test_a_repr_that_fails_or_is_endless_does_no_harm() -> None:
    class Rude:
        def __repr__(self) -> str:
            raise KeyboardInterrupt if False else ValueError("no")

    class Long:
        def __repr__(self) -> str:
            return "x" * 1_000_000

    assert decode(encode(Rude())).shown == "<Rude>"
    assert len(decode(encode(Long())).shown) == 200


def test_an_exception_keeps_its_type_message_and_members() -> None:
    group = ExceptionGroup("two", [ValueError("a"), KeyError("b")])

    failure = decode(encode(group))

    assert isinstance(failure, Failure)
    assert [member.type_name for member in failure.members] == ["ValueError", "KeyError"]


@dataclass
class Order:
    number: int
    lines: list[str]


class Colour(enum.Enum):
    RED = "red"


Point = namedtuple("Point", "x y")


def test_instances_and_enum_members_keep_class_and_content() -> None:
    order, colour, point = decode(encode([Order(1, ["a"]), Colour.RED, Point(1, (2,))]))

    assert (order.type_name, order.number, order.lines) == ("Order", 1, ["a"])
    assert order == wire.Record("Order", {"number": 1, "lines": ["a"]})
    assert colour == wire.Member("Colour", "RED")
    assert colour.value == "red"
    assert point == wire.Record("Point", {"x": 1, "y": (2,)})
    assert decode(encode([order, colour])) == [order, colour]


def test_an_instance_can_be_built_where_its_class_is() -> None:
    form = encode({"a": [wire.Record("Order", {"number": 1, "lines": []})]})

    assert decode(form, build=lambda kept: Order(**kept.fields)) == {"a": [Order(1, [])]}


def test_an_exception_keeps_its_arguments_if_they_are_small() -> None:
    failure = decode(encode(OSError(2, "x" * 900, object())))

    assert failure.args[0] == 2
    assert failure.args[1] == "x" * 500
    assert isinstance(decode(encode(ValueError(object()))).args[0], Opaque)


def test_lone_surrogates_become_plain_text() -> None:
    assert decode(encode("a\ud800b")) == "a\\ud800b"


def test_frames_come_out_one_by_one_however_they_are_cut() -> None:
    data = pack({"t": "a"}) + pack({"t": "b"})
    inbox, frames = bytearray(), []

    for byte in data:
        inbox.append(byte)
        while (frame := unpack(inbox)) is not None:
            frames.append(frame)

    assert frames == [{"t": "a"}, {"t": "b"}]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"3", b"{", b"\xff", b'{"a": NaN}', b"[" * 500_000, b'{"a": Infinity}'],
    ids=lambda body: repr(body[:12]),
)
def test_bytes_that_are_no_frame_are_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        unpack(bytearray(struct.pack("!I", len(body)) + body))


def test_a_frame_too_large_is_refused_before_it_is_there() -> None:
    with pytest.raises(WireError):
        unpack(bytearray(struct.pack("!I", wire.MAX_FRAME + 1)))


@pytest.mark.parametrize(
    "form",
    [
        {"$": "tuple"}, {"$": "tuple", "v": 3}, {"$": "nothing", "v": []}, {"a": 1}, {"$": []},
        {"$": "bytes", "v": "?"}, {"$": "set", "v": [[]]}, {"$": "dict", "v": [[1]]},
        {"$": "dict", "v": [[[], 1]]}, {"$": "failure"}, {"$": "opaque", "type": "x"},
        {"$": "datetime", "v": "x"}, {"$": "decimal", "v": "x"}, {"$": "uuid", "v": 3},
        {"$": "timedelta", "v": ["x"]}, {"$": "timedelta", "v": [10**30, 0, 0]}, {"$": "record"},
        {"$": "record", "type": "x", "v": [[[], 1]]}, {"$": "member", "type": "x", "name": "x"},
    ],
    ids=repr,
)  # fmt: skip
def test_a_malformed_value_is_refused(form: object) -> None:
    with pytest.raises(WireError):
        decode(form)


def test_nesting_is_bounded_both_ways() -> None:
    deep: list[Any] = []
    for _ in range(wire.MAX_DEPTH + 3):
        deep = [deep]

    with pytest.raises(WireError):
        encode(deep)
    with pytest.raises(WireError):
        decode(deep)
