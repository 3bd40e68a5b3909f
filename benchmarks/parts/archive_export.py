def print_export(folder, path):
    pass
