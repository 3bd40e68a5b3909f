"""Where shards are read: in threads of this process, as tasks, or on a Dask cluster."""
