"""Odd but good pictures, and what Chromium makes of them.

`chromium.csv` is written by ``python -m people.odd_pictures``. Each picture shows the four quarters of
:mod:`people.hostile.picture_checks`, unless it was made elsewhere.
"""
