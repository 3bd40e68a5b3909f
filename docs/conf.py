"""How Sphinx makes pages of the documentation: `make docs`."""

project = "Presswatch"
extensions = ["myst_parser"]
html_theme = "alabaster"
html_theme_options = {
    "description": "Press releases that mention the programs you follow",
    "fixed_sidebar": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_copyright = False
html_copy_source = False
exclude_patterns = ["_build"]
myst_heading_anchors = 3
"""Headings can be linked to as on a page of a repository: ``#how-a-term-is-found``."""

nitpicky = True
