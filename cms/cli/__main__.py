"""`python -m cms.cli`, for where the `cms` script is not on the path."""

from cms.cli import main

main(prog_name="cms")
