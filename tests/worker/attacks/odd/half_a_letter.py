from tools import adivina, trabaja
print('\ud800 half')
x = '\ud800'
