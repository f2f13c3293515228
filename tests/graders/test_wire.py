"""Values cross the wall with their exact types; bytes that are no frame of ours never get in."""

import json
import struct
from collections import OrderedDict
from typing import Any

import pytest

from graders.kit import wire
from graders.kit.wire import Failure, Opaque, WireError, decode, encode, pack, unpack

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 2**200, 1.5, float("inf"), float("-inf")),
    *("", "Tarea ñ 😀", b"", b"\x00\xff"),
    *([], [1, [2]], (), (1, "a"), {1, 2}, frozenset({"a"})),
    *({}, {"$": 1}, {1: "a", (2,): None}),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_back_equal_and_of_the_same_type(value: object) -> None:
    back = decode(json.loads(json.dumps(encode(value))))

    assert back == value
    assert type(back) is type(value)


def test_true_is_not_one() -> None:
    assert decode(encode(True)) is True
    assert type(decode(encode(1))) is int


def test_what_has_no_form_is_told_by_type_and_print_only() -> None:
    ordered = decode(encode(OrderedDict(a=1)))

    assert isinstance(ordered, Opaque)
    assert ordered.type_name == "OrderedDict"
    assert ordered != {"a": 1}


def test_a_print_that_fails_or_is_endless_does_no_harm() -> None:
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
def test_what_is_no_frame_is_refused(body: bytes) -> None:
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
