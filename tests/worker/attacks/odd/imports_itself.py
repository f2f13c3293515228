import solution
from tools import adivina, trabaja
