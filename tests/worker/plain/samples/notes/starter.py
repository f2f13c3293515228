def count_words(path):
    pass


class Notebook:
    def __init__(self, path):
        pass

    def add(self, line):
        pass
