"""`python -m devcoop` is the command `devcoop`."""

from devcoop.cli import main

main()
