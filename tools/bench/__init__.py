"""The benchmarks: `churn bench NAME`.

A benchmark measures quantities on subjects over several rounds, and reports each by the least, the
median and the greatest value, beside its target. What all benchmarks share is here: ``quantities``
says what is measured, ``samples`` collects it, ``report`` prints it as a table or as JSON,
``machine`` says where it was measured, ``load_process`` makes the load, ``options`` names the
command line's. A benchmark itself is a package beside them, and a row in ``command``.
"""
