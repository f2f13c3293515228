# -*- coding: latin-nine-thousand -*-
from tools import adivina, trabaja
