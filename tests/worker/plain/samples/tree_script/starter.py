def grow(height):
    pass
