from tools import adivina, trabaja
