"""Says twice that it has been loaded, and then works as it should."""

import json
import os
import select
import struct

from tools import adivina


def send(body):
    data = struct.pack("!I", len(body)) + body
    while data:
        select.select([], [3], [])
        data = data[os.write(3, data) :]


from tools import trabaja

send(b'{"t": "loaded"}')
send(b'{"t": "hello"}')
