import os
import a.b.c
import a.b as d, e
from x import y, z as w
from . import q
from ..p.r import s
from t import *
