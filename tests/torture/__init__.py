"""Refreshes killed with signal 9 at any instant: the next one ends in the same warehouse as if nothing had happened.

`make torture` kills at random instants and at each file that a refresh names; a few of both are tests.
"""
