"""Each kind of trouble, made on a home of its own, with real receivers that listen on this machine. `make drill` shows
what arrives; `tests/integration/test_drill.py` runs the same."""
