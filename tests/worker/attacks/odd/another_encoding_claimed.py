# -*- coding: latin-1 -*-
from tools import adivina, trabaja
x = 'ñ'
