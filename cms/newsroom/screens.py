"""The screens and colours in which a galley is looked at."""

from __future__ import annotations

#: The widths to look at, and what people call them.
WIDTHS = {390: "Phone", 820: "Tablet", 1280: "Desktop"}
#: The readers' colours; '' follows the system, as readers have it unless they chose.
COLOURS = {"": "System", "light": "Light", "dark": "Dark"}
