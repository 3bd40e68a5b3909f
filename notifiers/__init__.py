"""The ways out: what turns a digest into text, HTML and JSON, and hands a delivery over.

One notifier, one file: :mod:`notifiers.file`, :mod:`notifiers.smtp`, :mod:`notifiers.webhook`. What may be
configured for each is in :mod:`notifiers.options`, and :mod:`notifiers.registry` lists them.
"""
