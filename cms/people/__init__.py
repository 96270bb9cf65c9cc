"""Author and expert profiles: the public faces."""
