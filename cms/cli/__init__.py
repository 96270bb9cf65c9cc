"""What operators type."""


def main() -> None:
    """Stand in until the commands are there."""
