"""The command a person types, and the whole of Semáforo on one machine.

main        the command and its options
up          `semaforo up`: everything on this machine, ended together
  children    programs kept running, and ended within a time
  valkey      the embedded queue server
  demo        the course to try things with
  facts       the same for scripts: up.json
  screen      what is printed when all is well
grade       one file, no server
submit      one file, to a server
accounts    users and tokens, straight in the database
doctor      which protections hold on this host
terminal    language, colours, and how a command fails
bootstrap, steps   used by dev.py before anything is installed: standard library only
"""
