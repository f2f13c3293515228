class Report:
    pass
