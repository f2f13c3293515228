"""Prints what a program can find out about the interpreter it runs in: attribute by attribute."""

import asyncio
import atexit
import builtins
import contextvars
import gc
import json
import locale
import logging
import os
import random
import resource
import signal
import sys
import tempfile
import threading
import time
import warnings

found = {}


def note(name, value):
    try:
        found[name] = repr(value()).replace(os.getcwd(), "/w")
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"


def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError:
        return n


# First of all: get_event_loop() makes one, and leaves it.
note("asyncio.policy", lambda: asyncio.events._event_loop_policy)
note("asyncio.running", lambda: asyncio._get_running_loop())
warnings.simplefilter("ignore", DeprecationWarning)
note("asyncio.get_event_loop", lambda: type(asyncio.get_event_loop()).__name__)
note("asyncio.set", lambda: (asyncio.get_event_loop().close(), asyncio.set_event_loop(None))[1])
asyncio.set_event_loop_policy(None)
warnings.filters.pop(0)


async def about_the_loop():
    return asyncio.current_task().get_name(), asyncio.get_running_loop().get_debug()


note("asyncio.first_task", lambda: asyncio.run(about_the_loop()))
asyncio.set_event_loop_policy(None)

for name in (
    "argv dont_write_bytecode executable prefix base_prefix exec_prefix flags float_info "
    "hash_info byteorder maxsize platform warnoptions _xoptions pycache_prefix tracebacklimit "
    "version_info implementation ps1 last_value path"
).split():
    note(f"sys.{name}", lambda: getattr(sys, name, "none"))
for name in sys.flags.__match_args__ if hasattr(sys.flags, "__match_args__") else dir(sys.flags):
    if not name.startswith(("_", "n_", "count", "index")):
        note(f"sys.flags.{name}", lambda: getattr(sys.flags, name))
found.pop("sys.flags")
for name in (
    "getdefaultencoding getfilesystemencoding getfilesystemencodeerrors getrecursionlimit "
    "getswitchinterval getprofile gettrace is_finalizing get_asyncgen_hooks getdlopenflags "
    "get_coroutine_origin_tracking_depth get_int_max_str_digits"
).split():
    note(f"sys.{name}()", lambda: getattr(sys, name)())
note("sys.orig_argv", lambda: sys.orig_argv[1:])
note("sys.recursion_depth", lambda: depth() // 20)
for hook in "excepthook displayhook unraisablehook breakpointhook".split():
    note(f"sys.{hook}", lambda: getattr(sys, hook) is getattr(sys, f"__{hook}__"))
note("sys.meta_path", lambda: [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path])
note("sys.path_hooks", lambda: len(sys.path_hooks))
note("sys.modules.main", lambda: sys.modules["__main__"].__dict__ is globals())
note("sys.modules.ours", lambda: sorted({"inside", "wire", "zygote", "anyio"} & sys.modules.keys()))

for name in ("stdin", "stdout", "stderr"):
    stream = getattr(sys, name)
    note(f"{name}.same", lambda: stream is getattr(sys, f"__{name}__"))
    for attribute in (
        "name mode encoding errors newlines line_buffering write_through closed"
    ).split():
        note(f"{name}.{attribute}", lambda: getattr(stream, attribute))
    for method in "isatty seekable readable writable fileno".split():
        note(f"{name}.{method}()", lambda: getattr(stream, method)())
    note(f"{name}.tell()", lambda: stream.tell())
    note(f"{name}.type", lambda: (type(stream), type(stream.buffer), type(stream.buffer.raw)))
    note(f"{name}.raw", lambda: (stream.buffer.raw.name, stream.buffer.raw.mode))
    note(f"{name}.closefd", lambda: stream.buffer.raw.closefd)

note("module.__name__", lambda: __name__)
note("module.__file__", lambda: __file__)
note("module.__spec__", lambda: __spec__)
note("module.__loader__", lambda: type(__loader__).__name__)
note("module.__package__", lambda: __package__)
note("module.__doc__", lambda: __doc__)
note("module.__annotations__", lambda: __annotations__)
note("module.__builtins__", lambda: __builtins__ is builtins)
note("module.own_file", lambda: os.path.exists(__file__))
note("builtins", lambda: sorted(n for n in dir(builtins) if n != "_"))

note("os.environ", lambda: sorted(os.environ))
for name in sorted(os.environ):
    note(f"os.environ.{name}", lambda: os.environ[name])
note("os.getcwd", os.getcwd)
note("os.listdir", lambda: sorted(os.listdir(".")))
umask = os.umask(0)
os.umask(umask)
note("os.umask", lambda: oct(umask))
note("os.getpid", lambda: os.getpid() == threading.main_thread().native_id)
note("os.getpgid", lambda: os.getpgid(0) == os.getpid())
note("os.getsid", lambda: os.getsid(0) == os.getpid())
note("os.cpu_count", lambda: os.cpu_count())
note("os.nice", lambda: os.getpriority(os.PRIO_PROCESS, 0))


def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


note("os.descriptors", lambda: [fd for fd in range(64) if is_open(fd)])

for number in sorted(signal.valid_signals()):
    name = number.name if isinstance(number, signal.Signals) else int(number)
    note(f"signal.{name}", lambda: signal.getsignal(number))
note("signal.mask", lambda: signal.pthread_sigmask(signal.SIG_BLOCK, ()))
note("signal.pending", signal.sigpending)
note("signal.wakeup", lambda: signal.set_wakeup_fd(-1))
note("signal.itimer", lambda: signal.getitimer(signal.ITIMER_REAL))

note("locale.preferred", lambda: locale.getpreferredencoding(False))
note("locale.encoding", lambda: locale.getencoding())
note("locale.ctype", lambda: locale.setlocale(locale.LC_CTYPE))
note("locale.all", lambda: locale.setlocale(locale.LC_NUMERIC))
note("time.timezone", lambda: (time.timezone, time.tzname))
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        note(f"resource.{name}", lambda: resource.getrlimit(getattr(resource, name)))
note("warnings.filters", lambda: warnings.filters)
note("warnings.once", lambda: warnings.onceregistry)
note("warnings.show", lambda: warnings.showwarning.__module__)
note("threading.main", lambda: threading.current_thread() is threading.main_thread())
note("threading.names", lambda: [thread.name for thread in threading.enumerate()])
note("threading.count", threading.active_count)
note("threading.excepthook", lambda: threading.excepthook is threading.__excepthook__)
note("threading.next", lambda: threading.Thread().name)
note("gc.enabled", gc.isenabled)
note("gc.threshold", gc.get_threshold)
note("gc.callbacks", lambda: gc.callbacks)
note("gc.debug", gc.get_debug)
note("gc.frozen", lambda: gc.get_freeze_count() > 0)
note("atexit", atexit._ncallbacks)
note("contextvars", lambda: len(contextvars.copy_context()))
note("logging.root", lambda: (logging.root.handlers, logging.root.level, logging.raiseExceptions))
note("logging.disabled", lambda: logging.root.manager.disable)
note("tempfile", tempfile.gettempdir)
note("random.state", lambda: random.getstate()[0])
found["chance"] = [random.random(), os.urandom(8).hex(), hash("a")]
print(json.dumps(found), flush=True)
