class Rational:
    def __init__(self, numerator, denominator):
        pass
