def grep(pattern, flags, files):
    found = []
    for name in files:
        with open(name) as file:
            lines = file.readlines()
        for number, line in enumerate(lines, 1):
            if pattern in line:
                if "-l" in flags:
                    found.append(name + "\n")
                    break
                found.append(f"{number}:{line}" if "-n" in flags else line)
    return "".join(found)
