"""Writes one file beyond its limit."""
import errno, signal

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
written = 0
try:
    with open("/w/large", "wb", buffering=0) as file:
        while True:
            written += file.write(b"x" * 65536)
except OSError as error:
    print(written, errno.errorcode[error.errno])
