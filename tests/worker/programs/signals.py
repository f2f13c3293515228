"""Prints its signal handlers, and sends its pid 1 every signal."""
import os, signal

print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGCHLD) == signal.SIG_DFL, signal.getsignal(signal.SIGTERM) == signal.SIG_DFL)
refused = []
for number in (*range(1, 32), *range(34, 65)):
    try:
        os.kill(1, number)
    except PermissionError:
        refused.append(number)
print("sent all but", refused, flush=True)
