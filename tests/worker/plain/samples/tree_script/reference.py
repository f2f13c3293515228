import sys


def grow(height, leaf="*"):
    if height == 0:
        return []
    return [*grow(height - 1, leaf), leaf * height]


if __name__ == "__main__":
    print("\n".join(grow(int(sys.argv[1]), input())))
