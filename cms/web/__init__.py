"""Flask glue that the surfaces share."""
