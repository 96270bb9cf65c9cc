"""Pictures: assets, their renditions, credit lines and alternative texts."""
