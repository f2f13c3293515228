def count_words(path):
    with open(path, encoding="utf-8") as file:
        return len(file.read().split())


class Notebook:
    def __init__(self, path):
        self.path = path

    def add(self, line):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(line + "\n")
