# -*- coding: unicode_escape -*-
from tools import adivina, trabaja
