class Words:
    def __init__(self, words):
        pass


def count_words(text):
    pass


def group(words):
    pass
