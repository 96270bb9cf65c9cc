"""Who works at Overscan: apart from the loader, because the sign-in page needs no more than this."""

from __future__ import annotations

from cms.vocabulary import Role

PASSWORD = "galley-demo"  # noqa: S105 - printed on the sign-in page; exists in the demo profile only

# fmt: off
STAFF = (
    # address              name                       role         desks
    ("writer@galley.test", "Ilse Varnholt",           Role.WRITER, ()),
    ("teodor@galley.test", "Teodor Akande-Mills",     Role.WRITER, ()),
    ("editor@galley.test", "Noor Castellane",         Role.EDITOR, ("Systems desk", "Interview desk")),
    ("piet@galley.test",   "Piet Halvorsen-Adeyemi",  Role.EDITOR, ("Practice desk",)),
    ("chief@galley.test",  "Hanne Ostrowe-Bell",      Role.CHIEF,  ()),
    ("admin@galley.test",  "Sanna Oyelaran-Vik",      Role.ADMIN,  ()),
)
# fmt: on
