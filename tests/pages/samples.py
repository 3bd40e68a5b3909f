"""Pages and PDFs for tests, in our own words."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

LEAD = (
    "The county commission voted five to two on Tuesday to end its part in S-Comm, after three hours "
    "of testimony from people who no longer dare to call the police."
)
QUOTE = (
    "“Nobody should have to weigh a call for help against the risk of losing a parent,” said Ana Ruiz, "
    "who directs the legal clinic and brought forty neighbors to the hearing."
)
REST = (
    "The sheriff has until the end of March to return the equipment, and the commission will publish "
    "every month how many fingerprints it has sent to the federal government until then."
)

MENU = "".join(f'<li><a href="/{n}">Menu entry {n}</a></li>' for n in range(12))


def page(body: str, *, title: str = "County leaves S-Comm - Clinic", head: str = "") -> bytes:
    """A page with a menu, a footer and a cookie notice around its body, in UTF-8."""
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>"
        f"<header><nav><ul>{MENU}</ul></nav></header>{body}"
        "<div class=cookie-banner>We use cookies to improve your experience.</div>"
        "<footer><p>Copyright of the Clinic. Donate. Subscribe to our newsletter.</p></footer></body></html>"
    ).encode()


def article(*paragraphs: str) -> bytes:
    """A page that is one release."""
    inner = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or (LEAD, QUOTE, REST))
    return page(f"<main><article><h1>County leaves S-Comm</h1>{inner}</article></main>")


def pdf(*paragraphs: str, title: str | None = None, encrypt: str | None = None) -> bytes:
    """A PDF as an office program would set it; ``encrypt`` is the password that opens it."""
    out = io.BytesIO()
    style = getSampleStyleSheet()["Normal"]
    key = StandardEncryption(encrypt, "owner", strength=40) if encrypt is not None else None
    document = SimpleDocTemplate(out, title=title, encrypt=key)
    document.build([Paragraph(paragraph, style) for paragraph in paragraphs])
    return out.getvalue()


def pdf_of_lines(*pages: Sequence[str]) -> bytes:
    """A PDF with exactly these lines on its pages; a page without lines has a drawing only."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for lines in pages:
        canvas.rect(100, 100, 200, 200)
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
