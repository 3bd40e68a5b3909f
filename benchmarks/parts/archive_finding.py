def print_searches(archive, seed):
    pass
