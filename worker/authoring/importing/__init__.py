"""Make an exercise of a teacher's folder of tests, without running any of it.

folder        Reads the folder, with limits.
test_files    What a test file imports and tests, from its syntax tree.
beside_tests  Which modules beside the tests only help them: conftest.py, and what tests share.
modules       Which imported module is the student's, where its starter and solution lie.
libraries     requirements.txt: whether it goes along.
cases         A suite of the kit made from files NAME.in and NAME.out.
doctests      Test files made from examples in docstrings, and from Otter's tests.
notebooks     Suite, starter and solution of an nbgrader notebook; the program of any other.
autograding   Points from GitHub Classroom's autograding.json.
given         Which files beside the tests the students' programs use as well.
plan          All of it together: what the exercise consists of.
generated     A suite made of what is no test file.
writing       Writes the exercise's folder.
trial         Tries the exercise on its solution and its starter.
"""
