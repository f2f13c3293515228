"""Makes device nodes in its own folder."""

import os
import stat

from tools import adivina, attempt, trabaja, tried

attempt("memory", os.mknod, "/w/mem", stat.S_IFCHR | 0o600, os.makedev(1, 1))
attempt("disk", os.mknod, "/w/disk", stat.S_IFBLK | 0o600, os.makedev(254, 0))
tried()
