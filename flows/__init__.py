"""Running cycles: once, by hand or by cron (:mod:`flows.cycle`), or on schedule, by Prefect.

This is the only package that imports Prefect, and only in modules that ``serve`` and workers
load, so that a single cycle starts without it.
"""
