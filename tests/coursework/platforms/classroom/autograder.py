"""Classroom 50's grader for this coursework: the visible values.

Its runner starts this file in the student's repository and reads result.json
there. gh teacher, or the web page, takes it as the assignment's autograder.py.
"""

import subprocess
import sys

# Points are no matter of the exit status: it tells whether grading worked.
sys.exit(subprocess.run(["make", "deps", "result"]).returncode)
