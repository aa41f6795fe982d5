"""The core: decide with plans, move rows in one place.

Nothing here is public on its own account; the samplers are. The map is in docs/design.md.
"""
