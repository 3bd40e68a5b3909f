"""How a digest looks: what is shown of it, as HTML and as text, and the templates."""
