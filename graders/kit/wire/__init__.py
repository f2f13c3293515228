"""The protocol between the sandbox and the trusted side: framed JSON, Python values typed.

    frames    bytes <-> JSON objects, bounded
    values    Python values <-> JSON, types kept
    source_lines  lines of the student's files
    objects   any value at all, for a module whose every use is a request
    shared    containers that both sides hold a copy of
    kinds     what stands on our side for what cannot travel: exceptions, objects, instances

This one folder stands on both sides, so it imports the standard library only. What comes from the
sandbox is claims of a hostile program: everything is bounded, and nothing is ever executed.
"""

from .frames import MAX_FRAME, WireError, pack, unpack
from .kinds import Failure, Member, Opaque, Record, RemoteValue, Stub
from .objects import BINARY, COMPARISONS, IMMUTABLE, OPERATORS, Translator, base_of
from .shared import BASES, KINDS
from .source_lines import SourceLine, encode_line, file_of, parse_line
from .values import MAX_DEPTH, TAG, decode, encode, failure

__all__ = [
    "BASES",
    "BINARY",
    "COMPARISONS",
    "IMMUTABLE",
    "KINDS",
    "MAX_DEPTH",
    "MAX_FRAME",
    "OPERATORS",
    "TAG",
    "Failure",
    "Member",
    "Opaque",
    "Record",
    "RemoteValue",
    "SourceLine",
    "Stub",
    "Translator",
    "WireError",
    "base_of",
    "decode",
    "encode",
    "encode_line",
    "failure",
    "file_of",
    "pack",
    "parse_line",
    "unpack",
]
