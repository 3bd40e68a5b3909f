"""The domain of Presswatch: feeds, releases, programs, mentions and digests, and the decisions about them.

Nothing in here touches a database, a mail server or the file system; the only I/O is HTTP GET.
"""

__version__ = "0.1.0"
