class Ferry:
    pass
