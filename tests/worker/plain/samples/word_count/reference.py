from collections import Counter, defaultdict


class Words(list):
    def put(self, word):
        self.append(word)

    def joined(self):
        return " ".join(self)


def count_words(text):
    return Counter(text.lower().split())


def group(words):
    found = defaultdict(list)
    for word in words:
        found[word[0]].append(word)
    return found
