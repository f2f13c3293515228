"""Fills its folder, first with bytes, then with files."""
import errno, os

written = 0
try:
    for number in range(100):
        with open(f"/w/{number}", "wb") as file:
            for _ in range(7):
                file.write(b"x" * (1 << 20))
                file.flush()
                written += 1
except OSError as error:
    print("bytes", written, errno.errorcode[error.errno])
for name in os.listdir("/w"):
    if name.isdigit():
        os.unlink(f"/w/{name}")
files = 0
try:
    while files < 100_000:
        open(f"/w/{files}", "w").close()
        files += 1
except OSError as error:
    print("files", files, errno.errorcode[error.errno])
try:
    with open("/w/large", "wb") as file:
        file.write(b"x")
except OSError as error:
    print("none", errno.errorcode[error.errno])
