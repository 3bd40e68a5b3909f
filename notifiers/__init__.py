"""The ways out: what turns a digest into text, HTML and JSON, and hands a delivery over.

One notifier, one file, in a folder with its like: :mod:`notifiers.mail`, :mod:`notifiers.hooks`,
:mod:`notifiers.chat`, :mod:`notifiers.files`. What may be configured for each is in the ``options`` of that
folder, how a digest looks in :mod:`notifiers.looks`, and :mod:`notifiers.registry` lists them.
"""
