class InputCell:
    def __init__(self, value):
        self._value, self.followers = value, []

    @property
    def value(self):
        return self._value

    @value.setter
    def value(self, value):
        self._value = value
        for follower in self.followers:
            follower.update()


class ComputeCell:
    def __init__(self, inputs, compute):
        self.inputs, self.compute, self.callbacks, self.followers = inputs, compute, [], []
        for one in inputs:
            one.followers.append(self)
        self.value = compute([one.value for one in inputs])

    def update(self):
        new = self.compute([one.value for one in self.inputs])
        if new != self.value:
            self.value = new
            for callback in self.callbacks:
                callback(new)
            for follower in self.followers:
                follower.update()

    def add_callback(self, callback):
        self.callbacks.append(callback)

    def remove_callback(self, callback):
        if callback in self.callbacks:
            self.callbacks.remove(callback)
