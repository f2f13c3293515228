from contextlib import contextmanager


class Store:
    def __init__(self):
        self.data, self.log = {}, []


@contextmanager
def savepoint(store):
    before = dict(store.data)
    store.log.append("begin")
    try:
        yield store
    except BaseException:
        store.data.clear()
        store.data.update(before)
        store.log.append("rollback")
        raise
    store.log.append("commit")


class Ignoring:
    def __init__(self, *kinds):
        self.kinds, self.error = kinds, None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.error = error
        return kind is not None and issubclass(kind, self.kinds)
