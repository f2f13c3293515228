"""A report as CI systems read it.

graded     what a format is given: the report, its files' paths, the score that was asked for
score      points in percent, compared with the score that was asked for
plain      text for a terminal
junit      JUnit XML, which GitHub, GitLab, Jenkins and others show as tests
github     annotations on lines, and the summary of a step
gitlab     GitLab's Code Quality report
"""
