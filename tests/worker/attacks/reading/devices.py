"""Opens devices that show memory, disks and logs."""

from tools import adivina, read_all, trabaja, tried

read_all("/dev/mem", "/dev/kmsg", "/dev/vda", "/dev/sda", "/dev/port", "/dev/tty", "/dev/ptmx", "/dev/fuse")
tried()
