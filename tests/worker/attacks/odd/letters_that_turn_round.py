from tools import adivina, trabaja
x = '‮⁦ dessap'
print(x, '\x1b[2J\x1b]0;passed\x07')
