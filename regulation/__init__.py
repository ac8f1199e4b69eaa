"""The regulation as data: the Tianjin trial rules of 16 June 2017 on signing cooperation agreements.

Plain Python without Django. Every module holds records of one kind (see `regulation.records`), each with the
article it comes from, in Chinese and English; the few functions are pure. `docs/regulation.md` is generated
from here.
"""
