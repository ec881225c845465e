"""An invented authority: lawful lives, planted breaches and near misses, and the outcomes that an audit of it must find.

Written apart from the checks, which it exists to test: nothing here may import them (setup.cfg keeps it so).
"""
