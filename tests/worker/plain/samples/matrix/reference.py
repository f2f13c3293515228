class Matrix:
    def __init__(self, text):
        self._rows = [[int(n) for n in line.split()] for line in text.splitlines()]

    def row(self, index):
        return self._rows[index - 1].copy()

    def column(self, index):
        return [row[index - 1] for row in self._rows]
